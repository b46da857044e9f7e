# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands beside a published record: its age and its responses, and what a signed-in reader may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.identity import Action, Person, may
from app.review.queue import Freshness, QueueItem, freshness
from app.review.subject import subject_of_record
from app.web.curating.words import state_words
from app.web.records.lessons import ANCHOR
from app.web.records.outcome import in_a_sentence
from app.web.responses.groups import ResponseGroup, count_words, response_groups
from app.web.responses.questions import AnswersShown, answers
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.current import current_person
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderActions:
    """What the signed-in reader may do with the record; addresses are "" where they may not."""

    correct: str = ""
    answer: str = ""
    still_true: str = ""
    confirm: str = ""
    withdraw: str = ""
    respond: str = ""
    moderates: bool = False
    proposals: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRecord:
    """Everything around a record that is no part of its text."""

    age: str
    overdue: bool
    counted: str
    lessons: Mapping[str, str]
    lesson_links: Mapping[str, str]
    responses: tuple[ResponseGroup, ...]
    deeds: ReaderActions | None
    answers: AnswersShown | None = None


def beside_record(record: Record, entry: CatalogueEntry) -> BesideRecord | None:
    """Return what stands beside the newest version of a record, None for those that nobody responds to.

    Of a record of another node only responses are told: everything else is its home's to say.
    """
    if not services().schemas.kind(record.kind).listed or (entry.origin and record.kind == "question"):
        return None
    person = current_person()
    responses = services().review.responses
    counts = responses.counts(record.id, origin=entry.origin)
    stands = Freshness.CURRENT if entry.origin else freshness(record.review_by, services().clock().date())
    deeds = _actions(record, person) if person else None
    return BesideRecord(
        age="" if entry.origin else _age(record, stands),
        overdue=stands in (Freshness.OVERDUE, Freshness.ARCHIVED),
        counted=next((count_words(count) for count in counts if count.lesson is None), ""),
        lessons={f"{ANCHOR}{count.lesson}": count_words(count) for count in counts if count.lesson},
        lesson_links={
            f"{ANCHOR}{lesson.id}": respond_address(record, lesson.id)
            for lesson in record.lessons
            if deeds and deeds.respond
        },
        responses=response_groups(responses.of(record.id, origin=entry.origin), person),
        deeds=deeds,
        answers=answers(record),
    )


def _age(record: Record, stands: Freshness) -> str:
    due = formats.day(record.review_by)
    late = {
        Freshness.DUE: _("Somebody should look at it again by %(date)s.", date=due),
        Freshness.OVERDUE: _("Somebody should have looked at it again by %(date)s. It may be outdated.", date=due),
        Freshness.ARCHIVED: _(
            "In the archive: nobody has confirmed this since %(date)s. It stays readable, but do not rely on it.",
            date=due,
        ),
    }.get(stands, "")
    return f"{in_a_sentence(record)} {late}".strip()


def _actions(record: Record, person: Person) -> ReaderActions:
    if record.origin:
        # Only its home changes a record; what other municipalities say of it is said everywhere.
        return ReaderActions(respond=respond_address(record), moderates=_moderates(record, person))
    matter, kind = subject_of_record(record), services().schemas.kind(record.kind)
    place: dict[str, Any] = {"kind": kind, "slug": record.slug}
    confirms = may(person, Action.CONFIRM, matter)
    curates = may(person, Action.CURATE, matter)
    proposes = may(person, Action.PROPOSE)
    withdraws = _moderates(record, person)
    unconfirmed = record.compiled_by == "editors" and record.confirmed is None
    is_question = record.kind == "question"
    return ReaderActions(
        correct=url_for("contribute.ask_edit", **place) if proposes else "",
        answer=url_for("questions.answer", slug=record.slug) if proposes and is_question else "",
        still_true=url_for("record_deeds.still_true", **place) if confirms or curates else "",
        confirm=url_for("record_deeds.confirm", **place) if confirms and unconfirmed else "",
        withdraw=url_for("record_deeds.ask_withdrawal", **place) if withdraws else "",
        # Whoever speaks for no municipality learns behind the link why, and whom to ask.
        respond="" if is_question else respond_address(record),
        moderates=withdraws,
        proposals=tuple(
            _proposal(item) for item in services().review.queue.of_record(person, record.kind, record.slug)
        ),
    )


def _moderates(record: Record, person: Person) -> bool:
    return may(person, Action.WITHDRAW, subject_of_record(record))


def respond_address(record: Record, lesson: str | None = None) -> str:
    """Return where a municipality responds to a record or to one of its lessons."""
    if record.origin:
        return url_for("responses.form_elsewhere", origin=record.origin, record_id=record.id, lehre=lesson)
    kind = services().schemas.kind(record.kind)
    return url_for("responses.form", kind=kind, slug=record.slug, lehre=lesson)


def _proposal(item: QueueItem) -> Link:
    remarks = ngettext("%(num)s open remark", "%(num)s open remarks", item.open_remarks) if item.open_remarks else ""
    words = ", ".join(part for part in (state_words(item.proposal.state), remarks) if part)
    return Link(label=words, href=url_for("proposals.proposal", proposal_id=item.proposal.id))
