from __future__ import annotations

import time

import pytest

from app.documents.markdown import escaped_words
from app.documents.reading import ImportedSection
from app.review.drafts.report import placed, suggested
from app.review.text.record_text import RecordText

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


def test_a_summary_grows() -> None:
    text = RecordText(front={"summary": "Eins."})
    section = ImportedSection(title="Kurzfassung", level=1, text="Zwei.")
    assert placed(text, section, "summary").front["summary"] == "Eins. Zwei."


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


def test_a_source_that_is_only_an_address_is_known_by_it() -> None:
    section = ImportedSection(title="Quellen", level=1, text="https://r.example/17")
    assert placed(EMPTY, section, "sources").front["sources"] == [{"title": "https://r.example/17"}]


@pytest.mark.parametrize("piece", ["[", "(", ":", "http://a,", "[a](b", "[a](http://a "])
def test_long_words_take_no_longer_than_their_length(piece: str) -> None:
    text = "a" + piece * (160_000 // len(piece)) + " x"
    start = time.perf_counter()
    escaped_words(text)
    placed(EMPTY, ImportedSection(title="", level=1, text=text), "sources")
    assert time.perf_counter() - start < 10, "tried anew from each place it would be minutes"


def test_words_that_would_lead_somewhere_are_escaped_up_to_their_bracket() -> None:
    assert escaped_words("[a [b](c) [d] [^e] [f][g]") == r"\[a \[b](c) [d] \[^e] \[f][g]"


def test_a_heading_alone_is_an_entry() -> None:
    section = ImportedSection(title="Früh anfangen", level=2, text="")
    assert placed(EMPTY, section, "lessons").front["lessons"] == [{"statement": "Früh anfangen"}]


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("1. Ausgangslage und Anlass", "body.problem"),
        ("Projektziele", "goals"),
        ("Unsere Ziele", "goals"),
        ("Umsetzung in drei Phasen", "body.approach"),
        ("Ergebnisse der Evaluation", "body.results"),
        ("Kosten und Förderung", "body.cost"),
        ("Lessons Learned", "lessons"),
        ("Was wir gelernt haben", "lessons"),
        ("Was wir getan haben", "body.approach"),
        ("Was wir anders machen würden", "lessons"),
        ("Literatur", "sources"),
        ("Nachnutzung", "body.transfer"),
        ("Ansprechstelle", "contact"),
        ("Impressum", ""),
    ],
)
def test_headings_suggest_where_a_section_belongs(title: str, target: str) -> None:
    assert suggested(title, CASE) == target


def test_only_what_the_kind_has_is_suggested() -> None:
    assert suggested("Ausgangslage", ("body.background",)) == "body.background"
    assert suggested("Kosten", ("title",)) == ""
