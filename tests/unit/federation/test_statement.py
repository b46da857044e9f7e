from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.federation.jose import (
    KeySet,
    PublicKey,
    TokenRefused,
)
from app.federation.statement import (
    Status,
    receive,
)
from app.records.record_reader import digest
from tests.unit.federation import examples
from tests.unit.federation.examples import AT, ISSUER, KEY, KEYS, OTHER, changed_content, header, payload, signed
from tests.unit.records import examples as content


def test_a_statement_says_abroad_what_it_says_at_home() -> None:
    statement = examples.statement()
    found = receive(examples.jws(statement)).verify(KEYS)
    assert found.statement == replace(statement, record=json.loads(json.dumps(found.statement.record)))
    assert (found.kid, found.jws) == (KEY.kid, examples.jws(statement))


def test_the_digest_is_that_of_the_version_and_is_taken_of_the_bytes_received() -> None:
    record = content.record()
    statement = receive(examples.jws(examples.statement(record))).verify(KEYS).statement
    assert statement.digest == record.digest == digest(statement.record, statement.body, statement.files)


def test_the_payload_is_canonical() -> None:
    for statement in (examples.statement(), examples.statement(examples.withdrawn(), topics=("it",))):
        assert statement.payload() == rfc8785.dumps(json.loads(statement.payload()))


def test_a_withdrawal_carries_reason_successor_and_the_last_topics() -> None:
    note = examples.withdrawn(successor="case-study/neu")
    statement = receive(examples.jws(examples.statement(note, topics=("it", "climate")))).verify(KEYS).statement
    assert (statement.status, statement.reason, statement.successor) == (Status.WITHDRAWN, "legal", "case-study/neu")
    assert statement.topics == ("it", "climate")
    assert receive(examples.jws()).verify(KEYS).statement.topics == ()


def test_the_own_topics_of_a_withdrawal_count_first() -> None:
    assert examples.statement(examples.withdrawn(topics=["housing"]), topics=("it",)).topics == ("housing",)


def test_text_that_looks_like_the_end_of_the_content_does_not_end_it() -> None:
    record = replace(content.record(), body='x","iat":1 \\",\\"iat\\":2')
    assert receive(examples.jws(examples.statement(record))).verify(KEYS).statement.body == record.body


def test_only_the_issuer_of_a_name_may_make_statements_about_it() -> None:
    jws = examples.jws(examples.statement(issuer=OTHER, ver=1))
    stolen = signed(header(), payload(iss=OTHER.address))
    assert receive(jws).verify(KEYS).statement.issuer == OTHER
    with pytest.raises(TokenRefused, check=lambda error: error.code == "subject"):
        receive(stolen).verify(KEYS)


def test_a_node_that_moved_goes_on_with_its_records() -> None:
    moved = signed(header(), payload(iss=OTHER.address))
    statement = receive(moved).verify(KEYS, earlier=[ISSUER]).statement
    assert (statement.issuer, statement.sub) == (OTHER, ISSUER.sub(statement.record_id))
    assert receive(examples.jws(statement)).verify(KEYS, earlier=[ISSUER]).statement == statement


def test_a_former_key_vouches_for_the_time_before_it_expired_only() -> None:
    still = KeySet([PublicKey(x=KEY.x, expires_at=AT)])
    gone = KeySet([PublicKey(x=KEY.x, expires_at=AT - timedelta(seconds=1))])
    assert receive(examples.jws()).verify(still).kid == KEY.kid
    with pytest.raises(TokenRefused, check=lambda error: error.code == "key_expired"):
        receive(examples.jws()).verify(gone)


def test_a_date_ahead_of_the_clock_is_refused_beyond_five_minutes() -> None:
    assert receive(examples.jws()).verify(KEYS, now=AT - timedelta(minutes=5)).statement.issued_at == AT
    with pytest.raises(TokenRefused, check=lambda error: error.code == "future"):
        receive(examples.jws()).verify(KEYS, now=AT - timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize(
    ("raw", "member"),
    [
        (b"[]", "content"),
        (b'{"content":{},"iat":1', "json"),
        (payload(content=None), "content"),
        (payload(aaa=1), "content"),
        (payload(iss="https://Erfahrungen.example"), "iss"),
        (payload(iss="javascript:alert(1)"), "iss"),
        (payload(iss=7), "iss"),
        (payload(sub="https://erfahrungen.example/r/../x"), "sub"),
        (payload(sub=None), "sub"),
        (payload(ver=0), "ver"),
        (payload(ver=True), "ver"),
        (payload(ver=1.5), "ver"),
        (payload(ver="2"), "ver"),
        (payload(ver=2**31), "ver"),
        (payload(iat=0), "iat"),
        (payload(iat=10**15), "iat"),
        (payload(status="draft"), "status"),
        (payload(status="withdrawn"), "status"),
        (payload(slug="../x"), "slug"),
        (payload(slug=None), "slug"),
        (payload(prev="sha256:x"), "prev"),
        (payload(topics=["<b>"]), "topics"),
        (payload(topics="it"), "topics"),
        (changed_content(body=None), "content"),
        (changed_content(more=1), "content"),
        (changed_content(body=1), "content.body"),
        (changed_content(record=[]), "content.record"),
        (changed_content(record={"schema": "case-study/1", "id": "x", "kind": "case-study"}), "content.record.id"),
        (changed_content(files={}), "content.files"),
        (changed_content(files=[{"name": "../x", "size": 1, "sha256": "ab" * 32}]), "content.files.name"),
        (changed_content(files=[{"name": "x", "size": -1, "sha256": "ab" * 32}]), "size"),
        (changed_content(files=[{"name": "x", "size": 1, "sha256": "AB" * 32}]), "content.files.sha256"),
        (changed_content(files=[{"name": "x", "size": 1, "sha256": "ab" * 32, "href": "/"}]), "content.files"),
        (changed_content(files=[{"name": "x", "size": 1, "sha256": "ab" * 32}] * 2), "content.files.name"),
        (payload()[:-1] + b',"content":{}}', "json"),
    ],
)
def test_a_payload_of_another_shape_is_refused(raw: bytes, member: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        receive(signed(header(), raw))
    found = refused.value
    assert (found.code, found.about if found.code == "payload" else member) in (("payload", member), ("json", "json"))


def test_members_that_a_later_version_may_add_are_ignored() -> None:
    assert receive(signed(header(), payload(zzz={"a": [1]}, note="x"))).verify(KEYS).statement.ver == 2


def test_a_payload_beyond_256_kib_and_a_token_beyond_352_kb_are_refused() -> None:
    large = replace(content.record(), body="x" * 262_145)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "too_large"):
        receive(examples.jws(examples.statement(large))).verify(KEYS)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "too_large"):
        receive("x" * 352_001)
    fits = replace(content.record(), body="x" * 250_000)
    assert receive(examples.jws(examples.statement(fits))).verify(KEYS).statement.body == fits.body


def test_an_unsigned_statement_and_one_by_another_key_are_refused() -> None:
    start = examples.jws().rpartition(".")[0]
    with pytest.raises(TokenRefused):
        receive(f"{start}.").verify(KEYS)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "key_unknown"):
        receive(examples.jws()).verify(KeySet())


_JWS = examples.jws()


@given(st.integers(0, len(_JWS) - 1), st.characters(exclude_categories=["Cs"]))
def test_no_character_can_be_changed_unnoticed(at: int, character: str) -> None:
    changed = _JWS[:at] + character + _JWS[at + 1 :]
    if changed != _JWS:
        with pytest.raises(TokenRefused):
            receive(changed).verify(KEYS)


@given(st.integers(0, len(examples.statement().payload()) * 8 - 1))
def test_no_bit_of_the_payload_can_be_flipped_under_the_old_signature(bit: int) -> None:
    start, _payload, signature = _JWS.split(".")
    raw = bytearray(examples.statement().payload())
    raw[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(TokenRefused):
        receive(f"{start}.{examples.encoded(bytes(raw))}.{signature}").verify(KEYS)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(body=_TEXT, title=_TEXT, extra=st.dictionaries(_TEXT, _TEXT | st.integers(-9, 9) | st.none(), max_size=3))
def test_whatever_a_record_says_survives_the_way(body: str, title: str, extra: dict[str, Any]) -> None:
    record = content.record()
    data = {**extra, **record.data, "title": title}
    found = examples.statement(replace(record, data=data, body=body))
    received = receive(examples.jws(found)).verify(KEYS).statement
    assert (received.body, received.record["title"]) == (body, title)
    assert received.digest == digest(data, body, ()) == found.digest
