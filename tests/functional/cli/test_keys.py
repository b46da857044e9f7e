from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Cli, Write

KEY = re.compile(r"(record|federation) +(\S{43}) +(.+)")


@pytest.fixture(autouse=True)
def _node(cli: Cli) -> None:
    assert cli("init").exit_code == 0


def listed(output: str) -> list[tuple[str, str, str]]:
    return [found for line in output.splitlines() for found in KEY.findall(line)]


def test_init_makes_one_key_of_each_role(cli: Cli, node: Path) -> None:
    found = listed(cli("keys", "list").stdout)
    assert [(role, state) for role, _name, state in found] == [("record", "in use"), ("federation", "in use")]
    assert {file.name for file in (node / "keys").glob("*.jwks.json")} == {"record.jwks.json", "federation.jwks.json"}


def test_a_new_record_key_is_in_use_at_once(cli: Cli) -> None:
    (_, before, _), _ = listed(cli("keys", "list").stdout)
    new, old = listed(cli("keys", "rotate", "record").stdout)
    assert new[2] == "in use"
    assert (old[1], old[2][:6]) == (before, "former")


def test_a_new_federation_key_is_announced_for_a_month(cli: Cli) -> None:
    _, (_, before, _) = listed(cli("keys", "list").stdout)
    new, old = listed(cli("keys", "rotate", "federation").stdout)
    assert new[2].startswith("signs from")
    assert (old[1], old[2][:13]) == (before, "in use, until")


def test_a_lost_key_is_replaced_and_marked(cli: Cli) -> None:
    (_, before, _), _ = listed(cli("keys", "list").stdout)
    new, old = listed(cli("keys", "compromised", "record", before).stdout)
    assert new[2] == "in use"
    assert (old[1], old[2][:11]) == (before, "compromised")


@pytest.mark.parametrize("start", ["x", "-h", "--", "-x", "--help-"])
def test_a_name_that_no_key_has_is_refused_whatever_it_begins_with(cli: Cli, start: str) -> None:
    result = cli("keys", "compromised", "record", start.ljust(43, "h"))
    assert result.exit_code == 4
    assert "keys list" in result.stderr


def test_a_damaged_file_is_named(cli: Cli, node: Path) -> None:
    (node / "keys" / "record.jwks.json").write_text("{}")
    result = cli("keys", "list")
    assert result.exit_code == 3
    assert "record.jwks.json" in result.stderr
    assert "backup" in result.stderr


def test_the_doctor_names_a_key_that_cannot_be_read(cli: Cli, node: Path) -> None:
    (node / "keys" / "federation.jwks.json").unlink()
    report = json.loads(cli("doctor", "--format", "json").stdout)
    assert [found["subject"] for found in report["findings"] if found["code"] == "no_key"] == [
        str(node / "keys" / "federation.jwks.json")
    ]


def test_the_doctor_finds_what_is_offered_wrongly_and_says_what_mends_it(
    cli: Cli, node: Path, content: Path, write: Write
) -> None:
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        assert database.execute("UPDATE federation_item SET digest = 'sha256:x'").rowcount >= 1
    report = json.loads(cli("doctor", "--format", "json").stdout)
    (found, *_) = [found for found in report["findings"] if found["area"] == "exchange"]
    assert "sha256:x" in found["message"]
    assert cli(*found["remedy"].split()[1:]).exit_code == 0
    report = json.loads(cli("doctor", "--format", "json").stdout)
    assert not [found for found in report["findings"] if found["area"] == "exchange"]
