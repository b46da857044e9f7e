import json
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.federation.statement import Status, read_payload
from app.federation.strict_json import StatementRefused
from app.records.record_reader import digest
from tests.unit.federation import examples
from tests.unit.federation.examples import changed_content, payload
from tests.unit.records import examples as content


def test_a_statement_says_abroad_what_it_says_at_home() -> None:
    statement = examples.statement()
    found = read_payload(statement.payload())
    assert found == replace(statement, record=json.loads(json.dumps(found.record)))
    assert found.payload() == statement.payload()


def test_the_digest_is_that_of_the_version_and_is_taken_of_the_bytes_received() -> None:
    record = content.record()
    statement = read_payload(examples.statement(record).payload())
    assert statement.digest == record.digest == digest(statement.record, statement.body, statement.files)


def test_the_payload_is_canonical() -> None:
    for statement in (examples.statement(), examples.statement(examples.withdrawn(), topics=("it",))):
        assert statement.payload() == rfc8785.dumps(json.loads(statement.payload()))


def test_a_withdrawal_carries_reason_successor_and_the_last_topics() -> None:
    note = examples.withdrawn(successor="case-study/neu")
    statement = read_payload(examples.statement(note, topics=("it", "climate")).payload())
    assert (statement.status, statement.reason) == (Status.WITHDRAWN, "legal")
    assert statement.record["successor"] == "case-study/neu"
    assert statement.topics == ("it", "climate")
    assert read_payload(examples.statement().payload()).topics == ()


def test_the_own_topics_of_a_withdrawal_count_first() -> None:
    assert examples.statement(examples.withdrawn(topics=["housing"]), topics=("it",)).topics == ("housing",)


def test_text_that_looks_like_the_end_of_the_content_does_not_end_it() -> None:
    record = replace(content.record(), body='x","iat":1 \\",\\"iat\\":2')
    assert read_payload(examples.statement(record).payload()).body == record.body


@pytest.mark.parametrize(
    ("raw", "member"),
    [
        (b"[]", "content"), (b'{"content":{},"iat":1', "json"), (payload(content=None), "content"),
        (payload(aaa=1), "content"), (payload(iss="https://Erfahrungen.example"), "iss"),
        (payload(iss="javascript:alert(1)"), "iss"), (payload(iss=7), "iss"), (payload(sub=None), "sub"),
        (payload(ver=0), "ver"), (payload(ver=True), "ver"), (payload(ver=1.5), "ver"), (payload(ver="2"), "ver"),
        (payload(ver=2**31), "ver"), (payload(iat=0), "iat"), (payload(iat=10**15), "iat"),
        (payload(status="draft"), "status"), (payload(status="withdrawn"), "status"), (payload(slug="../x"), "slug"),
        (payload(slug=None), "slug"), (payload(prev="sha256:x"), "prev"), (payload(topics=["<b>"]), "topics"),
        (payload(topics="it"), "topics"), (changed_content(body=None), "content"),
        (changed_content(more=1), "content"), (changed_content(body=1), "content.body"),
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
)  # fmt: skip
def test_a_payload_of_another_shape_is_refused(raw: bytes, member: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_payload(raw)
    found = refused.value
    assert (found.code, found.about if found.code == "payload" else member) in (("payload", member), ("json", "json"))


@pytest.mark.parametrize("issuer", ["https://erfahrungen.example/r/..", "https://anderswo.example"])
def test_a_name_that_does_not_begin_with_its_node_is_refused(issuer: str) -> None:
    with pytest.raises(StatementRefused, check=lambda error: error.code == "subject"):
        read_payload(payload(sub=f"{issuer}/r/{examples.statement().record_id}"))


def test_members_that_a_later_version_may_add_are_ignored() -> None:
    assert read_payload(payload(zzz={"a": [1]}, note="x")).ver == 2


def test_a_payload_beyond_256_kib_is_refused() -> None:
    large = replace(content.record(), body="x" * 262_145)
    with pytest.raises(StatementRefused, check=lambda error: error.code == "too_large"):
        read_payload(examples.statement(large).payload())
    fits = replace(content.record(), body="x" * 250_000)
    assert read_payload(examples.statement(fits).payload()).body == fits.body


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(body=_TEXT, title=_TEXT, extra=st.dictionaries(_TEXT, _TEXT | st.integers(-9, 9) | st.none(), max_size=3))
def test_whatever_a_record_says_survives_the_way(body: str, title: str, extra: dict[str, Any]) -> None:
    record = content.record()
    data = {**extra, **record.data, "title": title}
    found = examples.statement(replace(record, data=data, body=body))
    received = read_payload(found.payload())
    assert (received.body, received.record["title"]) == (body, title)
    assert received.digest == digest(data, body, ()) == found.digest
