"""What the pages for newcomers say about the code is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

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


def test_the_eight_first_questions_and_later_ones_are_answered() -> None:
    assert len(PLACES) >= 8


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_named_file_defines_the_named_thing(file: str, name: str) -> None:
    assert name in defined(ast.parse((ROOT / file).read_text("utf-8")))


@pytest.mark.parametrize("file", MODULES)
def test_module_to_learn_from_is_there_and_short(file: str) -> None:
    assert len((ROOT / file).read_text("utf-8").splitlines()) <= 300


def test_ten_modules_are_named() -> None:
    assert len(MODULES) == 10


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
