"""Each test damages one thing and expects the doctor to find that thing."""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.functional.cli.conftest import Cli, Write


def findings(cli: Cli) -> list[dict[str, Any]]:
    result = cli("doctor", "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == (1 if report["errors"] else 0)
    return [found for found in report["findings"] if found["grade"] == "error"]


def warnings(cli: Cli) -> set[str]:
    report = json.loads(cli("doctor", "--format", "json").stdout)
    return {found["code"] for found in report["findings"] if found["grade"] == "warning"}


def areas(cli: Cli) -> set[str]:
    return {found["area"] for found in findings(cli)}


def git(node: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    identity = {
        "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x.example", "GIT_COMMITTER_NAME": "x",
        "GIT_COMMITTER_EMAIL": "x@x.example",
    }  # fmt: skip
    command = ["git", f"--git-dir={node / 'content.git'}", *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, input=stdin, env={**os.environ, **identity}
    ).stdout.strip()


def change_row(node: Path, statement: str) -> None:
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        assert database.execute(statement).rowcount == 1


def test_a_fresh_node_is_sound_and_lacks_but_the_data_of_its_operator(cli: Cli) -> None:
    cli("init")
    result = cli("doctor")
    assert result.exit_code == 0, result.output
    assert "2 records in 2 versions: repository, catalogue and index agree" in result.stdout
    assert "0 of 0" not in result.stdout
    report = json.loads(cli("doctor", "--format", "json").stdout)
    assert "NODE_OPERATOR_NAME" in {found["subject"] for found in report["findings"]}
    assert report["errors"] == 0


def test_a_database_whose_rows_were_changed_or_that_was_lost_is_found_and_mended(cli: Cli, node: Path) -> None:
    cli("init")
    change_row(node, "UPDATE catalogue_version SET digest = 'sha256:00' WHERE slug = 'rufbus'")
    assert "concept/rufbus/v/1" in {item["subject"] for item in findings(cli)}
    change_row(node, "DELETE FROM catalogue_version WHERE slug = 'rufbus'")
    assert "catalogue" in areas(cli)
    assert cli("reindex", "--catalogue").exit_code == 0
    assert findings(cli) == []
    for file in node.glob("node.sqlite*"):
        file.unlink()
    assert [item["code"] for item in findings(cli)] == ["no_tables"]
    assert cli("reindex", "--catalogue").exit_code == 0
    assert findings(cli) == []


def test_a_damaged_file_of_the_own_list_is_found_and_mended(cli: Cli, node: Path) -> None:
    cli("init")
    for path in (node / "netz" / "targets" / "records").iterdir():
        path.write_bytes(b"{}")
    assert [item["code"] for item in findings(cli)] == ["list_damaged"]
    assert cli("doctor", "--repair").exit_code == 0
    assert findings(cli) == []


def test_engine_that_is_not_installed_is_a_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.shared.config.settings.find_spec", lambda _name: None)
    monkeypatch.setenv("NODE_SEARCH", "tantivy")
    result = cli("doctor")
    assert result.exit_code != 0
    assert ".venv/bin/pip install -e '.[tantivy]'" in result.output


def test_node_that_has_outgrown_its_engine_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init")
    assert '"outgrown"' not in cli("doctor", "--format", "json").stdout
    monkeypatch.setattr("app.cli.doctor.stores.MAX_WHOOSH_RECORDS", 1)
    report = json.loads(cli("doctor", "--format", "json").stdout)
    (found,) = (found for found in report["findings"] if found["code"] == "outgrown")
    assert (found["subject"], found["grade"]) == ("2 records", "warning")
    assert "NODE_SEARCH=tantivy" in found["remedy"]


def test_a_lost_or_outdated_index_is_found_and_mended(cli: Cli, node: Path, write: Write, tmp_path: Path) -> None:
    cli("init")
    shutil.copytree(node / "index" / "whoosh", tmp_path / "old")
    write("rufbus", text="Der Rufbus fährt auch nachts.")
    write("stadtrad")
    cli("sync")
    shutil.rmtree(node / "index" / "whoosh")
    assert areas(cli) == {"index"}
    shutil.copytree(tmp_path / "old", node / "index" / "whoosh", dirs_exist_ok=True)
    assert areas(cli) == {"index"}
    cli("reindex")
    assert findings(cli) == []


def test_a_commit_that_nobody_signed_is_found(cli: Cli, node: Path) -> None:
    cli("init")
    tree = git(node, "rev-parse", "main^{tree}").decode()
    commit = git(node, "commit-tree", "-p", "main", "-m", "slipped in", tree).decode()
    git(node, "update-ref", "refs/heads/main", commit)
    found = [item for item in findings(cli) if item["area"] == "repository"]
    assert [item["subject"] for item in found] == [commit]


def test_a_damaged_object_is_found(cli: Cli, node: Path) -> None:
    cli("init")
    blob = git(node, "rev-parse", "main:concepts/rufbus/index.md").decode()
    loose = node / "content.git" / "objects" / blob[:2] / blob[2:]
    if not loose.exists():
        for pack in (node / "content.git" / "objects" / "pack").glob("*.pack"):
            shutil.move(pack, node / "moved.pack")
        for rest in (node / "content.git" / "objects" / "pack").iterdir():
            rest.unlink()
        git(node, "unpack-objects", "-q", stdin=(node / "moved.pack").read_bytes())
    loose.chmod(0o600)
    loose.write_bytes(b"rubbish")
    assert "repository" in areas(cli)


def test_a_lock_that_a_killed_git_left_is_found_and_mended(cli: Cli, node: Path) -> None:
    cli("init")
    lock = node / "content.git" / "refs" / "heads" / "main.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    assert [(item["code"], item["subject"]) for item in findings(cli)] == [("left_lock", "refs/heads/main.lock")]
    assert cli("reconcile").exit_code == 0
    assert findings(cli) == []


def test_a_broken_version_is_named_while_the_last_good_one_stays(cli: Cli, write: Write) -> None:
    cli("init")
    write("rufbus").write_text("no front matter")
    cli("sync")
    result = cli("doctor")
    assert result.exit_code == 1
    assert "concepts/rufbus/index.md" in result.stdout
    assert "2 records" in result.stdout


def test_settings_that_contradict_are_pointed_out(cli: Cli, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init")
    monkeypatch.setenv("NODE_ISUER", "https://erfahrungen.example")
    assert "NODE_ISSUER is" in cli("doctor").stdout
    monkeypatch.setenv("NODE_ISSUER", "http://erfahrungen.example")
    found = warnings(cli)
    assert "plain_issuer" in found
    assert "no_content" not in found
    monkeypatch.setenv("NODE_ISSUER", "https://erfahrungen.example")
    content.rename(content.parent / "moved")
    assert {"no_proxy", "no_content"} <= warnings(cli)
    monkeypatch.setenv("NODE_TRUSTED_PROXIES", "1")
    assert not warnings(cli) & {"plain_issuer", "no_proxy", "local_issuer"}


def test_bad_pages_of_the_database_are_found_and_said_in_a_sentence(cli: Cli, node: Path) -> None:
    cli("init")
    file = node / "node.sqlite"
    sound = file.read_bytes()
    file.write_bytes(sound[: 4096 * 4] + b"\xa5" * 4096 * 12 + sound[4096 * 16 :])
    found = findings(cli)
    assert {one["code"] for one in found if one["area"] == "database"} == {"damaged"}
    file.write_bytes(b"\xa5" * len(sound))
    assert {one["area"] for one in findings(cli)} == {"database"}
    result = cli("grant", "kim@musterstadt.example", "operator")
    assert (result.exit_code, "put node.sqlite back" in result.output) == (3, True)


def test_keys_and_secrets_that_others_can_read_are_found(cli: Cli, node: Path, tmp_path: Path) -> None:
    cli("init")
    key = node / "keys" / "commit_ed25519"
    key.chmod(0o644)
    assert [found["code"] for found in findings(cli) if found["area"] == "keys"] == ["readable_key"]
    key.chmod(0o600)
    secret = tmp_path / "smtp"
    secret.write_text("geheim", encoding="utf-8")
    secret.chmod(0o644)
    tmp_path.chmod(0o755)
    with (node / "node.env").open("a", encoding="utf-8") as settings:
        settings.write(f"NODE_SMTP_PASSWORD_FILE={secret}\n")
    assert [one["subject"] for one in findings(cli) if one["area"] == "secrets"] == [str(secret)]
    secret.chmod(0o640)
    assert findings(cli) == []
