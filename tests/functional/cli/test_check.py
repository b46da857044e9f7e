import json
from pathlib import Path

from tests.functional.cli.conftest import Cli, Write


def test_an_error_is_reported_with_file_line_and_remedy(cli: Cli, content: Path, write: Write, tmp_path: Path) -> None:
    assert cli("check", str(content)).exit_code == 0
    file = write("kaputt", text="Der Bus fährt öfter.[^andere]")
    result = cli("check", str(content), "--lang", "en")
    assert result.exit_code == 1
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "[^andere]" in text)
    assert f"concepts/kaputt/index.md:{line}:" in result.stdout
    report = json.loads(cli("check", "--format", "json", str(content)).stdout)
    assert report["errors"] >= 1
    assert {"file", "line", "field", "code", "severity", "message", "remedy"} <= report["problems"][0].keys()
    # One record is checked against the rest of its folder, and without a path the configured folder.
    alone = cli("check", str(content / "concepts" / "rufbus"), "--lang", "en")
    assert (alone.exit_code, "\nChecked: 1 records. Errors: 0. Notes: 2.\n" in alone.stdout) == (0, True)
    assert cli("check", str(content / "concepts" / "rufbus" / "index.md"), "--lang", "en").stdout == alone.stdout
    assert cli("check", str(content / "concepts" / "kaputt")).exit_code == 1
    assert "concepts/kaputt" in cli("check").stdout
    nowhere = cli("check", str(tmp_path / "nowhere"))
    assert (nowhere.exit_code, "nowhere" in nowhere.stderr) == (4, True)


def test_warnings_count_only_when_asked_for(cli: Cli, content: Path, write: Write) -> None:
    file = write("alt")
    file.write_text(file.read_text(encoding="utf-8").replace("review_by: 2099-03-01", "review_by: 2026-03-02"))
    assert cli("check", str(content)).exit_code == 0
    assert cli("check", "--strict", str(content)).exit_code == 1
