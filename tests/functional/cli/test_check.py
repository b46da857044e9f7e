from __future__ import annotations

import json
from pathlib import Path

from tests.functional.cli.conftest import Cli, Write


def test_good_content_passes(cli: Cli, content: Path) -> None:
    result = cli("check", str(content))
    assert result.exit_code == 0, result.output


def test_an_error_is_reported_with_file_line_and_remedy(cli: Cli, content: Path, write: Write) -> None:
    file = write("kaputt", text="Der Bus fährt öfter.[^andere]")
    result = cli("check", str(content), "--lang", "en")
    assert result.exit_code == 1
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "[^andere]" in text)
    assert f"concepts/kaputt/index.md:{line}:" in result.stdout


def test_programs_get_json(cli: Cli, content: Path, write: Write) -> None:
    write("kaputt", text="Der Bus fährt öfter.[^andere]")
    report = json.loads(cli("check", "--format", "json", str(content)).stdout)
    assert report["errors"] >= 1
    assert {"file", "line", "field", "code", "severity", "message", "remedy"} <= report["problems"][0].keys()


def test_one_record_is_checked_against_the_rest_of_its_folder(cli: Cli, content: Path, write: Write) -> None:
    write("kaputt", text="Der Bus fährt öfter.[^andere]")
    assert cli("check", str(content / "concepts" / "rufbus")).exit_code == 0
    assert cli("check", str(content / "concepts" / "kaputt")).exit_code == 1


def test_without_a_path_the_configured_folder_is_checked(cli: Cli, write: Write) -> None:
    write("kaputt", text="Der Bus fährt öfter.[^andere]")
    assert "concepts/kaputt" in cli("check").stdout


def test_what_is_no_content_folder_is_not_found(cli: Cli, tmp_path: Path) -> None:
    result = cli("check", str(tmp_path / "nowhere"))
    assert result.exit_code == 4
    assert "nowhere" in result.stderr


def test_warnings_count_only_when_asked_for(cli: Cli, content: Path, write: Write) -> None:
    file = write("alt")
    file.write_text(file.read_text(encoding="utf-8").replace("review_by: 2099-03-01", "review_by: 2026-03-02"))
    assert cli("check", str(content)).exit_code == 0
    assert cli("check", "--strict", str(content)).exit_code == 1
