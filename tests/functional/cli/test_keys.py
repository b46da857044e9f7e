from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Cli

KEY = re.compile(r"(record|federation) +(\S{43}) +(.+)")


@pytest.fixture(autouse=True)
def _node(cli: Cli) -> None:
    assert cli("init").exit_code == 0


def listed(output: str) -> list[tuple[str, str, str]]:
    return [found for line in output.splitlines() for found in KEY.findall(line)]


def found_by_doctor(cli: Cli, field: str, value: str) -> list[dict[str, str]]:
    report = json.loads(cli("doctor", "--format", "json").stdout)
    return [found for found in report["findings"] if found[field] == value]


def test_each_role_has_a_key_that_can_be_changed(cli: Cli, node: Path) -> None:
    (_, record, of_record), (_, federation, of_federation) = listed(cli("keys", "list").stdout)
    assert (of_record, of_federation) == ("in use", "in use")
    assert {file.name for file in (node / "keys").glob("*.jwks.json")} == {"record.jwks.json", "federation.jwks.json"}

    new, old = listed(cli("keys", "rotate", "federation").stdout)
    assert new[2].startswith("signs from")
    assert (old[1], old[2][:13]) == (federation, "in use, until")

    new, old = listed(cli("keys", "rotate", "record").stdout)
    assert new[2] == "in use"
    assert (old[1], old[2][:6]) == (record, "former")

    lost = new[1]
    new, *former = listed(cli("keys", "compromised", "record", lost).stdout)
    assert new[2] == "in use"
    assert [state[:11] for _, name, state in former if name == lost] == ["compromised"]


def test_a_name_that_no_key_has_is_refused_whatever_it_begins_with(cli: Cli) -> None:
    for start in ("x", "-h", "--", "-x", "--help-"):
        result = cli("keys", "compromised", "record", start.ljust(43, "h"))
        assert result.exit_code == 4
        assert "keys list" in result.stderr


def test_a_damaged_or_missing_file_is_named(cli: Cli, node: Path) -> None:
    (node / "keys" / "record.jwks.json").write_text("{}")
    result = cli("keys", "list")
    assert result.exit_code == 3
    assert "record.jwks.json" in result.stderr
    assert "backup" in result.stderr
    missing = node / "keys" / "federation.jwks.json"
    missing.unlink()
    assert str(missing) in {found["subject"] for found in found_by_doctor(cli, "code", "no_key")}


def test_the_doctor_finds_what_is_offered_wrongly_and_says_what_mends_it(cli: Cli, node: Path) -> None:
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        assert database.execute("UPDATE federation_item SET digest = 'sha256:x'").rowcount >= 1
    (found, *_) = found_by_doctor(cli, "area", "exchange")
    assert "sha256:x" in found["message"]
    assert cli(*found["remedy"].split()[1:]).exit_code == 0
    assert not found_by_doctor(cli, "area", "exchange")
