from datetime import UTC, datetime

import pytest

from app.review.models import Notice, NoticeKind
from app.review.notices.notice import word

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PARAMS = {"title": "Rufbus", "kind": "concept", "slug": "rufbus", "review_by": "2027-01-01"}
LETTERS = {NoticeKind.DIGEST, NoticeKind.STILL_TRUE}
"""To people without an account; letters of their own word them."""


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - LETTERS))
def test_every_notice_is_worded_with_its_title_and_address(kind: NoticeKind, lang: str) -> None:
    notice = Notice(id=1, person="id-x", kind=kind, at=NOW, params=PARAMS)
    subject, text = word(notice, lang, site="Netz", address="https://netz.example/r")
    assert subject.startswith("[Netz] ")
    # Whoever gets the message to confirm something may never have entered it; nothing that was typed goes along.
    is_about_no_text = kind in (NoticeKind.CONFIRM_ADDRESS, NoticeKind.ACCOUNT_UNUSED)
    assert ("Rufbus" in subject) is not is_about_no_text
    assert ("Rufbus" in text) is not is_about_no_text
    assert "\nhttps://netz.example/r\n" in text
    assert "%(" not in subject + text


def test_an_unknown_language_is_german_and_a_missing_word_a_dash() -> None:
    notice = Notice(id=1, person="id-x", kind=NoticeKind.REVIEW_DUE, at=NOW, params={"title": "Rufbus"})
    _, text = word(notice, "fr", site="Netz", address="https://netz.example/r")
    assert "bis – geprüft" in text


@pytest.mark.parametrize("kind", [NoticeKind.REVIEW_DUE, NoticeKind.REVIEW_WANTED])
def test_days_are_written_as_on_the_pages(kind: NoticeKind) -> None:
    notice = Notice(id=1, person="id-x", kind=kind, at=NOW, params={**PARAMS, "review_by": "2026-11-02"})
    german, english = (word(notice, lang, site="Netz", address="x")[1] for lang in ("de", "en"))
    assert "bis 2.\u00a0November\u00a02026 geprüft" in german
    assert "by 2\u00a0November\u00a02026." in english


def test_one_click_is_promised_to_those_only_who_have_the_button() -> None:
    due, wanted = (
        word(Notice(id=1, person="id-x", kind=kind, at=NOW, params=PARAMS), "de", site="Netz", address="x")[1]
        for kind in (NoticeKind.REVIEW_DUE, NoticeKind.REVIEW_WANTED)
    )
    assert "Klick auf „Stimmt noch“" in due
    assert "Klick" not in wanted
    assert "Stimmt noch" not in wanted


def test_a_title_stays_one_line() -> None:
    params = {"title": "Ruf\r\nBcc: x"}
    notice = Notice(id=1, person="id-x", kind=NoticeKind.PUBLISHED, at=NOW, params=params)
    assert word(notice, "de", site="Netz", address="x")[0] == "[Netz] Veröffentlicht: Ruf Bcc: x"
