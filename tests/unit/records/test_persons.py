"""Traces of persons in a record, and HTML that does nothing: named with field and words, and never in the way."""

import time
from typing import Any

import pytest

from app.records.checks.persons import CONCERNS
from app.records.problem import Severity
from tests.unit.records import examples


def concerns(body: str = examples.BODY, **changes: Any) -> list[tuple[str, str, str]]:
    found = examples.problems(examples.text(body, **changes))
    mine = [problem for problem in found if problem.code in CONCERNS]
    assert all(problem.severity is Severity.WARNING for problem in mine)
    return [(problem.code, problem.field, problem.params["words"]) for problem in mine]


def told(text: str) -> list[tuple[str, str]]:
    """What is found in the section on the results, which holds `text`."""
    body = examples.BODY.replace("Die Menschen nahmen den Bus an.", text)
    found = concerns(body)
    assert {field for _, field, _ in found} <= {"body.results"}
    return [(code, words) for code, _, words in found]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Rufen Sie 06042 884-123 an.", "phone_in_text", "06042 884-123"),
        ("Rufen Sie +49 151 23456789 an.", "phone_in_text", "+49 151 23456789"),
        ("Mobil: 0151/23456789.", "phone_in_text", "0151/23456789"),
        ("Schreiben Sie an alex.beispiel@stadt.example.", "mailbox_in_text", "alex.beispiel@stadt.example"),
        ("Wir danken Frau Dr. Muster-Beispiel.", "person_named", "Frau Dr. Muster-Beispiel"),
        ("Ein <script>alert(1)</script> Versuch.", "raw_html", "<script>"),
        ('Mit <a href="https://stadt.example">Link</a>.', "raw_html", '<a href="https://stadt.example">'),
    ],
)
def test_a_trace_is_named_with_its_words(text: str, code: str, words: str) -> None:
    assert (code, words) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Am 03.04.2024 fuhr er, von 08:00 bis 16:00 Uhr.", "Vom 01-02-2024 an.",
        "Die Stadt 06440002 im Land 064400020002, Postleitzahl 01067.",
        "Es kostete 0,5 Mio. € und 12 000 000 Fahrten.", "Nach DIN 66336 und Drucksache 20/1234567.",
        "Die Auskunft unter 115 oder 116 117.",
        "Siehe https://stadt.example/0151/23456789 und @stadt@social.example.",
        "Frau und Beruf, der Herr Bürgermeister und die Frau Landrätin.",
        "Bei a < b und b > c; siehe <https://stadt.example>.", "So steht es in `<script>` der Vorlage.",
    ],
)  # fmt: skip
def test_what_names_nobody_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_entries_are_read_as_the_body_is() -> None:
    found = concerns(summary="Herr Beispiel fuhr den Bus. Er ist unter 06042 884123 zu erreichen.")
    assert found == [("person_named", "summary", "Herr Beispiel"), ("phone_in_text", "summary", "06042 884123")]


@pytest.mark.parametrize("mailbox", ["rathaus@gmx.de", "stadt-x@web.de", "anna.beispiel@musterstadt.example"])
def test_a_mailbox_of_a_person_is_named(mailbox: str) -> None:
    assert concerns(contact={"role": "Bauamt", "mailbox": mailbox}) == [("private_mailbox", "contact.mailbox", mailbox)]


def test_an_office_may_be_reached() -> None:
    contact = {"role": "Bauamt", "mailbox": "bauamt@musterstadt.example", "phone": "06042 884-0"}
    assert concerns(contact=contact) == []


@pytest.mark.parametrize("text", ["Lorem ipsum dolor.", "Kosten: TODO", "In Musterstadt fuhr er."])
def test_words_that_only_hold_a_place_are_named(text: str) -> None:
    body = examples.BODY.replace("Die Menschen nahmen den Bus an.", text)
    (found,) = (one for one in examples.problems(examples.text(body)) if one.code == "placeholder")
    assert (found.field, found.severity, found.params["words"] in text) == ("body.results", Severity.WARNING, True)


@pytest.mark.parametrize(
    ("title", "is_told"),
    [("Anderswo: Rufbus", True), ("Probebacher Rufbus: drei Jahre", False), ("Rufbus für alle", False)],
)
def test_a_title_of_another_place_is_named(title: str, *, is_told: bool) -> None:
    towns = [{"name": "Stadt Probebach", "state": "BW", "kind": "town", "role": "lead"}]
    found = examples.problems(examples.text(examples.BODY, title=title, municipalities=towns))
    assert ["title_elsewhere" in {one.code for one in found}] == [is_told]


def test_no_text_takes_long() -> None:
    began = time.perf_counter()
    for hostile in ("0 " * 9000, "a." * 9000, "a@" * 9000, "<a " * 9000, "Herr Dr. " * 3000, "`" * 9001):
        told(hostile)
    assert time.perf_counter() - began < 5
