import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from app.records.git import command
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.node import Node
from tests.functional.cli.conftest import Cli, Write


def test_init_makes_a_node_whose_first_version_is_signed_and_touches_none_that_is_there(cli: Cli, node: Path) -> None:
    result = cli("init")
    assert result.exit_code == 0, result.output
    assert "added" in result.stdout
    verify = ["git", f"--git-dir={node / 'content.git'}", "verify-commit", "main"]
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    lines = (node / "node.env").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines), "its file for settings changes none by itself"
    assert any("NODE_ISSUER" in line for line in lines)
    again = cli("init")
    assert again.exit_code == 1
    assert "erfahrungsnetz sync" in again.stderr


def test_a_folder_is_remembered_under_any_name_even_when_the_import_is_broken_off(
    node: Path, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = content.rename(tmp_path / "unser Ordner #1, „Kim's“")
    monkeypatch.delenv("NODE_CONTENT", raising=False)
    monkeypatch.setattr("app.wiring.node.SeedImporter.init", Mock(side_effect=KeyboardInterrupt))
    services = Services(load_settings(data=node))
    with pytest.raises(KeyboardInterrupt):
        Node(services).init(other, lambda _step: lambda _done, _total: None, followed=True)
    services.close()
    assert load_settings(data=node).follows == other


def test_init_begins_empty_or_with_a_folder_and_not_with_both(cli: Cli, content: Path) -> None:
    assert cli("init", "--empty", "--content", str(content)).exit_code == 2
    begun = cli("init", "--empty")
    # The three vocabularies, without which nothing could be written.
    assert (begun.exit_code, begun.stdout.splitlines()[0][:8]) == (0, "3 added,")


def test_sync_brings_in_changes_once_and_tells_the_editors(cli: Cli, node: Path, write: Write) -> None:
    cli("init")
    write("rufbus", text="Der Rufbus fährt auch nachts.")
    write("stadtrad")
    assert cli("sync").stdout.startswith("1 added, 1 updated")
    assert cli("sync").stdout.startswith("0 added, 0 updated")
    services = Services(load_settings(data=node))
    lines = [(line.person, line.action, line.params) for line in services.review.audit.events()]
    services.close()
    assert lines == [("", "folder", {"added": "1", "updated": "1"}), ("", "folder", {"added": "5", "updated": "0"})]
    done = cli("reindex")
    assert (done.exit_code, done.stdout) == (0, "3 records indexed.\n")


def test_without_a_node_the_way_to_one_is_shown(cli: Cli, node: Path) -> None:
    for name in ("sync", "reindex", "doctor", "reconcile"):
        result = cli(name)
        assert result.exit_code == 3
        assert "erfahrungsnetz init" in result.stderr
        assert not (node / "content.git").exists()


CALLS = (
    *(("init",), ("init", "--empty"), ("sync",), ("reindex", "--catalogue"), ("doctor",), ("doctor", "--repair")),
    *(("peers", "list"), ("harvest",), ("backup", "kept")),
)


def test_a_repository_that_is_gone_is_no_new_node(cli: Cli, node: Path) -> None:
    cli("init")
    away = (node / "content.git").rename(node / "not mounted")
    for call in CALLS:
        refused = cli(*call)
        assert refused.exit_code == 3, call
        assert "NODE_REPOSITORY" in refused.stderr
        assert not (node / "content.git").exists()
    away.rename(node / "content.git")
    assert cli("doctor").exit_code == 0


@pytest.mark.parametrize(
    ("revision", "words", "calls"),
    [
        ("0027", "older release", [("doctor",), ("grant", "kim@example.org", "author"), ("peers", "list")]),
        ("9999", "(9999)", [("doctor",), ("sync",), ("harvest",), ("reindex",)]),
    ],
)
def test_tables_of_another_release_are_named_and_left_alone(
    cli: Cli, node: Path, revision: str, words: str, calls: list[tuple[str, ...]]
) -> None:
    """Those of an earlier one are brought up to date by the first start; from others no step leads on."""
    cli("init")
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    for call in calls:
        refused = cli(*call)
        assert (refused.exit_code, words in refused.stderr) == (3, True), call


def test_an_unusable_setting_and_a_database_that_does_not_answer_are_told_apart(cli: Cli, tmp_path: Path) -> None:
    cli("init")
    unusable = cli("sync", NODE_PORT="eighty")
    assert (unusable.exit_code, "NODE_PORT" in unusable.stderr) == (2, True)
    (tmp_path / "folder").mkdir()
    silent = cli("sync", NODE_DATABASE_URL=f"sqlite:///{tmp_path / 'folder'}")
    assert (silent.exit_code, "database" in silent.stderr) == (3, True)


def test_a_missing_tool_is_named_with_its_install_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(command._ENVIRONMENT, "PATH", "/nowhere")
    result = cli("init")
    assert result.exit_code == 3
    assert "apt-get install -y --no-install-recommends" in result.stderr


def test_a_node_comes_back_from_its_backup(cli: Cli, node: Path, tmp_path: Path) -> None:
    cli("init")
    backup, there = str(tmp_path / "backup"), str(tmp_path / "there")
    assert cli("backup", backup).exit_code == 0
    refused = cli("restore", backup)
    assert (refused.exit_code, "is not empty" in refused.output) == (1, True)
    assert cli("--data", there, "restore", backup).exit_code == 0
    assert cli("--data", there, "doctor").exit_code == 0
    assert (tmp_path / "there" / "node.sqlite").stat().st_mode & 0o077 == 0
    (tmp_path / "backup" / "data" / "letter").touch()
    unnamed = cli("--data", f"{there}2", "restore", backup)
    assert (unnamed.exit_code, "data/letter is not named in its backup.json" in unnamed.output) == (1, True)
    (tmp_path / "backup" / "backup.json").unlink()
    assert "is no whole backup" in cli("--data", f"{there}2", "restore", backup).output


def test_what_a_node_had_elsewhere_is_named_and_left_when_it_comes_back(cli: Cli, node: Path, tmp_path: Path) -> None:
    providers = tmp_path / "etc" / "providers.toml"
    providers.parent.mkdir()
    providers.write_text("", encoding="utf-8")
    node.mkdir(exist_ok=True)
    (node / "node.env").write_text(f"NODE_PROVIDERS={providers}\n", encoding="utf-8")
    cli("init")
    backup, there = str(tmp_path / "backup"), str(tmp_path / "there")
    assert cli("backup", backup).exit_code == 0
    providers.unlink()
    done = cli("--data", there, "restore", backup)
    assert done.exit_code == 0
    assert (
        f"'{providers}' is not in the data folder and not changed; compare '{backup}/outside/0-providers.toml'"
        in done.stderr
    )
    assert not providers.exists()


SIGN_IN = """\
[[provider]]
key = "haus"
issuer = "https://anmeldung.beispielstadt.example"
client_id = "netz"
client_secret_{place}
label = "Beispielstadt"
"""


def test_an_unreachable_secret_keeps_nobody_from_backup_restore_and_keys(cli: Cli, node: Path, tmp_path: Path) -> None:
    cli("init")
    (node / "node.env").write_text("NODE_TIMEZONE=Europe/Nirgends\n", encoding="utf-8")
    for number, place in enumerate((f'file = "{tmp_path}/gone/haus.secret"', 'env = "SECRET_OF_THE_SERVICE_ALONE"')):
        (node / "providers.toml").write_text(SIGN_IN.format(place=place), encoding="utf-8")
        assert cli("keys", "list").exit_code == 0
        assert cli("backup", str(tmp_path / "backup")).exit_code == 0
        done = cli("--data", str(tmp_path / f"there{number}"), "restore", str(tmp_path / "backup"))
        assert done.exit_code == 0, done.output
        assert cli("doctor").exit_code == 2, "what the site needs is said where it is looked for"
