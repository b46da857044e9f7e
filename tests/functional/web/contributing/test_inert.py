"""Whatever is typed into any field, nothing of it acts: neither in form and preview nor on the published page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import html

from app.identity import Role, RoleKind
from app.review.workflow import Unsettled
from app.web.factory import create_app
from app.wiring import Services
from tests.functional.web.contributing.author import Author, Page, draft_of, written
from tests.webnode.people import sign_in
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


def published(author: Author, services: Services, vector: str) -> Iterator[html.HtmlElement]:
    page = written(author)
    draft = draft_of(page)
    page = author.open(f"{draft}/worum").press("sichern", {"title": f"T {vector}"[:100], "body.problem": f"P {vector}"})
    page = author.open(f"{draft}/lehren").press("sichern", {"lessons.0.statement": f"L {vector}"})
    page = author.open(f"{draft}/senden").press("", {"begruendung": vector})
    assert page.path.startswith("/beitragen/gesendet/"), page.words
    check_inert(page.document)
    proposal_id = page.path.rpartition("/")[2]
    other = create_app(services, testing=True).test_client()
    curator = sign_in(other, (Role(kind=RoleKind.CURATOR),), name="Beispiel Redaktion")
    newest = services.review.proposals.view(proposal_id, curator).newest.number
    services.review.curation.comment(proposal_id, curator, vector, field="title")
    services.review.curation.approve(proposal_id, curator, round=newest)
    done = services.review.curation.publish(proposal_id, curator, frozenset(Unsettled))
    services.follow()
    address = f"/fallstudien/{getattr(done, 'slug', '')}"
    yield html.document_fromstring(other.get(address).get_data(as_text=True))


@pytest.mark.parametrize("vector", VECTORS[:2])
def test_the_published_page_shows_words_only(author: Author, services: Services, vector: str) -> None:
    for document in published(author, services, vector):
        assert "T " in document.findtext(".//h1")
        check_inert(document)
