"""npm jose verifies what a node signs, in a program that shares no line with this project."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.contract.federation.conftest import ALL, WITHDRAWN
from tests.webnode.node import ROOT

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("verify.mjs")


def identifiers(url: str) -> list[str]:
    found: list[str] = []
    query = "metadataPrefix=enet"
    while query:
        with urllib.request.urlopen(f"{url}/oai?verb=ListIdentifiers&{query}", timeout=30) as answer:
            tree = etree.fromstring(answer.read())
        found += [element.text for element in tree.iter("{*}identifier")]
        token = tree.findtext(".//{*}resumptionToken")
        query = f"resumptionToken={token}" if token else ""
    return found


@pytest.fixture(scope="module")
def verified(url: str) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "Node.js is missing: statements have to be verified by a program that is not ours"
    assert (ROOT / "node_modules" / "jose").is_dir(), "npm jose is missing: make setup-dev fetches it"
    done = subprocess.run(
        [node, SCRIPT, url, *identifiers(url)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_statement_and_the_configuration_are_verified(verified: dict[str, Any], url: str) -> None:
    assert verified["typ"] == "entity-statement+jwt"
    assert verified["endpoint"] == f"{url}/oai"
    assert len(verified["seen"]) == ALL
    assert sum(record["status"] == "withdrawn" for record in verified["seen"]) == WITHDRAWN


def test_whoever_holds_all_records_works_out_the_state_root(verified: dict[str, Any]) -> None:
    assert verified["state"]["root"] == verified["root"]
    assert verified["state"]["count"] == ALL
