"""Whatever is asked by OAI-PMH is answered in its form, and a list that is walked to its end is whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import strategies as st
from lxml import etree

from app.registries.lists import OaiCode, Resumption
from app.web.factory import create_app
from app.wiring import Services
from tests.fuzz.fuzzing import fuzz, mutated
from tests.webnode.node import STOPPED, WITHDRAWN, make_node

CODES = {code.value for code in OaiCode}
NAMES = ["verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken"]
TOKENS = [
    Resumption(prefix="enet", after=0, up_to=9, cursor=0, total=9).token(),
    Resumption(prefix="oai_dc", after=3, up_to=2**31 - 1, cursor=2**30, total=0, set="kind:case-study").token(),
    Resumption(prefix="enet", after=1, up_to=5, cursor=1, total=4, since="2026-11-24", until="2026-11-25").token(),
]
TEXTS = [
    *("Identify", "ListMetadataFormats", "ListSets", "GetRecord", "ListIdentifiers", "ListRecords"),
    *("enet", "oai_dc", "own", "origin:erfahrungen.example", "kind:case-study", "topic:mobility", "topic:"),
    *("2026-11-24", "2026-11-24T09:00:00Z", "0001-01-01", "9999-12-31T23:59:59Z", "2026-02-30", "-1", "10000-01-01"),
    *(f"https://erfahrungen.example/r/{one}" for one in (STOPPED, WITHDRAWN)),
    *TOKENS,
]
SCRAPS = [
    "\x00", "\ud7ff", "\ufffe", "%", "&", "<", "]]>", "'", '"', ":", "/", "T", "Z", "+02:00", "=", "==", "é", "🚌",
    "0", " ",
]  # fmt: skip
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=4), mutated(TEXTS, SCRAPS, most=2)), max_size=6)
STARTED = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(["ListIdentifiers", "ListRecords"]),
        "metadataPrefix": st.sampled_from(["enet", "oai_dc"]),
    },
    optional={name: mutated(TEXTS, SCRAPS, most=1) for name in ("from", "until", "set")},
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    services: Services = make_node(tmp_path_factory.mktemp("oai"))
    yield create_app(services, testing=True).test_client()
    services.close()


def asked(client: FlaskClient, pairs: Any, *, post: bool = False) -> etree._Element:
    answer = client.post("/oai", data=dict(pairs)) if post else client.get("/oai", query_string=pairs)
    assert answer.status_code == 200, answer.status
    assert answer.mimetype == "text/xml"
    root = etree.fromstring(answer.data)
    assert {error.get("code") for error in root.iter("{*}error")} <= CODES
    return root


def test_any_arguments(client: FlaskClient) -> None:
    def check(given: tuple[list[tuple[str, str]], bool]) -> None:
        asked(client, given[0], post=given[1])

    fuzz(st.tuples(PAIRS, st.booleans()), check, of=2)


def test_lists_walked_to_their_end(client: FlaskClient) -> None:
    whole = {
        one.text for one in asked(client, {"verb": "ListIdentifiers", "metadataPrefix": "enet"}).iter("{*}identifier")
    }
    assert len(whole) > 3

    def check(start: dict[str, str]) -> None:
        seen: list[str] = []
        given = start
        for _ in range(20):
            root = asked(client, given)
            seen += [str(one.findtext("{*}identifier")) for one in root.iter("{*}header")]
            token = root.findtext(".//{*}resumptionToken")
            if not token:
                break
            given = {"verb": start["verb"], "resumptionToken": token}
        assert not token
        assert len(seen) == len(set(seen))
        assert set(seen) <= whole
        if start.keys() <= {"verb", "metadataPrefix"}:
            assert set(seen) == whole

    fuzz(STARTED, check, of=2)
