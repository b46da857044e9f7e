"""Whatever is typed into any field, nothing of it acts: neither in form and preview nor on the published page."""

from tests.functional.web.contributing.author import Author, draft_of, written
from tests.webnode.vectors import VECTORS, check_inert

TEXTS = (
    "title", "summary", "municipalities.0.name", "goals.0.text", "body.problem", "body.approach", "body.results",
    "outcome_note.text", "results.0.statement", "lessons.0.statement", "lessons.0.because", "lessons.0.recommendation",
    "lessons.0.applies_if.precondition", "lessons.0.impact", "contact.role", "keywords", "open_questions",
    "attribution", "transfer.to", "strategy_link", "sources.0.title", "sources.0.publisher", "sources.0.note",
    "costs.0.what", "funding.0.programme", "links.0.title", "links.0.url", "law.0.text", "leadership.unit",
)  # fmt: skip


PLACES = ("worum", "vorgehen", "ergebnis", "lehren", "nachnutzung")


def test_form_and_preview_show_words_only(author: Author) -> None:
    draft = draft_of(written(author))
    for place in PLACES:
        page = author.open(f"{draft}/{place}")
        for name in ("sources", "results", "costs", "funding", "links", "law"):
            if page.value(f"{name}.rows") == "0":
                page = page.press(f"add:{name}")
    for vector in VECTORS:
        for place in PLACES:
            page = author.open(f"{draft}/{place}")
            check_inert(page.document)
            page = page.press("sichern", {name: f"Text {vector}" for name in TEXTS if page.has(name)})
            check_inert(page.document)
        preview = author.open(f"{draft}/vorschau").document
        check_inert(preview)
        assert preview.findtext(".//h1") == f"Text {' '.join(vector.split())}"
        check_inert(author.open(f"{draft}/senden").document)
