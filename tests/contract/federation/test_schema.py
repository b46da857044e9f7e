"""Every kind of answer keeps to the official schema of OAI-PMH 2.0. The schema is not part of this repository."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlencode

import pytest
from lxml import etree

from tests.contract.federation.conftest import record_id
from tests.webnode.node import ROOT

pytestmark = pytest.mark.slow
OFFICIAL = ROOT.parent / "shared" / "validation" / "OAI-PMH.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def official() -> etree.XMLSchema:
    if not OFFICIAL.is_file():
        pytest.skip("NOT RUN: OAI-PMH.xsd is not here")
    document = etree.parse(OFFICIAL)
    for anything in document.iter(f"{XS}any"):
        # The schemas of the metadata inside lie on the web, where no test goes.
        anything.set("processContents", "skip")
    return etree.XMLSchema(document)


def fetched(url: str, **arguments: str) -> etree._Element:
    data = urlencode(arguments)
    with urllib.request.urlopen(f"{url}/oai?{data}", timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        return etree.fromstring(answer.read())


ANSWERS: tuple[dict[str, str], ...] = (
    {"verb": "Identify"},
    {"verb": "ListMetadataFormats"},
    {"verb": "ListSets"},
    {"verb": "ListIdentifiers", "metadataPrefix": "enet"},
    {"verb": "ListRecords", "metadataPrefix": "enet"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "kind:case-study"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01", "until": "2099-12-31"},
    {"verb": "ListRecords", "metadataPrefix": "marc"},
    {"verb": "ListRecords", "resumptionToken": "x"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "heute"},
    {"verb": "Nothing"},
    {},
)


@pytest.mark.parametrize("arguments", ANSWERS, ids=lambda arguments: "-".join(arguments.values()) or "empty")
def test_an_answer_keeps_to_the_schema(url: str, official: etree.XMLSchema, arguments: dict[str, str]) -> None:
    official.assertValid(fetched(url, **arguments))


@pytest.mark.parametrize("prefix", ["enet", "oai_dc"])
@pytest.mark.parametrize("number", [0, 100, 999])
def test_a_record_alone_keeps_to_the_schema(url: str, official: etree.XMLSchema, prefix: str, number: int) -> None:
    answer = fetched(url, verb="GetRecord", metadataPrefix=prefix, identifier=f"{url}/r/{record_id(number)}")
    official.assertValid(answer)


def test_all_pages_of_a_list_keep_to_the_schema(url: str, official: etree.XMLSchema) -> None:
    arguments, pages = {"metadataPrefix": "enet"}, 0
    while arguments:
        answer = fetched(url, verb="ListRecords", **arguments)
        official.assertValid(answer)
        pages += 1
        token = answer.findtext(".//{*}resumptionToken")
        arguments = {"resumptionToken": token} if token else {}
    assert pages == 3


def test_a_statement_keeps_to_the_schema_that_the_node_gives_out(url: str) -> None:
    with urllib.request.urlopen(f"{url}/oai/enet.xsd", timeout=30) as answer:
        own = etree.XMLSchema(etree.fromstring(answer.read()))
    for statement in fetched(url, verb="ListRecords", metadataPrefix="enet").iter("{*}statement"):
        own.assertValid(statement)
