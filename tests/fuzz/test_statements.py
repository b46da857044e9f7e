"""Whatever another node delivers is believed, set aside or refused with its reason; what is shown was signed so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import rfc8785
from hypothesis import strategies as st

from app.catalogue import RecordNotFound
from app.federation.fetching import FetchRefused
from app.federation.harvest.record_list import read_page
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.jose import TokenRefused
from app.federation.statement import receive
from app.records.json_value import thaw
from tests.fuzz.fuzzing import fuzz, mutated
from tests.netnodes.filled import BENCH, Filled, fill
from tests.netnodes.forging import changed, delivering, published, signed
from tests.unit.federation import examples
from tests.unit.federation.harvest.test_page import ABOUT, RECORD, listing
from tests.unit.records import examples as content

READER = StatementReader(content.schemas())
SCRAPS = [
    b'{"', b'":', b"null", b"true", b"1e400", b"-0", b"9007199254740993", b'""', b"[]", b"{}", b"[[[[[[", b'"sub":',
    b'"iat":', b'"content":', b'"ver":', b"\\u0000", b"\\ud800", b"\xff", b"\xe2\x80\xae",
    b"https://erfahrungen.example/r/", b"sha256:", b"0" * 64, b"withdrawn", b'"prev":null',
]  # fmt: skip
TOKEN_SCRAPS = [
    *(".", "..", "=", "-", "_", "+", "/", "\n", " ", "é", "e30", "bnVsbA", "W10"),
    examples.encoded({"alg": "none"}),
]
PAGES = [
    listing(RECORD.format(about="")),
    listing(RECORD.format(about=ABOUT.format(url="https://b.example/oai", inner="")), "x"),
]
PAGE_SCRAPS = [
    b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"<![CDATA[", b"]]>", b"<!--", b"<?x ?>", b"</record>",
    b"<record>", b"<a", b"xmlns=''", b"status='deleted'", b"2026-13-45T99:00:00Z", b"\xff", b"\xef\xbb\xbf",
    b"<resumptionToken/>",
]  # fmt: skip
HARD = ["bericht", "2021", "../..", "javascript:alert(1)", "x" * 3000, "\u202e", "\x00"]
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=30) | st.sampled_from(HARD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def check_token(jws: str) -> None:
    with suppress(TokenRefused):
        received = receive(jws)
        with suppress(NotUnderstood):
            READER.read(received.claimed)
        believed = receive(jws).verify(examples.KEYS)
        assert believed.jws == jws
        assert jws.count(".") == 2


def test_damaged_tokens() -> None:
    fuzz(
        mutated([examples.jws(), examples.jws(examples.statement(examples.withdrawn()))], TOKEN_SCRAPS),
        check_token,
        of=4,
    )


def test_anything_signed_well() -> None:
    payloads = [examples.payload(), examples.statement(examples.withdrawn()).payload()]
    fuzz(mutated(payloads, SCRAPS), lambda raw: check_token(examples.signed(examples.header(), raw)), of=4)


def test_damaged_pages() -> None:
    def check(raw: bytes) -> None:
        with suppress(FetchRefused):
            read_page(raw)

    fuzz(mutated(PAGES, PAGE_SCRAPS), check, of=4)


@pytest.fixture
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    filled = fill(tmp_path_factory.mktemp("statements"))
    yield filled
    filled.net.close()


def test_records_of_any_content_taken_in_and_read(net: Filled) -> None:
    """A signs further versions of its record in which fields hold anything; B fetches, lists and shows them."""
    a, h, b = net.a, net.h, net.b
    last = published(a, BENCH)
    plain: Any = thaw(last.record)
    fields = sorted(set(plain) - {"id", "kind"})
    name = f"/r/a.example/{BENCH}"
    pages = (
        name,
        f"{name}/vergleich",
        f"/en{name}",
        "/suche?q=Beispielstadt",
        f"/vergleich?id=a.example/{BENCH}",
        "/karte",
    )

    def check(given: tuple[dict[str, Any], str]) -> None:
        nonlocal last
        changes, body = given
        try:
            made = changed(last, {**plain, **changes}, body=body, ver=last.ver + 1, prev=last.digest)
            token = signed(a, made)
        except (rfc8785.CanonicalizationError, UnicodeError):
            return
        net.net.tamper = delivering(net.net, (made.sub, token))
        net.net.clock.forward(minutes=15)
        with suppress(TokenRefused):
            h.harvest(a)
            b.harvest(h)
        b.services.follow()
        with suppress(RecordNotFound):
            if b.services.catalogue.head(BENCH, "a.example").ver == made.ver:
                last = made
                assert b.client.get(f"/v/{made.digest.removeprefix('sha256:')}").get_data(as_text=True) == token
        for page in pages:
            assert b.client.get(page).status_code in (200, 404), page

    fuzz(
        st.tuples(
            st.dictionaries(st.sampled_from(fields), JSON, max_size=2),
            mutated([last.body], ["\x00", "<script>", "## A {#a}\n"]),
        ),
        check,
        of=4,
        few=5,
    )
