"""Notices: a row for a person's page, an outgoing message in the same transaction, and the wording of both."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.review.models import Message, Notice, NoticeKind, Proposal, Webhook
from app.shared.clock import Clock
from app.shared.wording import N_, translator

_DAYS = frozenset({"review_by", "day"})
"""Parameters that are dates, written YYYY-MM-DD."""
_DAY = {"de": "d.\u00a0MMMM\u00a0y", "en": "d\u00a0MMMM\u00a0y"}

_TEXTS = {
    NoticeKind.SUBMITTED: (
        N_("New proposal: %(title)s"),
        N_("“%(title)s” was sent for review. Its page says by whom."),
    ),
    NoticeKind.COMMENTED: (N_("New remark: %(title)s"), N_("There is a new remark on “%(title)s”.")),
    NoticeKind.CHANGES_REQUESTED: (
        N_("Change requested: %(title)s"),
        N_("A change of “%(title)s” is requested. What is meant stands with the proposal."),
    ),
    NoticeKind.REVISED: (N_("Revised: %(title)s"), N_("“%(title)s” was revised and waits for a review again.")),
    NoticeKind.TAKEN_OVER: (
        N_("Edited: %(title)s"),
        N_("The editors have edited “%(title)s”. You can see there what changed."),
    ),
    NoticeKind.APPROVED: (N_("Reviewed: %(title)s"), N_("“%(title)s” was reviewed and can be published.")),
    NoticeKind.PUBLISHED: (N_("Published: %(title)s"), N_("“%(title)s” is published.")),
    NoticeKind.DECLINED: (
        N_("Declined: %(title)s"),
        N_("“%(title)s” was declined. The reason stands with the proposal. Your text is among your drafts again."),
    ),
    NoticeKind.WITHDRAWN: (
        N_("Taken back: %(title)s"),
        N_("The proposal “%(title)s” was taken back. There is nothing for you to do."),
    ),
    NoticeKind.GIVEN_BACK: (
        N_("Please send again: %(title)s"),
        N_(
            "“%(title)s” was lost when this site was restored. Your text is among your drafts again, without its files."
        ),
    ),
    NoticeKind.RECORD_WITHDRAWN: (N_("Withdrawn: %(title)s"), N_("The record “%(title)s” was withdrawn.")),
    NoticeKind.REVIEW_DUE: (
        N_("Does this still hold? %(title)s"),
        N_(
            "“%(title)s” should be looked at by %(review_by)s. If all of it holds, one click on “Still true” is enough."
        ),
    ),
    NoticeKind.REVIEW_WANTED: (
        N_("Does this still hold? %(title)s"),
        N_(
            "“%(title)s” should be looked at by %(review_by)s. If something does not hold any more, correct it "
            "on its page. If all of it holds, there is nothing for you to do: the editors will note it."
        ),
    ),
    NoticeKind.ANSWERED: (
        N_("Answer to your question: %(title)s"),
        N_("A record on your question “%(title)s” is published: “%(answer)s”. It stands on the page of the question."),
    ),
    NoticeKind.RESPONDED: (N_("Response: %(title)s"), N_("A municipality has responded to “%(title)s”.")),
    NoticeKind.CONFIRM_ADDRESS: (
        N_("Please confirm what you entered"),
        N_(
            "This address was entered on a page of ours. Open the link to see what it is about and to confirm it. "
            "Nothing happens without that, and all of it is deleted after %(hours)s hours."
        ),
    ),
    NoticeKind.ACCOUNT_UNUSED: (
        N_("Your account will be deleted"),
        N_(
            "You have not signed in for two years. On %(day)s your account is deleted, with your name, your address "
            "and your drafts. To keep it, sign in before. What is published stays."
        ),
    ),
    NoticeKind.CORRECTION_ACCEPTED: (
        N_("Correction accepted: %(title)s"),
        N_("The site of “%(title)s” has accepted your correction."),
    ),
    NoticeKind.CORRECTION_PARTLY: (
        N_("Correction accepted in part: %(title)s"),
        N_("The site of “%(title)s” has accepted your correction in part: the place now reads otherwise."),
    ),
    NoticeKind.CORRECTION_DECLINED: (
        N_("Correction declined: %(title)s"),
        N_("The site of “%(title)s” has declined your correction. Its reason: %(text)s"),
    ),
    NoticeKind.REUSED_CHANGED: (
        N_("New version: %(title)s"),
        N_("Your municipality uses “%(title)s”. There is a version newer than yours. %(fields)s"),
    ),
    NoticeKind.REUSED_WITHDRAWN: (
        N_("Withdrawn: %(title)s"),
        N_("Your municipality uses “%(title)s”. The record was withdrawn; its page says why."),
    ),
    NoticeKind.PLAN_ENDS: (
        N_("Do you still plan this? %(title)s"),
        N_("“%(title)s” ends on %(day)s. If you still plan it, let it stand for another year; otherwise do nothing."),
    ),
    NoticeKind.PLANNED_TOO: (
        N_("Others plan this too: %(title)s"),
        N_("%(place)s plans “%(title)s” as your municipality does. Whom to ask there: %(contact)s"),
    ),
    NoticeKind.SITE_SILENT: (
        N_("A site of the network is silent: %(title)s"),
        N_(
            "%(title)s has not confirmed its list since %(day)s. Its copies are marked here; in three weeks they are "
            "hidden, after three months deleted. Ask its operator."
        ),
    ),
    NoticeKind.SITE_TWO_LISTS: (
        N_("A site of the network shows two lists: %(title)s"),
        N_(
            "%(title)s has signed two different lists under one number, so that others may see something else of it "
            "than this site. Its copies stay here as they are. Ask its operator whether the key was copied."
        ),
    ),
    NoticeKind.WEBHOOK_STOPPED: (
        N_("Events no longer reach a program: %(title)s"),
        N_(
            "%(title)s did not take the events of this site (%(reason)s), so nothing is sent there any more. When it "
            "works again, call: erfahrungsnetz webhooks test %(number)s"
        ),
    ),
    NoticeKind.RESPONDED_ELSEWHERE: (
        N_("Response from the network: %(title)s"),
        N_("According to %(origin)s a municipality has responded to “%(title)s”. It stands on the page of the record."),
    ),
}


_OF_PUSH = (
    N_("New proposals: %(title)s and others"),
    N_("“%(title)s” and others were sent for review at once. The list of proposals shows them all."),
)
"""Wording of the only notice about a push with several proposals, which names the first."""
_WITHDRAWN = {
    "editors": N_("The editors withdrew the record “%(title)s”. Reason: %(reason)s."),
    "operator": N_("The operator of this site withdrew the record “%(title)s”. Reason: %(reason)s."),
}

_WHY = N_("You receive this message from %(site)s because you contribute there. Nobody reads replies to this address.")
_WHY_GUEST = N_(
    "You receive this message from %(site)s because somebody entered your address there. If it was not you, do "
    "nothing. Nobody reads replies to this address."
)


def word(notice: Notice, lang: str, *, site: str, address: str) -> tuple[str, str]:
    """Return subject and text of the message about a notice; `address` is the page that it links to."""
    subject, sentence = sentences(notice, lang)
    end = translator(_spoken(lang)).gettext(
        _WHY_GUEST if notice.kind is NoticeKind.CONFIRM_ADDRESS else _WHY, site=site
    )
    # A remark may hold any characters, but a message has lines only.
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in notice.params.get("said", "").splitlines())
    return f"[{site}] {subject}", "\n\n".join(filter(None, (sentence, quoted.rstrip(), address, f"-- \n{end}\n")))


def sentences(notice: Notice, lang: str) -> tuple[str, str]:
    """Return a notice as a heading and a sentence."""
    spoken = _spoken(lang)
    say = translator(spoken)
    subject, sentence = _OF_PUSH if "push" in notice.params else _TEXTS[notice.kind]
    params = {key: _shown(key, value, spoken) for key, value in notice.params.items()}
    names = params.get(f"fields_{spoken}")
    params["fields"] = say.gettext("Changed: %(names)s.", names=names) if names else ""
    if reason := params.get(f"reason_{spoken}"):
        told = say(_WITHDRAWN[params["by"]], reason=reason, **params)
        return say(subject, **params), f"{told} {params['note']}".rstrip()
    return say(subject, **params), say(sentence, **params).rstrip()


def _shown(key: str, value: str, lang: str) -> str:
    text = " ".join(value.split())
    try:
        return format_date(date.fromisoformat(text), _DAY[lang], locale=lang) if key in _DAYS else text
    except ValueError:
        return text


def _spoken(lang: str) -> str:
    """Return the language for somebody: German except for those who asked for English."""
    return "en" if lang.partition("-")[0] == "en" else "de"


_PAGE_SIZE = 200
SENT = "sent"
"""The outcome of a message that its recipient accepted."""
_EVENTS = {
    NoticeKind.PUBLISHED: "record.published",
    NoticeKind.RECORD_WITHDRAWN: "record.withdrawn",
    NoticeKind.SUBMITTED: "proposal.sent",
    NoticeKind.SITE_SILENT: "peer.silent",
}
QUESTION_ASKED = "question.asked"
EVENTS = (*_EVENTS.values(), QUESTION_ASKED)
"""The events that programs can receive."""
PROGRAM = "webhook:"
"""Prefix of the number of a webhook, which makes it a recipient of notices."""


def event_of(kind: NoticeKind, params: Mapping[str, str]) -> str:
    """Return the event that a notice reports to programs, "" if none."""
    is_question = kind is NoticeKind.SUBMITTED and params.get("kind") == "question"
    return QUESTION_ASKED if is_question else _EVENTS.get(kind, "")


class Notices:
    """Notifies people of events, except those that they caused themselves."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def tell(
        self,
        db: Session,
        people: Iterable[str],
        kind: NoticeKind,
        about: Proposal,
        /,
        *,
        but: str = "",
        once: str | None = None,
        **params: str,
    ) -> None:
        """Notify everybody in `people` once, except `but`, about a proposal; `once` is as in `add`."""
        # Leave out the title of a proposal that must not be named any more.
        title = {"title": about.title} if about.title else {}
        shown = {**title, "kind": about.kind, "slug": about.slug, **params}
        for person in sorted(set(people) - {"", but}):
            self.add(db, person, kind, shown, proposal_id=about.id, once=once)
        self.tell_programs(db, kind, shown, proposal_id=about.id)

    def tell_programs(
        self,
        db: Session,
        kind: NoticeKind,
        params: Mapping[str, str],
        *,
        proposal_id: str | None = None,
        once: str | None = None,
    ) -> None:
        """Send an event to the webhooks that want it; the rest is as in `add`."""
        event = event_of(kind, params)
        for hook in db.scalars(select(Webhook).where(col(Webhook.stopped_at).is_(None))).all() if event else ():
            if event in hook.events:
                self.add(db, f"{PROGRAM}{hook.id}", kind, params, proposal_id=proposal_id, once=once)

    def add(
        self,
        db: Session,
        person: str,
        kind: NoticeKind,
        params: Mapping[str, str],
        *,
        proposal_id: str | None = None,
        once: str | None = None,
    ) -> bool:
        """Notify one person; with `once`, only if not told the same before. Return whether they were notified."""
        known = select(col(Notice.id)).where(col(Notice.person) == person, col(Notice.once) == once)
        if once is not None and db.execute(known.limit(1)).first() is not None:
            return False
        now = self._clock()
        notice = Notice(person=person, kind=kind, params=params, proposal_id=proposal_id, once=once, at=now)
        db.add(notice)
        db.flush()
        db.add(Message(notice_id=notice.id, token=str(uuid.uuid4()), attempts=0, due_at=now, outcome="", failure=""))
        return True

    def of(self, person: str, *, unread_only: bool = False, limit: int = _PAGE_SIZE) -> tuple[Notice, ...]:
        """Return a person's notices, newest first."""
        found = select(Notice).where(col(Notice.person) == person)
        if unread_only:
            found = found.where(col(Notice.read_at).is_(None))
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(Notice.id).desc()).limit(limit)))

    def unread_count(self, person: str) -> int:
        unread = (col(Notice.person) == person, col(Notice.read_at).is_(None))
        with self._sessions.reading() as db:
            return db.execute(select(func.count(col(Notice.id))).where(*unread)).scalar() or 0

    def mark_read(self, person: str, ids: Sequence[int] | None = None) -> None:
        """Mark notices as read: those with these ids, or all of the person's."""
        change = update(Notice).where(col(Notice.person) == person, col(Notice.read_at).is_(None))
        if ids is not None:
            change = change.where(col(Notice.id).in_(ids))
        with self._sessions.begin() as db:
            db.execute(change.values(read_at=self._clock()))
