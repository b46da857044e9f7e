"""„So etwas gibt es schon“ while a record is written, without JavaScript."""

from __future__ import annotations

from app.identity import RoleKind
from tests.functional.web.contributing.author import Author, Page, draft_of, written
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import sign_in

NOTICE = "So etwas gibt es schon"
SAME = {"title": "Mitfahrbank in Beispielstadt"}
OTHER = {"title": "Glasfaser für alle Höfe"}


def links(page: Page) -> list[str]:
    return [str(href) for href in page.document.xpath("//*[@id='gibt-es-schon']//a/@href")]


def test_title_shows_what_is_there_when_the_step_is_saved_and_once_more_before_sending(author: Author) -> None:
    page = author.begin()
    assert NOTICE not in page.words
    page = page.press("sichern", SAME)
    assert NOTICE in page.words
    assert STOPPED_PAGE in links(page)
    assert NOTICE in author.open(f"{draft_of(page)}/senden").words
    assert NOTICE not in page.press("sichern", OTHER).words


def test_edit_of_a_published_record_is_about_that_one(author: Author) -> None:
    asked = author.open(f"/beitragen/aendern{STOPPED_PAGE}")
    assert NOTICE not in asked.press().words


def test_editors_see_it_where_they_decide_about_a_new_record(author: Author) -> None:
    page = author.open(f"{draft_of(written(author))}/worum").press("sichern", SAME)
    sent = author.open(f"{draft_of(page)}/senden").press()
    sign_in(author.client, (RoleKind.CURATOR,), name="Robin Beispiel")
    proposal = author.open(f"/vorschlaege/{sent.path.rpartition('/')[2]}")
    assert NOTICE in proposal.words
    assert proposal.document.xpath(f"//section[@aria-labelledby='pruefung']//a[@href='{STOPPED_PAGE}']")
