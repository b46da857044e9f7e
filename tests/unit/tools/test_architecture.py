"""What the pages for newcomers say about the code is true."""

import ast
import re
from pathlib import Path

from tools.packages import PICTURE, draw, layers

ROOT = Path(__file__).parents[3]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PLACES = re.findall(r"^\| .+\? \| `(app/[^`]+)` \| `(\w+)` \|$", ARCHITECTURE, re.MULTILINE)
MODULES = re.findall(r"^\| `(app/[^`]+\.py)` \| .+ \|$", CONTRIBUTING, re.MULTILINE)


def defined(tree: ast.Module) -> set[str]:
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assigned = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    return names | {target.id for target in assigned if isinstance(target, ast.Name)}


def test_each_file_that_answers_a_question_defines_the_named_thing() -> None:
    assert len(PLACES) >= 8
    for file, name in PLACES:
        assert name in defined(ast.parse((ROOT / file).read_text("utf-8"))), file


def test_ten_modules_to_learn_from_are_there_and_short() -> None:
    assert len(MODULES) == 10
    for file in MODULES:
        assert len((ROOT / file).read_text("utf-8").splitlines()) <= 300, file


def test_picture_shows_the_contract() -> None:
    assert PICTURE.read_text("utf-8") == draw(), "python -m tools.packages draws it anew"
    assert {name for row in layers() for name in row} >= {"web", "review", "records", "shared"}


def test_tables_for_spreadsheets_are_written_in_one_place() -> None:
    # The other one writes the node's own list of places, which programs read.
    writing = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "app").rglob("*.py")
        if "csv.writer" in file.read_text("utf-8")
    }
    assert writing == {"app/documents/writing/exports.py", "app/kickoff/places/table.py"}
