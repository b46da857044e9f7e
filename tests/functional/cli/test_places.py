from pathlib import Path

from app.kickoff.places.directory import OWN_FILE, PlaceDirectory
from tests.functional.cli.conftest import Cli
from tests.unit.kickoff.places.gv100ad import EXAMPLE, written


def test_the_official_directory_replaces_the_shipped_list(cli: Cli, node: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "GV100AD_31122025.txt")
    result = cli("places", "import", str(file), "--population-as-of", "2024-12-31")
    assert result.exit_code == 0, result.output
    assert "8 places as of 2025-12-31" in result.stdout
    assert "1 districts" in result.stdout
    found = PlaceDirectory(node / OWN_FILE).find("Musterstadt")
    assert [(entry.kind, entry.population_as_of) for entry in found] == [("town", "2024-12-31")]


def test_a_wrong_file_is_refused_with_its_line_and_what_to_do(cli: Cli, node: Path, tmp_path: Path) -> None:
    result = cli("places", "import", str(written(tmp_path / "other.txt", EXAMPLE[0], "Gemeinde;Einwohner")))
    assert result.exit_code == 1
    assert "other.txt, line 2" in result.stderr
    assert "unpacked text file" in result.stderr
    assert not (node / OWN_FILE).exists()
    result = cli("places", "import", str(written(tmp_path / "old.asc", encoding="cp850")))
    assert result.exit_code == 1
    assert "iconv" in result.stderr
