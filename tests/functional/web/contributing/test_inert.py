"""Whatever is typed into any field, nothing of it acts: neither in form and preview nor on the published page."""

from __future__ import annotations

import pytest

from tests.functional.web.contributing.author import Author, Page, draft_of, written
from tests.webnode.vectors import VECTORS, check_inert

TEXTS = (
    "title", "summary", "municipalities.0.name", "goals.0.text", "body.problem", "body.approach", "body.results",
    "outcome_note.text", "results.0.statement", "lessons.0.statement", "lessons.0.because", "lessons.0.recommendation",
    "lessons.0.applies_if.precondition", "lessons.0.impact", "contact.role", "keywords", "open_questions",
    "attribution", "transfer.to", "strategy_link", "sources.0.title", "sources.0.publisher", "sources.0.note",
    "costs.0.what", "funding.0.programme", "links.0.title", "links.0.url", "law.0.text", "leadership.unit",
)  # fmt: skip


def filled(author: Author, vector: str) -> Page:
    """A complete draft with the vector in every text field that takes it."""
    page = written(author)
    draft = draft_of(page)
    for place in ("worum", "vorgehen", "ergebnis", "lehren", "nachnutzung"):
        page = author.open(f"{draft}/{place}")
        for name in ("sources", "results", "costs", "funding", "links", "law"):
            rows = page.value(f"{name}.rows")
            if rows == "0":
                page = page.press(f"add:{name}")
        check_inert(page.document)
        page = page.press("sichern", {name: f"Text {vector}" for name in TEXTS if page.has(name)})
        check_inert(page.document)
    return author.open(f"{draft}/vorschau")


@pytest.mark.parametrize("vector", VECTORS)
def test_form_and_preview_show_words_only(author: Author, vector: str) -> None:
    page = filled(author, vector)
    check_inert(page.document)
    assert page.document.findtext(".//h1") == f"Text {' '.join(vector.split())}"
    check_inert(author.open(f"{draft_of(page)}/senden").document)
