from __future__ import annotations

from dataclasses import fields

import pytest
from sqlalchemy import select

from app.catalogue import CatalogueEntry
from app.records.five_lines import Grant
from app.records.schema import SchemaSet
from app.search.document import uid_of
from app.survey import noted
from app.survey.facts import Facts
from app.survey.models import FactsRow
from app.survey.noted import FORM, NotedFacts
from app.wiring import Services
from tests.unit.survey.examples import facts
from tests.webnode.node import RUNNING, STOPPED, publish

CASE = "case-studies/beispielstadt-mitfahrbank/index.md"
WITHDRAWN = "solutions/beispielportal-loesung/index.md"


def listed(node: Services) -> list[CatalogueEntry]:
    return [entry for entry in node.catalogue.heads() if entry.kind in node.schemas.listed]


def known(node: Services) -> dict[str, Facts]:
    return {uid_of(one.entry): one for one in node.facts.of(listed(node))}


def rows(node: Services) -> dict[str, str]:
    with node.sessions.reading() as db:
        return {row.uid: row.digest for row in db.scalars(select(FactsRow))}


def edit(node: Services) -> None:
    text = node.repository.folder(CASE.rpartition("/")[0], node.repository.head()).text or b""
    publish(node, {CASE: text.replace(b"outcome: stopped", b"outcome: no_effect")})


def never() -> bool:
    return False


def test_what_is_noted_says_the_same_as_the_records_and_nobody_reads_them_again(
    node: Services, read: list[CatalogueEntry]
) -> None:
    before = known(node)
    assert len(read) == len(before) == node.facts.lacking() == 5
    assert rows(node) == {}
    assert node.facts.note(never) is False
    assert node.facts.lacking() == 0
    read.clear()
    assert known(node) == before
    assert next(each for each in node.surveys.survey().facts if each.entry.id == STOPPED).outcome == "stopped"
    assert read == []
    assert rows(node) == {uid_of(entry): entry.digest for entry in listed(node)}


def test_what_several_say_alike_is_one_object_noted_or_not(node: Services) -> None:
    before = known(node)[f"|{STOPPED}"]
    node.facts.note(never)
    after = known(node)[f"|{STOPPED}"]
    alike = ("topics", "states", "outcomes", "phases", "reasons", "unknown", "end", "review_by")
    assert all(getattr(before, name) for name in alike)
    assert [name for name in alike if getattr(before, name) is not getattr(after, name)] == []


def test_after_an_edit_the_edited_record_alone_is_read_and_noted_again(
    node: Services, read: list[CatalogueEntry]
) -> None:
    node.facts.note(never)
    edit(node)
    node.follow()
    read.clear()
    assert known(node)[f"|{STOPPED}"].outcome == "no_effect"
    assert {entry.id for entry in read} == {STOPPED}
    assert node.facts.lacking() == 1
    node.facts.note(never)
    assert rows(node)[f"|{STOPPED}"] == node.catalogue.head(STOPPED).digest


def test_a_search_that_follows_late_drops_nothing_that_is_noted_of_the_new_version(node: Services) -> None:
    edit(node)
    node.catalogue.catch_up()
    node.facts.note(never)
    node.search.catch_up()
    assert rows(node)[f"|{STOPPED}"] == node.catalogue.head(STOPPED).digest


def test_with_a_withdrawal_what_was_noted_of_the_record_goes(node: Services) -> None:
    node.facts.note(never)
    entry = node.catalogue.head_by_slug("solution", "beispielportal-loesung")
    note = f"---\nschema: withdrawn/1\nid: {entry.id}\nkind: solution\ntitle: Weg\nreason: error\n---\n"
    publish(node, {WITHDRAWN: note.encode()})
    node.follow()
    assert uid_of(entry) not in rows(node)
    assert len(rows(node)) == 4


def test_what_was_noted_too_late_is_dropped(node: Services) -> None:
    node.facts.note(never)
    with node.sessions.begin() as db:
        db.add(FactsRow(uid="|gone", digest="sha256:0", form="1", facts={}))
    other = NotedFacts(node.sessions, node.catalogue, node.schemas)
    assert other.lacking() == 1
    other.note(never)
    assert "|gone" not in rows(node)
    assert other.lacking() == 0


def test_what_was_noted_of_a_kind_that_stands_in_no_list_any_more_is_dropped(
    node: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.facts.note(never)
    monkeypatch.setattr(SchemaSet, "listed", frozenset({"case-study"}))
    newer = NotedFacts(node.sessions, node.catalogue, node.schemas)
    newer.note(never)
    assert rows(node).keys() == {f"|{STOPPED}", f"|{RUNNING}"}
    assert newer.lacking() == 0


def test_what_another_release_noted_is_read_anew(
    node: Services, read: list[CatalogueEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    node.facts.note(never)
    before = known(node)
    monkeypatch.setattr(noted, "FORM", FORM + 1)
    newer = NotedFacts(node.sessions, node.catalogue, node.schemas)
    assert newer.lacking() == 5
    read.clear()
    assert {uid_of(one.entry): one for one in newer.of(listed(node))} == before
    assert len(read) == 5
    newer.note(never)
    assert newer.lacking() == 0
    assert len(rows(node)) == 5


def test_noting_ends_where_it_is_told_to_and_goes_on_there(node: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noted, "AT_ONCE", 2)
    answers = iter((False, True))
    assert node.facts.note(lambda: next(answers)) is True
    assert len(rows(node)) == 2
    assert node.facts.note(never) is False
    assert len(rows(node)) == 5


def test_a_record_that_cannot_be_read_keeps_no_other_and_has_one_turn(
    node: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    readable = node.catalogue.readable
    monkeypatch.setattr(node.catalogue, "readable", lambda entry: None if entry.id == RUNNING else readable(entry))
    node.facts.note(never)
    assert f"|{RUNNING}" not in rows(node)
    assert len(rows(node)) == 4
    assert node.facts.lacking() == 0


def test_the_running_node_notes_them_in_the_background(node: Services) -> None:
    assert node.derivation.lacks(5)
    node.derivation.work(never)
    assert len(rows(node)) == 5


def test_the_form_is_counted_up_when_facts_are_written_otherwise() -> None:
    grant = Grant(programme="Ein Programm", key="p", amount=1.5, sources=("a",))
    told = facts(thema="mobility energy", grants=(grant,))
    assert FORM == 1
    assert noted._written(told) == {
        "facets": {"thema": ("mobility", "energy")},
        "unknown": [],
        "grants": [{"programme": "Ein Programm", "key": "p", "amount": 1.5, "sources": ("a",)}],
    }
    assert [one.name for one in fields(Facts)] == [
        *("entry", "topics", "states", "outcomes", "phases", "reasons", "places"),
        *("wording", "grants", "wide", "end", "unknown", "answered", "review_by"),
    ]
