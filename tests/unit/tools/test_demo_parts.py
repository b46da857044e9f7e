# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from pathlib import Path

from tools.demo.parts import divide, lay_out

CONTENT = Path(__file__).parents[3] / "content"


def test_every_record_has_exactly_one_home() -> None:
    parts = divide(CONTENT, 8001)
    given = [folder for part in parts for folder in part.folders]
    there = {str(path.parent.relative_to(CONTENT)) for path in CONTENT.glob("*/*/index.md")}
    assert sorted(given) == sorted(there)
    assert all(part.folders for part in parts)


def test_a_solution_is_at_home_where_the_case_is_that_used_it() -> None:
    south, rest, _common = divide(CONTENT, 8001)
    assert {"case-studies/ulm-datenplattform", "solutions/ulm-datenplattform-loesung"} <= set(south.folders)
    assert {"case-studies/hamburg-dipas", "solutions/hamburg-dipas-loesung"} <= set(rest.folders)


def test_a_part_is_a_content_folder_of_its_own(tmp_path: Path) -> None:
    south = divide(CONTENT, 8001)[0]
    lay_out(south, CONTENT, tmp_path / "content")
    found = {str(path.parent.relative_to(tmp_path / "content")) for path in tmp_path.glob("content/*/*/index.md")}
    assert found == set(south.folders)
    assert (tmp_path / "content" / "vocabulary" / "topics.yaml").exists()
