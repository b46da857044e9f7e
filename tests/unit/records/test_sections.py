from __future__ import annotations

import pytest

from app.records.structure import footnotes, outline


def test_sections_carry_id_title_text_and_line() -> None:
    found = outline(
        "## Ausgangslage {#problem}\n\nText\n\n### Mehr\n\nzwei\n\n## Vorgehen {#approach}\nx\n", first_line=10
    )
    assert [(s.id, s.title, s.line) for s in found.sections] == [
        ("problem", "Ausgangslage", 10),
        ("approach", "Vorgehen", 18),
    ]
    assert found.sections[0].markdown == "Text\n\n### Mehr\n\nzwei"


def test_headings_in_code_are_text() -> None:
    body = "## A {#a}\n```\n## B {#b}\n# c\n```\n~~~\n## C {#c}\n```\n## D {#d}\n~~~\n"
    assert [s.id for s in outline(body).sections] == ["a"]


def test_what_belongs_to_no_section_is_reported_by_line() -> None:
    found = outline("Vorab\n\n## A {#a}\nx\n## Ohne Kennung\n# Groß\n")
    assert found.stray_lines == (1,)
    assert found.headings_without_id == (5,)
    assert found.page_headings == (6,)


def test_footnotes_in_code_do_not_count() -> None:
    text = "eins[^a] `[^b]`[^c][^d]\n```\n[^e]\n```\n[^f]"
    assert list(footnotes(text, 5)) == [("a", 5), ("c", 5), ("d", 5), ("f", 9)]


@pytest.mark.parametrize("body", ["", "\n\n", "\n \n"])
def test_an_empty_body_has_no_sections(body: str) -> None:
    found = outline(body)
    assert found.sections == ()
    assert found.stray_lines == ()
