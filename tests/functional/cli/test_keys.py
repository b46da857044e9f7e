import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Cli

KEY = re.compile(r"Root (\d+), online key ([0-9a-f]{64})")


@pytest.fixture(autouse=True)
def _node(cli: Cli) -> None:
    assert cli("init").exit_code == 0


def found_by_doctor(cli: Cli, field: str, value: str) -> list[dict[str, str]]:
    report = json.loads(cli("doctor", "--format", "json").stdout)
    return [found for found in report["findings"] if found[field] == value]


def test_the_words_replace_the_online_key_and_others_know_the_node_by_its_first_root(cli: Cli, node: Path) -> None:
    words = (node / "keys" / "recovery.txt").read_text("utf-8")
    before = cli("keys", "list").stdout
    assert len(before.partition("Twelve words: ")[2].splitlines()[0].split()) == 12
    assert "recovery.txt" in before
    assert found_by_doctor(cli, "code", "words_here")
    (node / "keys" / "recovery.txt").unlink()
    assert not found_by_doctor(cli, "code", "words_here")
    recovered = cli("keys", "recover", typed=words.upper())
    assert recovered.exit_code == 0, recovered.output
    after = cli("keys", "list").stdout
    (old,), (new,) = KEY.findall(before), KEY.findall(after)
    assert (old[0], new[0], old[1] != new[1]) == ("1", "2", True)
    assert before.splitlines()[:2] == after.splitlines()[:2]
    assert not found_by_doctor(cli, "grade", "error")


def test_words_that_are_not_those_of_this_node_change_nothing(cli: Cli, node: Path) -> None:
    before = (node / "keys" / "online.pem").read_bytes()
    for words in ("abandon " * 24, f"{'abandon ' * 23}art"):
        refused = cli("keys", "recover", typed=f"{words}\n")
        assert refused.exit_code not in (0, 2), refused.output
    assert (node / "keys" / "online.pem").read_bytes() == before


def test_a_damaged_or_missing_key_is_named(cli: Cli, node: Path) -> None:
    key = node / "keys" / "online.pem"
    key.write_text("{}")
    result = cli("keys", "list")
    assert result.exit_code == 3
    assert "online.pem" in result.stderr
    assert "backup" in result.stderr
    key.unlink()
    assert str(key) in {found["subject"] for found in found_by_doctor(cli, "code", "no_key")}


def test_the_doctor_finds_what_is_offered_wrongly_and_says_what_mends_it(cli: Cli, node: Path) -> None:
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        assert database.execute("UPDATE federation_item SET digest = 'sha256:x'").rowcount >= 1
    (found, *_) = found_by_doctor(cli, "area", "registries")
    assert "sha256:x" in found["message"]
    assert cli(*found["remedy"].split()[1:]).exit_code == 0
    assert not found_by_doctor(cli, "area", "registries")
