import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.markdown import escaped_words
from app.documents.reading import ImportedDocument, ImportedSection, LeftOut
from app.documents.reading.reader import read_document
from app.review.drafts.report import (
    ReportContact,
    all_suggested,
    contact,
    lesson,
    noted,
    placed,
    record_title,
    suggested,
    title_of,
)
from app.review.text.record_text import RecordText
from tests.unit.documents.reading.reports import report


@pytest.mark.parametrize(
    ("report", "title"),
    [
        ("Kurzbericht: Digitaler Mängelmelder", "Digitaler Mängelmelder"),
        ("Abschlussbericht zum Projekt Rufbus am Abend", "Rufbus am Abend"),
        ("Beschlussvorlage – neue Bänke", "Neue Bänke"), ("Berichtswesen neu ordnen", "Berichtswesen neu ordnen"),
        ("Microsoft Word - bericht_final.docx", ""), ("Rufbus " * 20, ""),
    ],
)  # fmt: skip
def test_the_title_of_a_record_says_what_it_is_about(report: str, title: str) -> None:
    assert record_title(report) == title


EMPTY = RecordText(front={})
SECTION = ImportedSection(
    title="Ziele", level=1, text="Weniger Autos.\n\n- Mehr \\*Busse\\*\n- **Neue** [Linie](https://l.example)"
)
CASE = (
    *("title", "summary", "goals", "lessons", "open_questions", "sources"),
    *("body.problem", "body.approach", "body.results", "body.cost", "body.transfer", "contact"),
)


def test_a_section_of_the_text_keeps_its_markdown() -> None:
    assert placed(EMPTY, SECTION, "body.problem").sections == {"problem": SECTION.text}


def test_what_stands_there_already_stays_in_front() -> None:
    text = RecordText(front={}, sections={"problem": "Schon da.\n"})
    assert placed(text, SECTION, "body.problem").sections["problem"] == f"Schon da.\n\n### Ziele\n\n{SECTION.text}"


def test_each_paragraph_and_item_becomes_an_entry_of_a_list() -> None:
    text = RecordText(front={"goals": [{}, {"text": "Da."}]})
    assert placed(text, SECTION, "goals").front["goals"] == [
        {"text": "Da."},
        {"text": "Weniger Autos."},
        {"text": "Mehr *Busse*"},
        {"text": "Neue Linie (https://l.example)"},
    ]
    assert placed(EMPTY, SECTION, "open_questions").front["open_questions"][0] == "Weniger Autos."  # type: ignore[index]


def test_a_long_lesson_is_divided_after_its_first_sentence_and_nothing_is_cut() -> None:
    long = "Erst messen. " + "Dann bauen wir weiter. " * 40
    section = ImportedSection(title="", level=1, text=long.strip())
    lessons = placed(EMPTY, section, "lessons").front["lessons"]
    assert lessons == [{"statement": "Erst messen.", "because": ("Dann bauen wir weiter. " * 40).strip()}]


def test_a_contact_fills_what_is_still_open() -> None:
    section = ImportedSection(
        title="Kontakt", level=1, text="Stadt Beispielstadt, Bauamt, bauamt@beispielstadt.example"
    )
    assert placed(EMPTY, section, "contact").front == {
        "contact": {"role": "Bauamt", "mailbox": "bauamt@beispielstadt.example"},
        "municipalities": [{"name": "Beispielstadt", "role": "lead"}],
    }
    text = RecordText(front={"contact": {"role": "Rathaus"}, "municipalities": [{"name": "Musterstadt"}]})
    front = placed(text, section, "contact").front
    assert front["contact"] == {"role": "Rathaus", "mailbox": "bauamt@beispielstadt.example"}
    assert front["municipalities"] == [{"name": "Musterstadt"}]


@pytest.mark.parametrize(
    "text",
    [
        "Ratsvorlage 17: https://r.example/17",
        "Ratsvorlage 17 (https://r.example/17).",
        "[Ratsvorlage 17](https://r.example/17)",
    ],
)
def test_the_address_behind_a_source_goes_into_its_own_place(text: str) -> None:
    section = ImportedSection(title="Quellen", level=1, text=text)
    expected = [{"title": "Ratsvorlage 17", "url": "https://r.example/17"}]
    assert placed(EMPTY, section, "sources").front["sources"] == expected


@pytest.mark.parametrize("piece", ["[", "(", ":", "http://a,", "[a](b", "[a](http://a "])
def test_long_words_take_no_longer_than_their_length(piece: str) -> None:
    text = "a" + piece * (160_000 // len(piece)) + " x"
    start = time.perf_counter()
    escaped_words(text)
    placed(EMPTY, ImportedSection(title="", level=1, text=text), "sources")
    assert time.perf_counter() - start < 10, "tried anew from each place it would be minutes"


def test_words_that_would_lead_somewhere_are_escaped_up_to_their_bracket() -> None:
    assert escaped_words("[a [b](c) [d] [^e] [f][g]") == r"\[a \[b](c) [d] \[^e] \[f][g]"


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("1. Ausgangslage und Anlass", "body.problem"), ("Projektziele", "goals"),
        ("Umsetzung in drei Phasen", "body.approach"), ("Ergebnisse der Evaluation", "body.results"),
        ("Kosten und Förderung", "body.cost"), ("Was wir gelernt haben", "lessons"),
        ("Was wir getan haben", "body.approach"), ("Was wir anders machen würden", "lessons"),
        ("Literatur", "sources"), ("Impressum", ""),
    ],
)  # fmt: skip
def test_headings_suggest_where_a_section_belongs(title: str, target: str) -> None:
    assert suggested(title, CASE) == target


def test_only_what_the_kind_has_is_suggested() -> None:
    assert suggested("Ausgangslage", ("body.background",)) == "body.background"
    assert suggested("Kosten", ("title",)) == ""


def test_a_paragraph_becomes_statement_reason_and_recommendation() -> None:
    words = (
        "Erstens: Die Zuständigkeiten gehören vor der Technik geklärt. Am 3. Juni blieben 40 Prozent liegen. "
        "Wir empfehlen, je Kategorie ein Amt zu benennen."
    )
    assert lesson(words) == {
        "statement": "Die Zuständigkeiten gehören vor der Technik geklärt.",
        "because": "Am 3. Juni blieben 40 Prozent liegen.",
        "recommendation": "Wir empfehlen, je Kategorie ein Amt zu benennen.",
    }


@pytest.mark.parametrize(
    ("words", "statement"),
    [
        ("Lehre 2: Früh fragen.", "Früh fragen."), ("3. Mai: Früh fragen.", "3. Mai: Früh fragen."),
        ("Eines ist klar: Früh fragen.", "Eines ist klar: Früh fragen."), ("Erstens:", "Erstens:"),
    ],
)  # fmt: skip
def test_a_number_in_front_goes_and_a_thought_behind_a_colon_stays(words: str, statement: str) -> None:
    assert lesson(words)["statement"] == statement


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Was wir anders machen würden", "would_do_differently"),
        ("Erfolgsfaktoren", "worked"),
        ("Was wir gelernt haben", None),
    ],
)
def test_the_heading_says_what_kind_of_lesson_it_is(heading: str, kind: str | None) -> None:
    assert lesson("Früh fragen.", heading).get("kind") == kind


@given(st.text(alphabet="Aaä1.:!?) \n-", min_size=1).filter(str.strip))
def test_every_paragraph_becomes_a_lesson_of_its_own_words(words: str) -> None:
    found = lesson(words)
    told = Counter("".join(found.get(part, "") for part in ("statement", "because", "recommendation")))
    assert found["statement"]
    assert not told - Counter(words) - Counter(" " * len(words))


OFFICE = "Stabsstelle Digitalisierung"
MAILBOX = "digitalisierung@beispielstadt.example"


@pytest.mark.parametrize(
    "text",
    [
        f"Stadt Beispielstadt, {OFFICE}, {MAILBOX}",
        f"Stadt Beispielstadt\n{OFFICE}\nE-Mail: {MAILBOX}.",
        f"Stadt Beispielstadt – {OFFICE} ({MAILBOX})",
    ],
)
def test_office_mailbox_and_municipality_are_told_apart(text: str) -> None:
    assert contact(text) == ReportContact(role=OFFICE, mailbox=MAILBOX, municipality="Beispielstadt")


def test_a_district_is_known_by_its_name() -> None:
    found = contact("Landkreis Beispielkreis, Amt für IT, it@beispielkreis.example")
    assert (found.municipality, found.kind) == ("Beispielkreis", "district")


@pytest.mark.parametrize(
    "text",
    [
        "Anna Beispiel, Stadt Bstadt, anna.beispiel@bstadt.example",
        "Frau Anna Beispiel (Stadt Bstadt), a.beispiel@bstadt.example",
        "Abteilung Dr. Beispiel, Stadt Bstadt, a.beispiel@bstadt.example",
        "Team Müller, Stadt Bstadt, anna.mueller@bstadt.example",
    ],
)
def test_nobody_is_named_and_no_personal_mailbox_taken(text: str) -> None:
    assert contact(text) == ReportContact(municipality="Bstadt")


def test_an_office_beside_a_person_is_taken_with_its_own_mailbox() -> None:
    found = contact("Anna Beispiel (Projektleitung), anna.beispiel@bstadt.example, Post: bauamt.info@bstadt.example")
    assert (found.role, found.mailbox) == ("Projektleitung", "bauamt.info@bstadt.example")
    assert contact(f"Projektleitung: Anna Beispiel, {MAILBOX}").role == "Projektleitung"


@pytest.mark.parametrize(
    "office", ["Amt für IT", "Digital-Team", "Fachbereich 3", "Büro des Rates", "Leitung des Bauamts"]
)
def test_offices_are_known_by_their_names(office: str) -> None:
    found = contact(f"Anna Beispiel, {office}, Stadt Bstadt, {MAILBOX}")
    assert (found.role, found.municipality) == (office, "Bstadt")


@pytest.mark.parametrize("piece", ["x", "x*", "[", "a@", ".", "a@b", "amt ", "\\"])
def test_a_long_word_takes_no_longer_than_its_length(piece: str) -> None:
    start = time.perf_counter()
    contact(piece * (160_000 // len(piece)))
    assert time.perf_counter() - start < 3, "tried anew from each letter it would be minutes"


def arrived(name: str) -> tuple[ImportedDocument, RecordText]:
    """A report, and the record that results if its author changes none of the suggestions."""
    found = read_document(report(name))
    text = RecordText(front={"sources": noted(found.notes)} if found.notes else {})
    headings = [(section.title, section.level) for section in found.sections]
    for section, target in zip(found.sections, all_suggested(headings, CASE), strict=True):
        text = placed(text, section, target) if target else text
    return found, text


NO_BUS = "Nach 18 Uhr fuhr kein Bus."
BOLD = {"body.problem": NO_BUS, "body.cost": "Es kostete 40 Euro."}
LISTED = ["Früh fragen.", "Spät bauen.", "Außerdem:", "Wenig versprechen.", "Viel halten."]
SOURCE = {"key": "fussnote-1", "title": "Statistik des Kreises", "url": "https://kreis.example/2023"}
TABLE = ["| Jahr | Ergebnis |", "| --- | --- |"]
A_COST = {"currency": "EUR", "date": "unknown", "basis": "unknown"}


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("bold lines, python-docx", BOLD),
        ("larger lines, python-docx", BOLD),
        ("bold lines, WeasyPrint", BOLD),
        ("bold lines, Chromium", BOLD),
        (
            "a heading over two lines and page feet, WeasyPrint",
            {
                "headings": ["Ausgangslage im ländlichen Raum und was die Leute im Ort davon hielten", "Lehren"],
                "lessons": [{"statement": LISTED[0], "because": f"{LISTED[0]} {LISTED[0]}"}, {"statement": LISTED[1]}],
                "left out": (LeftOut.MARGINS,),
            },
        ),
        (
            "a subtitle and a subsection, python-docx",
            {"title": "Rufbus am Abend", "body.problem": NO_BUS},
        ),
        (
            "drawn bullets and numbers, python-docx",
            {
                "lessons": [{"statement": words} for words in LISTED],
                "goals": [{"text": "Mehr Fahrten"}, {"text": "Weniger Autos"}],
            },
        ),
        ("a footnote, python-docx", {"body.results": "Es waren 52 Fahrten.[^fussnote-1]", "sources": [SOURCE]}),
        (
            "a footnote, WeasyPrint",
            {"body.results": f"{'Die Leute fahren gern. ' * 9}Es waren 52 Fahrten.¹", "sources": [SOURCE]},
        ),
        (
            "cells of two paragraphs, python-docx",
            {"rows": [*TABLE, "| 2023 | 40 Fahrten am Tag, auch am Abend |", "| 2024 | 55 Fahrten |"]},
        ),
        (
            "a table of costs and a contact, python-docx",
            {
                "costs": [
                    {**A_COST, "kind": "one_time", "amount": 500000, "what": "Fahrzeuge"},
                    {**A_COST, "kind": "annual", "amount": 115720, "what": "Betrieb im Jahr"},
                    {**A_COST, "kind": "total", "amount": 615720, "what": "Summe", "covers": "all"},
                ],
                "contact": {"role": "Bauamt", "phone": "06999 123456"},
                "municipalities": [{"name": "Beispielstadt", "role": "lead"}],
            },
        ),
        ("a picture, python-docx", {"body.results": "Es waren 52 Fahrten.", "left out": (LeftOut.PICTURES,)}),
    ],
)  # fmt: skip
def test_what_a_report_says_arrives_where_it_belongs(name: str, where: dict[str, object]) -> None:
    found, text = arrived(name)
    seen = {
        "headings": [section.title for section in found.sections],
        "title": title_of(found),
        "left out": found.left_out,
        "rows": [line for section in found.sections for line in section.text.split("\n") if line.startswith("|")],
        **text.front,
        **{f"body.{section}": " ".join(words.split()) for section, words in text.sections.items()},
    }
    assert {key: seen.get(key) for key in where} == where
