"""Whatever another node delivers is taken, set aside or refused with its reason, and pages stay whole."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import strategies as st

from app.catalogue import RecordNotFound
from app.federation.harvest.report import End
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.statement import read_payload
from app.federation.strict_json import StatementRefused
from app.fetching import Fetched, Wanted
from tests.fuzz.fuzzing import fuzz, mutated
from tests.netnodes.filled import BENCH, Filled, fill
from tests.netnodes.forging import changed, list_statement, published
from tests.unit.federation import examples
from tests.unit.records import examples as content

READER = StatementReader(content.schemas())
SCRAPS = [
    b'{"', b'":', b"null", b"true", b"1e400", b"-0", b"9007199254740993", b'""', b"[]", b"{}", b"[[[[[[", b'"sub":',
    b'"iat":', b'"content":', b'"ver":', b"\\u0000", b"\\ud800", b"\xff", b"\xe2\x80\xae",
    b"https://erfahrungen.example/r/", b"sha256:", b"0" * 64, b"withdrawn", b'"signatures":', b'"version":',
]  # fmt: skip
HARD = ["bericht", "2021", "../..", "javascript:alert(1)", "x" * 3000, "\u202e", "\x00"]
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=30) | st.sampled_from(HARD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_damaged_payloads() -> None:
    def check(raw: bytes) -> None:
        with suppress(StatementRefused, NotUnderstood):
            statement = read_payload(raw)
            READER.read(statement)
            assert statement.content in raw

    fuzz(mutated([examples.payload(), examples.statement(examples.withdrawn()).payload()], SCRAPS), check, of=3)


@pytest.fixture
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    filled = fill(tmp_path_factory.mktemp("statements"))
    yield filled
    filled.net.close()


def test_damaged_lists(net: Filled) -> None:
    """Whatever becomes of a part of a list on its way, B keeps what it has and reads the sound one afterwards."""
    shown = net.b.shown(net.a.origin)
    metadata = net.a.services.federation.folder / "metadata"
    parts = [path.read_bytes() for path in sorted(metadata.iterdir()) if path.suffix == ".json"][:6]

    def check(given: tuple[bytes, str]) -> None:
        def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
            return replace(answer, body=given[0]) if given[1] in wanted.url else answer

        net.net.tamper = tamper
        net.net.clock.forward(minutes=15)
        net.b.harvest(net.a)
        assert net.b.shown(net.a.origin) == shown
        net.net.tamper = None
        assert net.b.harvest(net.a).end is not End.FAILED

    fuzz(st.tuples(mutated(parts, SCRAPS), st.sampled_from(["timestamp", "snapshot", "root", "targets"])), check, of=3)


def test_records_of_any_content_taken_in_and_read(net: Filled) -> None:
    """A lists further versions of its record in which fields hold anything; B reads, lists and shows them."""
    a, b, last = net.a, net.b, published(net.a, BENCH)
    plain = {**changed(last).record}
    name = f"/r/a.example/{BENCH}"
    pages = (
        name, f"/en{name}", "/suche?q=Beispielstadt", f"/auswahl?gemerkt=a.example/{BENCH}", "/karte",
        "/oai?verb=ListRecords&metadataPrefix=enet",
    )  # fmt: skip

    def check(given: tuple[dict[str, Any], str]) -> None:
        nonlocal last
        # Each input begins with the same chance, by which the index would give two segments one name.
        random.seed()
        try:
            made = changed(last, {**plain, **given[0]}, body=given[1], ver=last.ver + 1, prev=last.digest)
            list_statement(a, made)
        except (rfc8785.CanonicalizationError, UnicodeError):
            return
        net.net.clock.forward(minutes=15)
        assert b.harvest(a).end is not End.FAILED
        b.services.follow()
        with suppress(RecordNotFound):
            if b.services.catalogue.head(BENCH, "a.example").ver == made.ver:
                last = made
        for page in pages:
            assert b.client.get(page).status_code in (200, 404), page

    fuzz(
        st.tuples(
            st.dictionaries(st.sampled_from(sorted(set(plain) - {"id", "kind"})), JSON, max_size=2),
            mutated([last.body], ["\x00", "<script>", "## A {#a}\n"]),
        ),
        check,
        of=3,
        few=5,
    )
