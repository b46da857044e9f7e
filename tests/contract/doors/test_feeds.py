"""Feed readers, search engines and monitors can work with what they get."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import feedparser
import pytest
from flask.testing import FlaskClient

from app.shared.config import PROJECT_ROOT
from app.web.doors import feeds
from app.web.factory import create_app
from app.web.records.metadata import TYPES, describe, script_text
from app.web.shell.routing import Addresses
from app.wiring import Services


def test_the_feed_is_read_on_by_next(client: FlaskClient, node: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAGE_SIZE", 20)
    client = create_app(node, testing=True).test_client()
    seen: list[str] = []
    address: str | None = "/feed.atom"
    while address:
        feed = feedparser.parse(client.get(address).data)
        seen += [entry.id for entry in feed.entries]
        links = {link.rel: link.href.removeprefix("https://node.example") for link in feed.feed.links}
        assert links["self"] == address
        address = links.get("next")
    kinds = node.schemas.listed
    assert len(seen) == len(set(seen)) == node.catalogue.own.count(kinds) > 40
    assert client.get("/feed.atom?seite=19").status_code == 200, "an empty page, as of a search"
    assert client.get("/feed.atom?seite=21").status_code == 404


def test_the_feed_says_the_five_lines_of_a_case_that_changed(client: FlaskClient, node: Services) -> None:
    path = "case-studies/hof-landbus/index.md"
    text = (PROJECT_ROOT / "content" / path).read_text("utf-8").replace('summary: "', 'summary: "Neu: ', 1)
    head = node.repository.head()
    node.repository.write({path: text.encode()}, message="Edit", expected_head=head, author="u-1")
    node.follow()
    newest = feedparser.parse(client.get("/feed.atom").data).entries[0]
    assert newest.summary.startswith("Neu: ")
    lines = newest.content[0].value
    assert all(f"\n{label}: " in lines for label in ("Ergebnis", "Kosten", "Dauer", "Größe"))


ADDRESS = "https://node.example/suche.atom?q=Bus"


def written(client: FlaskClient, title: str, *entries: ElementTree.Element) -> bytes:
    with client.application.test_request_context():
        return feeds.feed(ADDRESS, 1, {}, shown_at=ADDRESS, title=title, entries=entries).get_data()


def test_characters_that_xml_does_not_allow_are_left_out(client: FlaskClient) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    entry = feeds.entry_element(ADDRESS, day, "de", (), id=ADDRESS, title="a\x00b", summary="x\ny")
    read = feedparser.parse(written(client, "§\u00a05 und 10\u202fkm\ud800\ufffe\x0b\U0001f6b2\u200d\x1b", entry))
    assert not read.bozo
    assert read.feed.title == "§\u00a05 und 10\u202fkm\U0001f6b2\u200d"
    assert read.entries[0].title == "ab"


def test_a_feed_is_written_the_same_whatever_other_documents_are_written_beside_it(client: FlaskClient) -> None:
    ElementTree.register_namespace("", "https://node.example/another")
    known = dict(ElementTree._namespace_map)  # type: ignore[attr-defined]  # shared by all threads, and never locked
    assert b'<feed xmlns="http://www.w3.org/2005/Atom"' in written(client, "T")
    assert known == ElementTree._namespace_map  # type: ignore[attr-defined]  # as above


def test_healthz_says_whether_all_parts_agree(client: FlaskClient, node: Services) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    told = dict(answer.json or {})
    assert told.pop("disk") in {"ok", "low"}
    assert told == {
        "status": "ok",
        "rounds": "ok",
        "late": [],
        "outbox_minutes": 0,
        "search_damaged": False,
        "change": node.catalogue.last_seq(),
        "search_behind": 0,
        "meaning": "off",
        "meaning_missing": None,
        "broken": 0,
        "publishing": "open",
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_records_are_described_in_the_words_of_schema_org(node: Services, kind: str) -> None:
    addresses = Addresses(issuer="https://node.example", schemas=node.schemas)
    entry = node.catalogue.heads(kind)[0]
    record = node.catalogue.record(entry)
    described = describe(record, addresses, published=entry.at.isoformat(), publisher="Beispielverband")
    assert described["@type"] == TYPES[kind]
    assert described["@id"] == f"https://node.example/r/{record.id}"
    assert json.loads(script_text(described)) == described


def test_a_description_cannot_end_its_script_element() -> None:
    assert "<" not in script_text({"name": "</script><script>alert(1)</script><!--"})
