# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices in words, in German and English. A reader learns what happened, why it concerns them and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from app.review.notices.notice import Notice, NoticeKind

_DAYS = frozenset({"review_by"})
"""Parameters that are days, written YYYY-MM-DD."""
_DAY = {"de": "d.\u00a0MMMM\u00a0y", "en": "d\u00a0MMMM\u00a0y"}

_K = NoticeKind
_DE: Mapping[NoticeKind, tuple[str, str]] = {
    _K.SUBMITTED: ("Neuer Vorschlag: {title}", "Jemand hat „{title}“ zur Prüfung gesendet."),
    _K.COMMENTED: ("Neue Bemerkung: {title}", "Zu „{title}“ gibt es eine neue Bemerkung."),
    _K.CHANGES_REQUESTED: (
        "Bitte um Änderung: {title}",
        "Zu „{title}“ wird eine Änderung erbeten. Was gemeint ist, steht beim Vorschlag.",
    ),
    _K.REVISED: ("Überarbeitet: {title}", "„{title}“ wurde überarbeitet und wartet wieder auf eine Prüfung."),
    _K.TAKEN_OVER: (
        "Bearbeitet: {title}",
        "Die Redaktion hat „{title}“ bearbeitet. Sie sehen dort, was sich geändert hat.",
    ),
    _K.APPROVED: ("Geprüft: {title}", "„{title}“ ist geprüft und kann veröffentlicht werden."),
    _K.PUBLISHED: ("Veröffentlicht: {title}", "„{title}“ ist veröffentlicht."),
    _K.DECLINED: (
        "Abgelehnt: {title}",
        "„{title}“ wurde abgelehnt. Den Grund lesen Sie beim Vorschlag. Ihr Text liegt wieder in Ihren Entwürfen.",
    ),
    _K.WITHDRAWN: ("Zurückgenommen: {title}", "Der Vorschlag „{title}“ wurde zurückgenommen. Sie müssen nichts tun."),
    _K.GIVEN_BACK: (
        "Bitte noch einmal senden: {title}",
        "„{title}“ ging bei einer Wiederherstellung verloren. Ihr Text liegt ohne Dateien wieder in Ihren Entwürfen.",
    ),
    _K.RECORD_WITHDRAWN: ("Zurückgezogen: {title}", "Der Eintrag „{title}“ wurde zurückgezogen."),
    _K.REVIEW_DUE: (
        "Stimmt das noch? {title}",
        "„{title}“ sollte bis {review_by} geprüft werden. Wenn alles stimmt, genügt ein Klick auf „Stimmt noch“.",
    ),
    _K.REVIEW_WANTED: (
        "Stimmt das noch? {title}",
        (
            "„{title}“ sollte bis {review_by} geprüft werden. Wenn etwas nicht mehr stimmt, berichtigen Sie es auf der "
            "Seite des Eintrags. Wenn alles stimmt, müssen Sie nichts tun: Das vermerkt die Redaktion."
        ),
    ),
    _K.ANSWERED: (
        "Antwort auf Ihre Frage: {title}",
        "Zu Ihrer Frage „{title}“ ist ein Eintrag veröffentlicht: „{answer}“. Sie finden ihn auf der Seite der Frage.",
    ),
    _K.RESPONDED: ("Rückmeldung: {title}", "Eine Kommune hat sich zu „{title}“ geäußert."),
    _K.RESPONDED_ELSEWHERE: (
        "Rückmeldung aus dem Netz: {title}",
        "Laut {origin} hat sich eine Kommune zu „{title}“ geäußert. Sie lesen es auf der Seite des Eintrags.",
    ),
}
_EN: Mapping[NoticeKind, tuple[str, str]] = {
    _K.SUBMITTED: ("New proposal: {title}", "Somebody sent “{title}” for review."),
    _K.COMMENTED: ("New remark: {title}", "There is a new remark on “{title}”."),
    _K.CHANGES_REQUESTED: (
        "Change requested: {title}",
        "A change of “{title}” is requested. What is meant stands with the proposal.",
    ),
    _K.REVISED: ("Revised: {title}", "“{title}” was revised and waits for a review again."),
    _K.TAKEN_OVER: ("Edited: {title}", "The editors have edited “{title}”. You can see there what changed."),
    _K.APPROVED: ("Reviewed: {title}", "“{title}” was reviewed and can be published."),
    _K.PUBLISHED: ("Published: {title}", "“{title}” is published."),
    _K.DECLINED: (
        "Declined: {title}",
        "“{title}” was declined. The reason stands with the proposal. Your text is among your drafts again.",
    ),
    _K.WITHDRAWN: ("Taken back: {title}", "The proposal “{title}” was taken back. There is nothing for you to do."),
    _K.GIVEN_BACK: (
        "Please send again: {title}",
        "“{title}” was lost when this site was restored. Your text is among your drafts again, without its files.",
    ),
    _K.RECORD_WITHDRAWN: ("Withdrawn: {title}", "The record “{title}” was withdrawn."),
    _K.REVIEW_DUE: (
        "Does this still hold? {title}",
        "“{title}” should be looked at by {review_by}. If all of it holds, one click on “Still true” is enough.",
    ),
    _K.REVIEW_WANTED: (
        "Does this still hold? {title}",
        (
            "“{title}” should be looked at by {review_by}. If something does not hold any more, correct it on its "
            "page. If all of it holds, there is nothing for you to do: the editors will note it."
        ),
    ),
    _K.ANSWERED: (
        "Answer to your question: {title}",
        "A record on your question “{title}” is published: “{answer}”. It stands on the page of the question.",
    ),
    _K.RESPONDED: ("Response: {title}", "A municipality has responded to “{title}”."),
    _K.RESPONDED_ELSEWHERE: (
        "Response from the network: {title}",
        "According to {origin} a municipality has responded to “{title}”. It stands on the page of the record.",
    ),
}
_ENDS = {
    "de": "Sie erhalten diese Nachricht von {site}, weil Sie dort mitarbeiten. Antworten hierauf liest niemand.",
    "en": "You receive this message from {site} because you contribute there. Nobody reads replies to this address.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """Subject and text of a message."""

    subject: str
    text: str


def word(notice: Notice, lang: str, *, site: str, address: str) -> Worded:
    """Return a notice in words; `address` is the page to go on from."""
    subject, sentence = sentences(notice, lang)
    text = f"{sentence}\n\n{address}\n\n-- \n{_ENDS[_spoken(lang)].format(site=site)}\n"
    return Worded(subject=f"[{site}] {subject}", text=text)


def sentences(notice: Notice, lang: str) -> tuple[str, str]:
    """Return a notice as a heading and a sentence."""
    subject, sentence = (_EN if _spoken(lang) == "en" else _DE)[notice.kind]
    params = _Params({key: _shown(key, value, _spoken(lang)) for key, value in notice.params.items()})
    return subject.format_map(params), sentence.format_map(params)


def _shown(key: str, value: str, lang: str) -> str:
    text = " ".join(value.split())
    try:
        return format_date(date.fromisoformat(text), _DAY[lang], locale=lang) if key in _DAYS else text
    except ValueError:
        return text


def _spoken(lang: str) -> str:
    return "en" if lang.partition("-")[0] == "en" else "de"


class _Params(dict[str, str]):
    """Shows a dash where a parameter is missing, so that a message never fails on its wording."""

    def __missing__(self, key: str) -> str:
        return "–"
