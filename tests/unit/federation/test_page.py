from __future__ import annotations

import json
import re
from inspect import getsource

from app.federation import jose, statement
from app.federation.entity import LIFETIME
from app.federation.jose import DEEPEST, SigningKey
from app.federation.oai import xml
from app.federation.oai.lists import PAGE_BYTES, PAGE_ITEMS
from app.federation.statement import JWS_LIMIT, TOLERANCE, TYP, receive
from app.records.record_reader import PAYLOAD_LIMIT, digest_of
from tests.unit.federation import page
from tests.unit.federation.examples import KEYS
from tests.unit.records.examples import ROOT

PAGE = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
EXAMPLES = page.examples()


def test_the_examples_are_what_the_program_writes() -> None:
    assert page.with_examples(PAGE, EXAMPLES) == PAGE, "run: python -m tests.unit.federation.page docs/federation.md"
    assert page.names(PAGE) == EXAMPLES.keys()


def test_the_test_vector_holds() -> None:
    found = receive(EXAMPLES["jws"]).verify(KEYS).statement
    assert found.payload().decode() == EXAMPLES["withdrawn"]
    text = EXAMPLES["withdrawn"]
    assert text[len('{"content":') : text.rindex(',"iat":')] == EXAMPLES["content"]
    assert digest_of(EXAMPLES["content"].encode()) == found.digest == EXAMPLES["digest"]
    key = json.loads(EXAMPLES["keys"])
    assert SigningKey(d=key["d"], x=key["x"]).kid == key["kid"] == json.loads(EXAMPLES["header"])["kid"]


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    assert (
        f"At most {JWS_LIMIT:,} characters; payload at most {PAYLOAD_LIMIT // 1024} KiB ({PAYLOAD_LIMIT:,} bytes)"
        in WORDS
    )
    assert f"at most {DEEPEST} levels" in WORDS
    assert f"at most {TOLERANCE.seconds // 60} minutes ahead" in WORDS
    assert f"ends at {PAGE_ITEMS} items or when it exceeds {PAGE_BYTES // 1024 // 1024} MiB" in WORDS
    assert f"`exp` is {LIFETIME.total_seconds() / 3600:.0f} hours after `iat`" in WORDS
    assert f"`{TYP}`" in WORDS
    assert f"`{xml.ENET}`" in WORDS


def test_every_reason_to_refuse_a_statement_is_on_the_page() -> None:
    raised = (code for module in (jose, statement) for code in re.findall(r'TokenRefused\("(\w+)"', getsource(module)))
    codes = set(raised)
    assert len(codes) > 9
    assert all(f"| `{code}` |" in PAGE for code in codes), codes
