"""What hits, memos and slides say of ways, time, money and failures holds, over all that the project carries."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from app.documents.blocks import Deck, Facts, Grid, Heading, Items, Page, Paragraph, Span
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import to_html
from app.kickoff.comparison import cost_against, time_against
from app.kickoff.lessons import SOBERING
from app.kickoff.memo.memo import (
    Asked,
    Decision,
    Inquiry,
    MemoSituation,
    NodeAsked,
    ReuseMemo,
    SearchDone,
    SeenHit,
)
from app.kickoff.memo.wording import Formats, MemoDocument, MemoLabels, Words
from app.kickoff.offers import CASE_STUDY, SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.kickoff.slides import memo_deck
from app.records.record import Record
from app.reuse.obtaining.answer import Verdict
from app.reuse.place import Place
from app.search.query import SearchQuery
from app.web.factory import create_app
from app.web.records.page import RecordPage
from app.web.records.slides import RecordDeck
from app.wiring import Services
from bench.search_evaluation import FILES, Question, questions

ASKED = [one for file in FILES for one in questions(file) if one.relevant]
PLACE = Place(name="Rehau", state="BY", kind="town", population=9_400)
SITUATION = Situation(place=PLACE, budget=50_000, months=12)
RIGHT = 0.84
"""So many of the ways at cases have to lead to a solution that is graded as an answer to the question."""


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
    assert len(found) > 40
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


def memo(node: Services, question: str) -> ReuseMemo:
    """Return the memo of somebody who takes the first two finds and has not decided on a third."""
    found = node.kickoff.search(SearchQuery(text=question, size=3), SITUATION)
    entries = [node.catalogue.head(hit.id, hit.origin) for hit in found.hits]
    decisions = (Decision.TAKEN, Decision.TAKEN, Decision.NOTED)
    now = node.clock()
    return ReuseMemo(
        at=now,
        site=node.settings.name,
        issuer=node.settings.issuer,
        question=question,
        situation=MemoSituation(place="Rehau", state="BY", place_kind="town", budget=50_000, months=12),
        searches=(SearchDone(at=now, text=question, found=found.total),),
        finds=tuple(
            node.memos.find(entry, PLACE, question, decision)
            for entry, decision in zip(entries, decisions, strict=False)
        ),
    )


@pytest.fixture(scope="module")
def sixty(node: Services) -> list[ReuseMemo]:
    found = [memo(node, one.text) for one in ASKED[::7][:60]]
    assert len(found) == 60
    assert sum(len(one.finds) for one in found) > 170
    return found


def spans(found: Page) -> Iterator[Span]:
    """Yield every text of a page."""
    for block in found.blocks:
        match block:
            case Heading():
                yield block.text
            case Paragraph():
                yield from block.text
            case Facts():
                yield from (span for _term, value in block.rows for span in value)
            case Grid():
                yield from (Span(text=name) for name in block.columns)
                yield from (span for row in block.rows for cell in row for span in cell)
            case Items():
                yield from (span for item in block.items for span in item)


BROKEN = re.compile(
    r"\d (?:€|%|Euro|Mio\.|Monate?|Jahre?|Tage?|Uhr)(?!\w)"
    r"|(?:Januar|Mai|Juni|September|Dezember) \d{4}|\d\. (?:Januar|Mai)"
)


def test_no_memo_lets_a_date_or_a_number_with_its_unit_break(node: Services, sixty: list[ReuseMemo]) -> None:
    for one in sixty:
        page = node.memos.exports.page(one, "de")
        texts = [span.text for span in spans(page)]
        assert not [text for text in texts if BROKEN.search(text)]
        for known in filter(None, (find.record.figures.duration.months_to_use for find in one.finds)):
            assert f'<span class="whole">{known}\u00a0Monate</span>' in to_html(page), "no hyphen goes into it either"


def test_every_memo_tells_all_that_runs_for_a_year(node: Services, sixty: list[ReuseMemo]) -> None:
    monthly = 0
    for one in sixty:
        amounts = {amount.kind for find in one.finds for amount in find.record.figures.amounts}
        monthly += "monthly" in amounts
        costs = [span.text for span in spans(node.memos.exports.page(one, "de")) if "€" in span.text]
        assert not [text for text in costs if re.search(r"€ im Monat|€\u00a0im Monat", text)]
        assert "a month" not in str(memo_deck_of(node, one))
    assert monthly > 3


@pytest.mark.parametrize("question", ["Starkregen Warnung", "Rufbus", "Dorf-App"])
def test_a_memo_of_three_finds_is_four_pages_and_its_file_has_every_source(node: Services, question: str) -> None:
    found, why = memo(node, question), "Gleiche Aufgabe, ähnliche Größe; der Betrieb ist für uns leistbar. " * 2
    hits = node.kickoff.search(SearchQuery(text=question, size=10), SITUATION).hits
    entries = [node.catalogue.head(hit.id, hit.origin) for hit in hits]
    seen = tuple(
        SeenHit(home=found.issuer, id=one.id, ver=one.ver, title=node.catalogue.record(one).title, lang="de")
        for one in entries
    )
    decisions = (Decision.TAKEN, Decision.ADAPTED, Decision.REJECTED)
    whole = replace(
        found,
        occasion="Der Rat hat die Verwaltung beauftragt, vorhandene Lösungen zu prüfen.",
        conclusion=why,
        searches=tuple(replace(one, hits=seen) for one in found.searches),
        nodes=(NodeAsked(name=found.site, address=found.issuer, as_of=found.at),),
        inquiries=tuple(Inquiry(asked=one, on="2026-11-20", result="Nichts, was passt.") for one in Asked),
        finds=tuple(
            replace(one, decision=decision, reason=why) for one, decision in zip(found.finds, decisions, strict=True)
        ),
    )
    exports = node.memos.exports
    printed = PdfReader(BytesIO(exports.export(whole, ExportKind.PDF, "de").content))
    assert len(printed.pages) <= 4
    addresses = {span.href for span in spans(exports.page(whole, "de"))}
    kept = node.memos.form.to_json(whole).decode()
    for find in whole.reused:
        assert all(
            source.url in addresses and source.title[:40] in kept for source in find.record.sources if source.url
        )


def memo_deck_of(node: Services, one: ReuseMemo) -> Deck:
    labels, formats = MemoLabels(node.schemas, node.vocabularies), Formats("de", ZoneInfo("Europe/Berlin"))
    return memo_deck(MemoDocument(memo=one, words=Words("de"), formats=formats, labels=labels))


def test_beside_each_adopted_find_stand_the_lessons_of_most_consequence(node: Services, sixty: list[ReuseMemo]) -> None:
    for one in sixty:
        texts = "\n".join(span.text for span in spans(node.memos.exports.page(one, "de"))).replace("\u00a0", " ")
        for find in one.finds:
            record = node.catalogue.record(node.catalogue.head(find.record.id))
            sobering = [lesson for lesson in record.lessons if lesson.kind in SOBERING]
            assert len(find.record.lessons) == min(3, len(record.lessons))
            assert [lesson.kind in SOBERING for lesson in find.record.lessons] == sorted(
                (lesson.kind in SOBERING for lesson in find.record.lessons), reverse=True
            )
            assert sum(lesson.kind in SOBERING for lesson in find.record.lessons) == min(3, len(sobering))
            assert all(lesson.statement in texts for lesson in find.record.lessons)


DENIES = re.compile(r"(?:keine|keinen) (?:Fehlschl|Risik)|no (?:failure|risk)")


def test_no_slides_of_a_memo_say_that_nothing_failed(node: Services, sixty: list[ReuseMemo]) -> None:
    for one in sixty:
        risks = memo_deck_of(node, one).slides[3]
        told = " ".join(span.text for point in risks.points for span in point.text)
        assert not DENIES.search(told)
        if any(lesson.kind in SOBERING for find in one.finds for lesson in find.record.lessons):
            assert len(told) > 40
            assert "ist hier nicht bekannt" not in told


def test_no_slides_of_a_record_say_that_nothing_failed(node: Services) -> None:
    app = create_app(node, testing=True)
    with app.test_request_context("/"):
        for entry in node.catalogue.heads():
            deck = RecordDeck(RecordPage(entry, entry)).deck()
            told = " ".join(span.text for point in deck.slides[3].points for span in point.text)
            sobering = [lesson for lesson in node.catalogue.record(entry).lessons if lesson.kind in SOBERING]
            assert told
            assert not DENIES.search(told)
            assert ("ist hier nicht bekannt" not in told) or not sobering, entry.slug
