import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.memo.format import MAX_BYTES, forbidden, tidy
from app.kickoff.memo.memo import DutyAnswer, Find, GoalAnswer, MemoInvalid, NodeAsked, ReuseMemo, SearchDone
from tests.unit.kickoff.memo.examples import FORMAT, HOME, NOW, empty_memo, full_memo, record
from tests.unit.kickoff.memo.strategies import memos

DOCUMENT = json.loads(FORMAT.to_json(full_memo()))


def refused(raw: bytes) -> dict[str, str]:
    with pytest.raises(MemoInvalid) as error:
        FORMAT.from_json(raw)
    return {problem.path: problem.code for problem in error.value.problems}


def changed(**fields: Any) -> bytes:
    return json.dumps({**DOCUMENT, **fields}).encode()


@settings(max_examples=30)
@given(memos)
def test_what_is_downloaded_and_loaded_again_is_the_same_memo(memo: ReuseMemo) -> None:
    assert FORMAT.problems(memo) == ()
    assert FORMAT.from_json(FORMAT.to_json(memo)) == memo


def test_the_document_names_its_version_and_leaves_out_what_is_empty() -> None:
    assert json.loads(FORMAT.to_json(empty_memo())) == {
        "schema": "reuse-memo/1.2",
        "at": "2026-11-24T09:12:30Z",
        "site": "Erfahrungsnetz",
        "issuer": HOME,
    }


@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_any_bytes_are_refused_with_an_error_of_our_own(raw: bytes) -> None:
    assert refused(raw)


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@given(st.sampled_from(sorted(DOCUMENT)), ANYTHING)
def test_a_field_with_any_other_value_is_taken_as_it_is_or_refused(field: str, value: Any) -> None:
    try:
        memo = FORMAT.from_json(changed(**{field: value}))
    except MemoInvalid:
        return
    assert FORMAT.from_json(FORMAT.to_json(memo)) == memo


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b" " * (MAX_BYTES + 1), "too_large"), (b"\xff{}", "not_utf8"), (b"", "not_json"), (b"{", "not_json"),
        (b"[" * 100_000, "not_json"), (b"9" * 5_000, "not_json"), (b'{"a": NaN}', "not_json"),
        (b'{"a": 1e999}', "not_json"), (b'{"a": 1, "a": 2}', "duplicate_key"), (b"[" * 200 + b"]" * 200, "too_deep"),
        (b"[]", "type"), (b"null", "type"),
    ],
)  # fmt: skip
def test_documents_that_are_wrong_as_a_whole_say_how(raw: bytes, code: str) -> None:
    assert refused(raw) == {"": code}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"schema": "reuse-memo/2"}, {"schema": "pattern"}),
        ({"extra": 1}, {"": "unknown_field"}),
        ({"at": "2026-02-30T09:00:00Z"}, {"at": "not_allowed"}),
        ({"at": "2026-02-20T09:00:00+01:00"}, {"at": "pattern"}),
        ({"at": 5}, {"at": "type"}),
        ({"issuer": "javascript:alert(1)"}, {"issuer": "pattern"}),
        ({"lang": "fr"}, {"lang": "not_allowed"}),
        ({"reference": "zwei\nZeilen"}, {"reference": "pattern"}),
        ({"question": "x" * 4001}, {"question": "too_long"}),
        ({"question": "Umge\u202ekehrt"}, {"question": "forbidden_character"}),
        ({"question": "Null\x00"}, {"question": "forbidden_character"}),
        ({"question": "Halb \ud800"}, {"question": "forbidden_character"}),
        ({"site": ""}, {"site": "too_short"}),
        ({"nodes": [{"name": "x", "address": "file:///etc/passwd"}]}, {"nodes.0.address": "pattern"}),
        ({"finds": [{}]}, {"finds.0.record": "required"}),
        ({"duties": [{"duty": "checked"}] * 5}, {"duties": "too_many_items"}),
        ({"situation": {"population": -1}}, {"situation.population": "too_small"}),
        ({"situation": {"months": 10**9}}, {"situation.months": "too_large"}),
        ({"situation": {"open_source_only": "yes"}}, {"situation.open_source_only": "type"}),
    ],
)
def test_each_broken_rule_is_named_with_its_field(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert refused(changed(**fields)) == expected


NO_PINS = {"id": "../../etc", "digest": "sha256:1", "ver": 0, "home": "https://a.example/?q", "at": "x", "title": ""}


@pytest.mark.parametrize(("field", "value"), NO_PINS.items())
def test_a_pin_that_points_to_nothing_is_refused(field: str, value: object) -> None:
    finds = json.loads(json.dumps(DOCUMENT["finds"][:1]))
    finds[0]["record"][field] = value
    assert set(refused(changed(finds=finds))) == {f"finds.0.record.{field}"}


def test_a_source_leads_to_the_web_only() -> None:
    finds = json.loads(json.dumps(DOCUMENT["finds"][:1]))
    finds[0]["record"]["sources"][0]["url"] = "javascript:alert(1)"
    assert refused(changed(finds=finds)) == {"finds.0.record.sources.0.url": "pattern"}


def test_no_error_carries_what_the_asker_wrote() -> None:
    secret = "Vertraulich"
    raw = changed(question=secret * 1000, extra={secret: 1}, finds=secret, lang=secret, at=secret)
    with pytest.raises(MemoInvalid) as error:
        FORMAT.from_json(raw)
    assert len(error.value.problems) == 5
    assert secret not in f"{error.value!r} {error.value.problems!r}"


def test_values_made_by_the_program_are_judged_by_the_same_rules() -> None:
    memo = replace(
        empty_memo(),
        question="x" * 4001,
        searches=(SearchDone(at=NOW.replace(tzinfo=None)),),
        goals=(GoalAnswer(question=""),),
        nodes=(NodeAsked(name="x", address="x"),),
    )
    found = {problem.path: (problem.code, dict(problem.params)) for problem in FORMAT.problems(memo)}
    assert found == {
        "question": ("too_long", {"limit": "4000"}),
        "searches.0.at": ("pattern", {}),
        "goals.0.question": ("too_short", {"limit": "1"}),
        "nodes.0.address": ("pattern", {}),
    }
    with pytest.raises(MemoInvalid):
        FORMAT.to_json(memo)


def test_a_memo_that_nobody_could_load_again_is_not_written() -> None:
    finds = tuple(Find(record=record(number), reason="x" * 4000) for number in range(60))
    duties = tuple(DutyAnswer(duty=answer.duty, text="x" * 4000) for answer in full_memo().duties)
    with pytest.raises(MemoInvalid) as error:
        FORMAT.to_json(replace(full_memo(), finds=finds, duties=duties))
    assert [problem.code for problem in error.value.problems] == ["too_large"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anlass \r\n\r\nzwei \r", "Anlass\n\nzwei"), ("aus\x0bWord\u2028kopiert\x85", "aus\nWord\nkopiert"),
        ("mit\tTabulator", "mit Tabulator"), ("U\u0308berflutung", "Überflutung"), ("\ufeffmit Marke", "mit Marke"),
        ("سيل من المطر", "سيل من المطر"),
    ],
)  # fmt: skip
def test_what_was_pasted_becomes_plain_text(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@settings(max_examples=40)
@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_what_hides_or_reverses_text_is_named_wherever_it_stands() -> None:
    found = forbidden({"a": [{"b": "x\u202e"}], "c\x07": "y", "d": "gut\n"})
    assert {(error.path, error.params["character"]) for error in found} == {("a.0.b", "U+202E"), ("", "U+0007")}
