from __future__ import annotations

from pathlib import Path

from app.records.checks.checker import Checker
from app.records.schema import SchemaSet
from tools.demo.parts import divide, lay_out

CONTENT = Path(__file__).parents[3] / "content"


def test_every_record_has_exactly_one_home() -> None:
    parts = divide(CONTENT, 8001)
    given = [folder for part in parts for folder in part.folders]
    there = {str(path.parent.relative_to(CONTENT)) for path in CONTENT.glob("*/*/index.md")}
    assert sorted(given) == sorted(there)
    assert all(part.folders for part in parts)


def test_a_part_is_a_content_folder_of_its_own_that_names_nothing_it_does_not_hold(tmp_path: Path) -> None:
    parts = divide(CONTENT, 8001)
    lay_out(parts[1], parts, CONTENT, tmp_path / "content")
    found = {str(path.parent.relative_to(tmp_path / "content")) for path in tmp_path.glob("content/*/*/index.md")}
    assert found == set(parts[1].folders)
    report = Checker(SchemaSet.load(CONTENT.parent / "schemas")).check_path(tmp_path / "content")
    assert not report.errors, report.to_text("en")


def _id_of(organisation: str) -> str:
    text = (CONTENT / "organisations" / organisation / "index.md").read_text("utf-8")
    return next(line for line in text.splitlines() if line.startswith("id: ")).removeprefix("id: ")


def test_records_at_another_home_are_called_by_their_global_name(tmp_path: Path) -> None:
    parts = divide(CONTENT, 8001)
    lay_out(parts[0], parts, CONTENT, tmp_path)
    text = (tmp_path / "case-studies" / "ulm-datenplattform" / "index.md").read_text("utf-8")
    komm_one, civitas = (f"http://127.0.0.1:8003/r/{_id_of(name)}" for name in ("komm-one", "civitas-connect"))
    assert f"target: {civitas}" in text
    assert f"ref: {komm_one}" in text
    assert "organisation/" not in text
    solution = (tmp_path / "solutions" / "ulm-datenplattform-loesung" / "index.md").read_text("utf-8")
    assert f'{{name: "Komm.ONE", ref: {komm_one}}}' in solution
    assert "target: solution/ulm-datenplattform-loesung" in text
