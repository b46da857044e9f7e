from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from app.database.table import JsonText
from app.federation.fetching import FetchRefused
from app.federation.harvest.models import HeldVersion
from app.federation.harvest.record_list import ListItem, read_page
from app.federation.held import Hop

RECORD = """\
<record><header><identifier>https://a.example/r/1</identifier><datestamp>2026-11-24T09:00:00Z</datestamp></header>
<metadata><statement xmlns="https://erfahrungsnetz.example/ns/statement/1.0/" digest="x"> a.b.c </statement></metadata>
{about}</record>"""
ABOUT = """\
<about><provenance xmlns="http://www.openarchives.org/OAI/2.0/provenance">
<originDescription harvestDate="2026-11-24T08:00:00Z" altered="false"><baseURL>{url}</baseURL>
<identifier>x</identifier><datestamp>2026-11-24T07:00:00Z</datestamp><metadataNamespace>x</metadataNamespace>
{inner}</originDescription></provenance></about>"""
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def kept(way: tuple[Hop, ...]) -> object:
    """Return what a way has become after it was stored."""
    column, dialect = HeldVersion.metadata.tables["federation_statement"].c.way.type, SQLiteDialect()
    assert isinstance(column, JsonText)
    return column.process_result_value(column.process_bind_param(way, dialect), dialect)


def document(inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-11-24T09:00:00Z</responseDate>{inner}</OAI-PMH>"
    ).encode()


def listing(records: str, token: str = "") -> bytes:
    return document(f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>")


def refused(raw: bytes) -> str:
    with pytest.raises(FetchRefused) as error:
        read_page(raw)
    assert error.value.code == "document"
    return error.value.detail


def test_items_and_the_token_are_read() -> None:
    page = read_page(listing(RECORD.format(about=""), "weiter"))
    assert page.items == (ListItem(identifier="https://a.example/r/1", stamped_at=AT, jws="a.b.c"),)
    assert (page.token, page.error) == ("weiter", "")


def test_a_refusal_is_read() -> None:
    assert read_page(document('<error code="noRecordsMatch">x</error>')).error == "noRecordsMatch"


def test_an_item_that_is_not_offered_any_more_has_no_statement() -> None:
    raw = listing(RECORD.format(about="")).replace(b"<header>", b'<header status="deleted">')
    assert read_page(raw).items[0].jws is None


def test_the_way_of_an_item_is_hearsay() -> None:
    good = read_page(listing(RECORD.format(about=ABOUT.format(url="https://b.example/oai", inner="")))).items[0]
    assert [hop.base_url for hop in good.way] == ["https://b.example/oai"]
    assert kept(good.way) == good.way
    bad = read_page(listing(RECORD.format(about=ABOUT.format(url="javascript:alert(1)", inner="")))).items[0]
    assert bad.way == ()


def test_a_way_without_end_is_cut() -> None:
    about = ABOUT.format(url="https://b.example/oai", inner="")
    station = about[about.index("<originDescription") : about.index("</provenance>")]
    inner = station
    for _ in range(50):
        inner = station.replace("</originDescription>", f"{inner}</originDescription>")
    raw = listing(RECORD.format(about=about.replace(station, inner)))
    assert len(read_page(raw).items[0].way) == 8


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    "raw",
    [
        f'<?xml version="1.0"?>{ENTITIES}]><x>&j;</x>'.encode(),
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
    ],
)
def test_nothing_that_declares_anything_is_read(raw: bytes) -> None:
    start = time.perf_counter()
    assert refused(raw)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"good day",
        b"<html><body>Not found</body></html>",
        listing(RECORD.format(about=""))[:-40],
        document(""),
        document("<ListRecords><record/></ListRecords>"),
        listing(RECORD.format(about="").replace("2026-11-24T09:00:00Z", "yesterday")),
        listing(RECORD.format(about="").replace("2026-11-24T09:00:00Z", "2026-13-45T99:00:00Z")),
        listing(RECORD.format(about="").replace("https://a.example/r/1", "x" * 400)),
        listing(RECORD.format(about="").replace("statement", "something")),
        listing(RECORD.format(about="").replace(" a.b.c ", "<b/>")),
        listing(RECORD.format(about=""), "x" * 5000),
        listing(RECORD.format(about="") * 1001),
        b"<a>" * 100_000,
        b"\xff\xfe",
        document("<error code='noRecordsMatch'/>").replace(b"<error", b"<!-- -- --><error"),
    ],
)
def test_what_is_cut_off_or_no_list_is_refused_as_a_whole(raw: bytes) -> None:
    assert refused(raw)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(raw: bytes) -> None:
    refused(raw)


@given(st.lists(st.tuples(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC))), max_size=5))
def test_hops_are_stored_and_read_back_unchanged(moments: list[tuple[datetime, datetime]]) -> None:
    way = tuple(
        Hop(
            base_url="https://b.example/oai", harvested_at=a.replace(microsecond=0), stamped_at=b.replace(microsecond=0)
        )
        for a, b in moments
    )
    assert kept(way) == way
