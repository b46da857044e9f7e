# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What hits and memos of the graded questions say of ways, time and money holds, over all that the project carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.kickoff.against import cost_against, time_against
from app.kickoff.offers import CASE_STUDY, SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.obtaining.answer import Verdict
from app.reuse.place import Place
from app.search.query import SearchQuery
from app.wiring import Services
from tests.search.evaluation import FILES, Question, questions

ASKED = [one for file in FILES for one in questions(file) if one.relevant]
PLACE = Place(name="Rehau", state="BY", kind="town", population=9_400)
SITUATION = Situation(place=PLACE, budget=50_000, months=12)
RIGHT = 0.85
"""So many of the ways at cases have to lead to a solution that is graded as an answer to the question."""
SEVERAL = (
    "suederbrarup-smart-city",
    "geestland-smart-city",
    "hagenow-nach-der-foerderung",
    "konstanz-smart-green-city",
)
"""Cases whose amount is for all projects of a programme."""


def case(node: Services, slug: str) -> Record:
    return node.catalogue.record(next(one for one in node.catalogue.heads(CASE_STUDY) if one.slug == slug))


def ways(node: Services, slug: str, question: str) -> list[str]:
    """Return the records to which a case is a way for a question."""
    entry = next(one for one in node.catalogue.heads(CASE_STUDY) if one.slug == slug)
    return [one.ref for one in node.kickoff.offers.ways(entry, SITUATION, question)]


def offered(node: Services) -> Iterator[tuple[Question, str]]:
    """Yield the solutions to which cases among the first hits are ways, with the question."""
    for question in ASKED:
        for hit in node.kickoff.search(SearchQuery(text=question.text), SITUATION).hits:
            if hit.kind == CASE_STUDY:
                yield from ((question, one.ref) for one in hit.fit.offers if one.ref.startswith(SOLUTION))  # type: ignore[attr-defined]  # the search does not know what a fit is


def test_ways_at_cases_lead_to_what_was_asked_for(node: Services) -> None:
    found = [ref in question.relevant for question, ref in offered(node)]

    assert len(found) > 80
    assert sum(found) / len(found) >= RIGHT


@pytest.mark.parametrize(
    ("slug", "question", "found"),
    [
        ("suederbrarup-smart-city", "Rufbus", []),
        ("suederbrarup-smart-city", "Einsatzmonitor für die Feuerwehr", ["solution/firemon112-loesung"]),
        ("suederbrarup-smart-city", "Firemon112", ["solution/firemon112-loesung"]),
        ("suederbrarup-smart-city", "", ["solution/firemon112-loesung"]),
        ("ulm4clevercity", "Dorf-App", ["solution/digitale-doerfer-loesung"]),
        ("leverkusen-efi-on-demand", "Rufbus", ["organisation/ioki"]),
        ("hof-landbus", "Was kostet ein Rufbus im Jahr?", ["organisation/ioki"]),
        ("hof-landbus", "Feuerwehr", []),
        ("hof-landbus", "", []),
    ],
)
def test_a_case_is_a_way_to_what_was_asked_for_and_to_nothing_else(
    node: Services, slug: str, question: str, found: list[str]
) -> None:
    assert ways(node, slug, question) == found


def test_a_partner_without_a_solution_is_whom_to_ask(node: Services) -> None:
    entry = next(one for one in node.catalogue.heads(CASE_STUDY) if one.slug == "hof-landbus")
    way = node.memos.find(entry, PLACE, "Rufbus").way

    assert way is not None
    assert (way.verdict, way.provider, way.route) == (Verdict.UNDOCUMENTED, "ioki", "")


def test_nothing_that_ran_for_years_is_held_against_the_months_that_one_has(node: Services) -> None:
    heads = [node.catalogue.record(entry) for entry in node.catalogue.heads(CASE_STUDY)]
    compared = {one.slug: one for one in heads if time_against(node.five_lines(one).duration, 1)}

    assert "fulda-starkregenfruehalarm" in compared
    assert {one.data["phase"] for one in compared.values()} == {"operation"}


@pytest.mark.parametrize("slug", SEVERAL)
def test_the_money_for_many_projects_is_not_held_against_a_budget_for_one(node: Services, slug: str) -> None:
    assert cost_against(node.five_lines(case(node, slug)).cost, 50_000) is None


def test_money_and_time_are_compared_only_with_records_that_answer_the_question(node: Services) -> None:
    right: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for question in ASKED:
        for hit in node.search.search(SearchQuery(text=question.text)).hits:
            if hit.kind != CASE_STUDY:
                continue
            record = case(node, hit.slug)
            lines = node.five_lines(record)
            is_told = cost_against(lines.cost, 50_000) or time_against(lines.duration, 12)
            if is_told and node.kickoff.offers.is_in_scope(record, question.text):
                told = right if f"{hit.kind}/{hit.slug}" in question.relevant else wrong
                told.append((question.text, hit.slug))

    assert len(right) > 15
    assert len(wrong) <= 2, wrong


def test_what_a_case_used_is_a_way_where_nothing_was_asked(node: Services) -> None:
    """So the page of a memo that was begun without a search still tells it."""
    for entry in node.catalogue.heads(CASE_STUDY):
        record = node.catalogue.record(entry)
        assert ways(node, entry.slug, "") == [one for one in used_solutions(record) if node.catalogue.named(one)]
