from __future__ import annotations

from dataclasses import replace

import pytest

from app.catalogue import CatalogueEntry, CatalogueService, queries
from app.records.record import Record
from app.search.copies import own_before_others
from app.survey.facts import COST
from app.survey.noted import NotedFacts
from app.survey.service import SurveyService
from app.wiring import Services
from tests.webnode.node import RUNNING, STOPPED, publish

CASE = "case-studies/beispielstadt-mitfahrbank/index.md"


def test_what_is_withdrawn_is_left_out_and_the_last_change_dates_it(node: Services) -> None:
    survey = node.surveys.survey()
    assert len(survey.facts) == 5
    assert survey.at == max(entry.at for entry in node.catalogue.heads())


def test_a_change_reads_the_changed_record_alone(node: Services, read: list[CatalogueEntry]) -> None:
    node.surveys.survey()
    assert len(read) == 5
    node.surveys.survey()
    text = node.repository.folder(CASE.rpartition("/")[0], node.repository.head()).text or b""
    publish(
        node,
        {
            CASE: text.replace(b"outcome: stopped", b"outcome: no_effect").replace(
                b"stop_reason: [demand, staff]\n", b""
            )
        },
    )
    node.follow()
    read.clear()
    changed = next(each for each in node.surveys.survey().facts if each.entry.id == STOPPED)
    assert changed.outcome == "no_effect"
    assert {entry.slug for entry in read} == {"beispielstadt-mitfahrbank"}


def test_facts_hold_the_lines_that_the_catalogue_holds_after_it_read_all_again(
    node: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {each.entry.id: each.entry for each in node.surveys.survey().facts}
    monkeypatch.setattr(queries, "FEW", 0)
    text = node.repository.folder(CASE.rpartition("/")[0], node.repository.head()).text or b""
    publish(node, {CASE: text.replace(b"outcome: stopped", b"outcome: no_effect")})
    node.follow()
    visible = node.catalogue.visible()
    assert visible.get(RUNNING) is not before[RUNNING]
    assert all(each.entry is visible.get(each.entry.id) for each in node.surveys.survey().facts)


def test_what_a_record_leaves_open_is_known(node: Services) -> None:
    unknown = {each.entry.id: each.unknown for each in node.surveys.survey().facts}
    assert COST in unknown[RUNNING]
    assert COST not in unknown[STOPPED]


def test_copies_that_stand_back_are_not_counted(node: Services) -> None:
    entry = node.catalogue.head(STOPPED)
    same_identifier = replace(entry, origin="b", seq=101)
    same_text = replace(entry, origin="c", seq=102, id=RUNNING.replace("2", "9"), digest="sha256:9")
    heads, record = node.catalogue.heads, node.catalogue.record

    class Thrice:
        def __getattr__(self, name: str) -> object:
            return getattr(node.catalogue, name)

        def heads(self) -> tuple[CatalogueEntry, ...]:
            return (*heads(), same_identifier, same_text)

        def in_turn(self, entries: list[CatalogueEntry]) -> list[CatalogueEntry]:
            return entries

        def record(self, one: CatalogueEntry) -> Record:
            return record(entry if one in (same_identifier, same_text) else one)

    copies: CatalogueService = Thrice()  # type: ignore[assignment]  # reads copies
    noted = NotedFacts(node.sessions, copies, node.schemas)
    thrice = SurveyService(copies, noted, node.schemas.listed, own_before_others)
    counted = [each.entry for each in thrice.survey().facts]
    assert [one for one in counted if one.slug == entry.slug] == [entry]
    assert len(counted) == len(node.surveys.survey().facts)
