from datetime import date
from typing import Any

import pytest

from app.records.json_value import JsonValue
from app.records.problem import Severity
from app.review.text.record_text import RecordText, completed, compose
from app.web.contributing.form.completion import OWN_WORD, Completion, sourced
from app.web.contributing.form.steps import asked_fields, missing_fields
from tests.unit.records.examples import problems as problems_of
from tests.unit.web.forms.browser import schemas

CASE = schemas().kind("case-study")
COMPLETION = Completion(today=date(2026, 11, 24), publisher="Beispielverbund")

TWELVE = RecordText(
    front={
        "compiled_by": "municipality",
        "lang": "de",
        "title": "Beispielstadt: Mitfahrbänke",
        "summary": "Wir stellten vier Bänke auf. Genutzt hat sie kaum jemand.",
        "topics": ["mobility"],
        "municipalities": [{"name": "Beispielstadt", "state": "HE", "kind": "town", "role": "lead"}],
        "goals": [{"text": "Wege ohne Auto möglich machen."}],
        "phase": "ended",
        "outcome": "no_effect",
        "period": {"start": "2023"},
        "lessons": [
            {
                "kind": "did_not_work", "phase": "pilot", "topic": "communication",
                "statement": "Ein Schild allein erklärt nichts.",
                "recommendation": "Erklären Sie das Mitfahren bei einem Fest.",
            }
        ],
        "contact": {"role": "Bauamt", "mailbox": "bauamt@beispielstadt.example"},
    },
    sections={
        "problem": "Nach 18 Uhr fährt kein Bus mehr.\n\nDas betrifft vor allem Jugendliche.",
        "approach": "Wir gingen so vor:\n\n- **2023:** Vier Bänke aufgestellt.\n- **2024:** Gezählt.",
    },
)  # fmt: skip


def index_of(text: RecordText) -> bytes:
    return compose(CASE, completed(CASE, text.front, None, COMPLETION.today), text.sections, None)


ABROAD = {"name": "Bozen", "country": "IT", "kind": "town", "role": "lead"}


@pytest.mark.parametrize(
    ("key", "value", "missing"),
    [
        ("municipalities", [ABROAD], []),
        ("municipalities", [{**ABROAD, "country": ""}], ["municipalities.0.state"]),
        ("contact", {"role": "Bauamt", "phone": "0123 456"}, []),
        ("contact", {"role": "Bauamt"}, ["contact.mailbox"]),
        ("costs", [{"amount": 5}], ["costs.0.kind", "costs.0.what"]),
    ],
)
def test_what_stands_in_for_an_entry_makes_it_needless(key: str, value: JsonValue, missing: list[str]) -> None:
    text = RecordText(front={**TWELVE.front, key: value}, sections=TWELVE.sections)
    assert [field.name for field in missing_fields(CASE, text)] == missing


def test_what_check_asks_a_source_for_rests_on_the_authors_own_word() -> None:
    more: dict[str, JsonValue] = {
        "stop_reason": ["budget"], "leadership": {"sponsor": "mayor"}, "procurement": {"notes": "Direktauftrag"},
    }  # fmt: skip
    front = COMPLETION(CASE, RecordText(front={**TWELVE.front, **more}, sections=TWELVE.sections)).front
    assert front["stop_reason_sources"] == [OWN_WORD]
    assert front["leadership"] == {"sponsor": "mayor", "sources": [OWN_WORD]}
    assert front["procurement"] == {"notes": "Direktauftrag", "sources": [OWN_WORD]}


def test_twelve_entries_are_asked_for_a_case_study() -> None:
    empty = RecordText(front={"compiled_by": "municipality"})
    asked = asked_fields(CASE, empty)
    assert len({field.name.partition(".0.")[0] for field in asked}) == 12
    assert len(asked) == 16
    assert [field.name for field in asked if field.filled] == ["municipalities.0.role"], "it is chosen already"
    assert missing_fields(CASE, TWELVE) == ()


def test_who_edits_a_published_record_may_leave_what_only_the_form_asks_for() -> None:
    front = {key: value for key, value in TWELVE.front.items() if key != "contact"}
    text = RecordText(front=front, sections=TWELVE.sections)
    assert [field.name for field in missing_fields(CASE, text)] == ["contact.mailbox"]
    assert missing_fields(CASE, text, edit=True) == ()


def test_what_was_left_open_says_so_and_cites_nobody() -> None:
    done = COMPLETION(CASE, TWELVE)
    assert COMPLETION(CASE, done) == done, "completing twice changes nothing more"
    assert done.front["results"] == [
        {"statement": "Zahlen zum Ergebnis sind noch nicht einzeln erfasst.", "date": "unknown", "sources": []}
    ]
    assert done.front["outcome_note"] == {"text": "Näheres zum Ergebnis ist noch nicht beschrieben.", "sources": []}
    assert done.sections["results"] == "Was dabei herauskam, ist noch nicht beschrieben."
    problems = problems_of(index_of(done), path="case-studies/beispielstadt-mitfahrbaenke")
    assert [problem for problem in problems if problem.severity is Severity.ERROR or "source" in problem.code] == []
    assert done.front["license"] == "CC-BY-4.0"
    assert done.front["evidence_level"] == 1


def test_claims_without_a_source_rest_on_the_authors_own_word() -> None:
    done = COMPLETION(CASE, TWELVE)
    assert done.front["sources"] == [
        {
            "key": OWN_WORD,
            "title": "Eigene Angaben der Beteiligten",
            "publisher": "Beispielstadt",
            "date": "2026-11-24",
            "self_reported": True,
        }
    ]
    assert done.front["goals"] == [{"text": "Wege ohne Auto möglich machen.", "sources": [OWN_WORD]}]
    assert done.front["municipalities"] == TWELVE.front["municipalities"]


def test_a_key_that_exists_stays_and_new_ones_differ() -> None:
    lesson: dict[str, Any] = {"statement": "Erst messen, dann bauen."}
    text = RecordText(front={"lessons": [{"id": "alt", **lesson}, lesson, lesson], "colour": "red"})
    assert COMPLETION(CASE, text).front["colour"] == "red", "what no schema knows stays as well"
    rows = COMPLETION(CASE, text).front["lessons"]
    assert [row["id"] for row in rows] == ["alt", "erst-messen-dann-bauen", "erst-messen-dann-bauen-2"]  # type: ignore[union-attr,index,call-overload]


@pytest.mark.parametrize(
    ("markdown", "marked"),
    [
        ("Ein Satz.", "Ein Satz.[^eigene-angabe]"),
        ("Belegt.[^rat]", "Belegt.[^rat]"),
        ("Zwei\nZeilen.", "Zwei\nZeilen.[^eigene-angabe]"),
        ("Und:\n\n- a\n- b[^rat]\n  weiter", "Und:\n\n- a[^eigene-angabe]\n- b[^rat]\n  weiter"),
        ("### Titel\n\n```\ncode\n```", "### Titel\n\n```\ncode\n```"),
        ("| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |\n\nQuelle: eigene Angabe.[^eigene-angabe]"),
    ],
)  # fmt: skip
def test_each_block_names_a_source_afterwards(markdown: str, marked: str) -> None:
    assert sourced(markdown) == marked
    assert sourced(marked) == marked


REPORT = {"key": "bericht", "title": "Abschlussbericht"}


def test_what_names_no_source_rests_on_the_one_that_the_author_chose() -> None:
    text = RecordText(front={**TWELVE.front, "sources": [REPORT]}, sections=TWELVE.sections)
    done = Completion(today=COMPLETION.today, publisher="Beispielverbund", basis="bericht")(CASE, text)
    lessons: Any = done.front["lessons"]
    assert lessons[0]["sources"] == ["bericht"]
    assert done.sections["problem"].count("[^bericht]") == 2
    assert [row["key"] for row in done.front["sources"]] == ["bericht"]  # type: ignore[index, union-attr, call-overload]


def test_a_source_that_names_nobody_else_is_the_authors_own() -> None:
    press: dict[str, Any] = {
        "key": "presse", "title": "Bericht der Zeitung", "publisher": "Zeitung", "self_reported": False,
    }  # fmt: skip
    unclear: dict[str, Any] = {"key": "unklar", "title": "Gutachten", "self_reported": False}
    text = RecordText(front={**TWELVE.front, "sources": [REPORT, press, unclear]}, sections=TWELVE.sections)
    sources: Any = COMPLETION(CASE, text).front["sources"]
    assert sources[0] == {**REPORT, "publisher": "Beispielstadt", "self_reported": True}
    assert sources[1:3] == [press, unclear], "who says that somebody else wrote it must say who"


def test_editors_name_the_publisher_of_each_source() -> None:
    text = RecordText(front={**TWELVE.front, "compiled_by": "editors", "sources": [REPORT]}, sections=TWELVE.sections)
    assert COMPLETION(CASE, text).front["sources"] == [REPORT]
    of_the_editors = RecordText(front={**TWELVE.front, "compiled_by": "editors"}, sections=TWELVE.sections)
    assert OWN_WORD not in str(COMPLETION(CASE, of_the_editors)), "they get no source of their own"
    assert [field.name for field in missing_fields(CASE, text)] == ["sources.0.publisher", "sources.0.self_reported"]
