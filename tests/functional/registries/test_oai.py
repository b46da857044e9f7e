import json
from datetime import timedelta

import pytest
from lxml import etree

from app.catalogue import CatalogueEntry
from app.federation.service import FederationService
from app.federation.statement import read_payload
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.registries import lists as listing
from app.registries.lists import Resumption
from app.registries.xml import written
from app.wiring import Services
from tests.functional.registries.test_items import edit
from tests.webnode.node import RUNNING, STOPPED, WITHDRAWN

SUB = "https://erfahrungen.example/r/"


class Asking:
    """Asks a node and takes its answers apart."""

    def __init__(self, services: Services) -> None:
        self._oai = services.oai

    def __call__(self, verb: str, **arguments: str) -> etree._Element:
        given = {name.rstrip("_"): value for name, value in arguments.items()}
        return etree.fromstring(self._oai.answer([("verb", verb), *given.items()]))

    def pairs(self, *pairs: tuple[str, str]) -> etree._Element:
        return etree.fromstring(self._oai.answer(pairs))

    def identifiers(self, **arguments: str) -> list[str]:
        answer = self("ListIdentifiers", **{"metadataPrefix": "enet", **arguments})
        return [element.text.removeprefix(SUB) for element in answer.iter("{*}identifier")]


@pytest.fixture
def ask(services: Services) -> Asking:
    return Asking(services)


def error(answer: etree._Element) -> str:
    found: str = answer.find("{*}error").get("code")
    return found


def test_a_withdrawal_is_a_record_if_sent_whole_and_else_deleted(ask: Asking, federation: FederationService) -> None:
    whole = ask("GetRecord", metadataPrefix="enet", identifier=SUB + WITHDRAWN)
    assert whole.find(".//{*}header").get("status") is None
    assert whole.findtext(".//{*}statement").encode() == federation.own.payload("", WITHDRAWN, 2)
    plain = ask("GetRecord", metadataPrefix="oai_dc", identifier=SUB + WITHDRAWN)
    assert plain.find(".//{*}header").get("status") == "deleted"
    assert plain.find(".//{*}metadata") is None


def test_a_statement_comes_with_digest_licence_and_sets(ask: Asking, federation: FederationService) -> None:
    answer = ask("GetRecord", metadataPrefix="enet", identifier=SUB + STOPPED)
    statement = answer.find(".//{*}statement")
    assert statement.text.encode() == federation.own.payload("", STOPPED, 3)
    assert statement.get("digest") == read_payload(statement.text.encode()).digest
    assert answer.find(".//{*}rightsReference").get("ref") == "https://creativecommons.org/licenses/by/4.0/"
    sets = {element.text for element in answer.iter("{*}setSpec")}
    assert {"own", "origin:erfahrungen.example", "kind:case-study", "topic:mobility"} <= sets


def test_dublin_core_says_the_usual_things(ask: Asking) -> None:
    answer = ask("GetRecord", metadataPrefix="oai_dc", identifier=SUB + RUNNING)
    told = {(element.tag.partition("}")[2], element.text) for element in answer.find(".//{*}metadata")[0]}
    assert ("title", "Beispielkreis: Starkregenwarnung mit Sensoren") in told
    assert ("publisher", "Beispielverbund") in told
    assert ("identifier", SUB + RUNNING) in told
    assert ("language", "de") in told
    assert ("rights", "https://creativecommons.org/licenses/by/4.0/") in told


def test_lists_come_in_pages_that_lead_on(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_ITEMS", 4)
    first = ask("ListIdentifiers", metadataPrefix="enet")
    token = first.find(".//{*}resumptionToken")
    assert (token.get("cursor"), token.get("completeListSize")) == ("0", "6")
    second = ask("ListIdentifiers", resumptionToken=token.text)
    last = second.find(".//{*}resumptionToken")
    assert (last.text or "", last.get("cursor")) == ("", "4")
    found = [element.text for page in (first, second) for element in page.iter("{*}identifier")]
    assert len(set(found)) == len(found) == 6


def test_a_page_also_ends_when_it_has_enough_bytes(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_BYTES", 1)
    answer = ask("ListRecords", metadataPrefix="enet")
    assert len(answer.findall(".//{*}record")) == 1
    assert answer.findtext(".//{*}resumptionToken")


def test_changes_while_reading_come_next_time(ask: Asking, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_ITEMS", 4)
    first = ask("ListIdentifiers", metadataPrefix="enet")
    before = written(services.oai.projection.catch_up().stamped_at)
    edit(services, b"Mitfahr", b"Mitnahme")
    second = ask("ListIdentifiers", resumptionToken=first.findtext(".//{*}resumptionToken"))
    read = [element.text.removeprefix(SUB) for page in (first, second) for element in page.iter("{*}identifier")]
    assert STOPPED not in read
    assert STOPPED in ask.identifiers(from_=before)


def test_lists_can_be_limited_by_time_in_both_granularities(ask: Asking, services: Services) -> None:
    last = services.oai.projection.catch_up().stamped_at
    assert set(ask.identifiers(from_=written(last))) == {STOPPED, WITHDRAWN}
    assert WITHDRAWN not in ask.identifiers(until=written(last - timedelta(seconds=1)))
    day = last.date().isoformat()
    assert len(ask.identifiers(from_=day, until=day)) == 6
    assert error(ask("ListIdentifiers", metadataPrefix="enet", from_="2026-11-25")) == "noRecordsMatch"


def test_a_set_that_does_not_exist_is_empty(ask: Asking) -> None:
    for spec in ("origin:anderswo.example", "topic:nothing", "kind:nothing", "nothing", "own:x", "topic"):
        assert error(ask("ListIdentifiers", metadataPrefix="enet", set=spec)) == "noRecordsMatch"
    assert len(ask.identifiers(set="origin:erfahrungen.example")) == 6


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([], "badVerb"),
        ([("verb", "identify")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("x", "1")], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", SUB + STOPPED)], "badArgument"),
        ([("verb", "GetRecord"), ("metadataPrefix", "enet")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "enet"), ("from", "2026-02-31")], "badArgument"),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "enet"), ("from", "2026-11-02"), ("until", "2026-11-01")],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("metadataPrefix", "enet"), ("set", "x\x00")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "x" * 2001)], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
        ([("verb", "GetRecord"), ("metadataPrefix", "m"), ("identifier", SUB + STOPPED)], "cannotDisseminateFormat"),
        ([("verb", "GetRecord"), ("metadataPrefix", "enet"), ("identifier", "x")], "idDoesNotExist"),
        ([("verb", "ListMetadataFormats"), ("identifier", "x")], "idDoesNotExist"),
        ([("verb", "ListRecords"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "x"), ("metadataPrefix", "enet")], "badArgument"),
    ],
)
def test_mistakes_are_answered_as_the_protocol_asks(ask: Asking, pairs: list[tuple[str, str]], code: str) -> None:
    answer = ask.pairs(*pairs)
    assert error(answer) == code
    attributes = answer.find("{*}request").attrib
    assert not attributes if code in {"badVerb", "badArgument"} else attributes["verb"] == dict(pairs)["verb"]


START = Resumption(prefix="enet", after=0, up_to=100, cursor=0, total=6)


@pytest.mark.parametrize(
    "token",
    [
        "e30",
        START.token()[:-2],
        Resumption(prefix="marc", after=0, up_to=100, cursor=0, total=6).token(),
        Resumption(prefix="enet", after=2**40, up_to=100, cursor=0, total=6).token(),
        Resumption(prefix="enet", after=0, up_to=100, cursor=0, total=6, since="gestern").token(),
        Resumption(prefix="enet", after=0, up_to=100, cursor=0, total=6, set="a b").token(),
    ],
)
def test_a_forged_token_is_no_token(ask: Asking, token: str) -> None:
    assert error(ask("ListRecords", resumptionToken=token)) == "badResumptionToken"


def test_an_unreadable_version_stops_no_other(ask: Asking, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("Identify")
    whole = services.catalogue.record

    def record(entry: CatalogueEntry) -> Record:
        if entry.id == STOPPED:
            raise InvalidRecord(entry.slug, ())
        return whole(entry)

    monkeypatch.setattr(services.catalogue, "record", record)
    answer = ask("ListRecords", metadataPrefix="enet")
    assert len(answer.findall(".//{*}record")) == 5
    assert error(ask("GetRecord", metadataPrefix="enet", identifier=SUB + STOPPED)) == "idDoesNotExist"


def test_a_record_with_characters_that_xml_cannot_write_is_handed_out_as_the_same_json(
    ask: Asking, federation: FederationService, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"content": {"body": "a\uffffb"}}
    monkeypatch.setattr(federation.held, "payload", lambda *_item: json.dumps(said, ensure_ascii=False).encode())
    text = ask("GetRecord", metadataPrefix="enet", identifier=SUB + STOPPED).findtext(".//{*}statement")
    assert json.loads(text) == said
