"""The parts of a record's page beside its text: age, responses, and actions for signed-in readers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from app.catalogue import CatalogueEntry
from app.identity import Action, Person, may
from app.records.record import Record
from app.review.queue import Freshness, QueueItem, freshness
from app.review.responses.response import Response, ResponseCount, ResponseKind
from app.web.curating.queue import state_words
from app.web.curating.records import twins_of
from app.web.network.contacts import is_chosen
from app.web.records.blocks import is_unconfirmed
from app.web.records.lines import in_a_sentence
from app.web.responses.questions import AnswersShown, answers
from app.web.responses.wording import planned_words, with_sites
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.current import current_person
from app.web.shell.links import node_title
from app.web.shell.routing import ANCHOR
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext

SHOWN = 5
"""Responses of one site shown at once; others are collapsed."""
FOLDED = 45
"""Responses of one site that can be expanded; beyond that only the number is shown, so that no site fills a page."""
SITES = 10
"""Sites whose responses are shown; for the others only the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderActions:
    """The actions on the record that the signed-in reader may take; a URL is "" if not allowed."""

    correct: str = ""
    answer: str = ""
    still_true: str = ""
    confirm: str = ""
    withdraw: str = ""
    respond: str = ""
    moderates: bool = False
    proposals: tuple[Link, ...] = ()
    twins: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseGroup:
    """The responses published by one site, `source` ("" if all are this site's own)."""

    source: str
    lines: tuple[Response, ...]
    folded: tuple[Response, ...]
    more: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRecord:
    """Everything around a record that is no part of its text."""

    age: str
    overdue: bool
    counted: str
    lessons: Mapping[str, str]
    lesson_links: Mapping[str, str]
    responses: tuple[ResponseGroup, ...]
    moderates_network: bool
    actions: ReaderActions | None
    answers: AnswersShown | None = None


def beside_record(record: Record, entry: CatalogueEntry) -> BesideRecord | None:
    """Return the parts beside a record's newest version (foreign: only responses), None for kinds without responses."""
    if not services().schemas.kind(record.kind).listed or (entry.origin and record.kind == "question"):
        return None
    person = current_person()
    responses = services().review.responses
    counts = responses.counts(record.id, origin=entry.origin)
    stands = Freshness.CURRENT if entry.origin else freshness(record.review_by, services().clock().date())
    actions = _actions(record, person) if person else None
    return BesideRecord(
        age="" if entry.origin else _age(record, stands),
        overdue=stands in (Freshness.OVERDUE, Freshness.ARCHIVED),
        counted=next((count_words(count) for count in counts if count.lesson is None), ""),
        lessons={f"{ANCHOR}{count.lesson}": count_words(count) for count in counts if count.lesson},
        lesson_links={
            f"{ANCHOR}{lesson.id}": respond_address(record, lesson.id)
            for lesson in record.lessons
            if actions and actions.respond
        },
        responses=response_groups(responses.of(record.id, origin=entry.origin)),
        moderates_network=may(person, Action.MODERATE),
        actions=actions,
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
    subject = services().review.records.subject_of(record)
    withdraws = may(person, Action.WITHDRAW, subject)
    if record.origin:
        # Only its home node changes a record, but municipalities can respond to it at any node.
        return ReaderActions(respond=respond_address(record), moderates=withdraws)
    place: dict[str, Any] = {"kind": services().schemas.kind(record.kind), "slug": record.slug}
    confirms, curates = may(person, Action.CONFIRM, subject), may(person, Action.CURATE, subject)
    proposes, is_question = may(person, Action.PROPOSE), record.kind == "question"
    return ReaderActions(
        correct=url_for("contribute.ask_edit", **place) if proposes else "",
        answer=url_for("questions.answer", slug=record.slug) if proposes and is_question else "",
        still_true=url_for("curated.still_true", **place) if confirms or curates else "",
        confirm=url_for("curated.confirm", **place) if confirms and is_unconfirmed(record) else "",
        withdraw=url_for("curated.ask_withdrawal", **place) if withdraws else "",
        # The page behind the link tells people without a municipality why they cannot respond, and whom to ask.
        respond="" if is_question else respond_address(record),
        moderates=withdraws,
        twins=twins_of(record) if curates else (),
        proposals=tuple(
            _proposal(item) for item in services().review.queue.of_record(person, record.kind, record.slug)
        ),
    )


def respond_address(record: Record, lesson: str | None = None) -> str:
    """Return the URL for responding to a record or to one of its lessons."""
    if record.origin:
        return url_for("responses.form", origin=record.origin, record_id=record.id, lehre=lesson)
    return url_for("responses.form", kind=services().schemas.kind(record.kind), slug=record.slug, lehre=lesson)


def _proposal(item: QueueItem) -> Link:
    remarks = ngettext("%(num)s open remark", "%(num)s open remarks", item.open_remarks) if item.open_remarks else ""
    words = ", ".join(part for part in (state_words(item.proposal.state), remarks) if part)
    return Link(label=words, href=url_for("proposals.proposal", proposal_id=item.proposal.id))


def count_words(count: ResponseCount) -> str:
    """Return how many municipalities responded with what, and at which sites; "" without any."""
    used = ngettext("%(num)s municipality uses it too", "%(num)s municipalities use it too", count.reuses)
    older = ngettext("%(num)s of them an older version", "%(num)s of them an older version", count.older)
    parts = [
        (f"{used}, {older}" if count.older else used) if count.reuses else "",
        ngettext("%(num)s confirms it", "%(num)s confirm it", count.confirms) if count.confirms else "",
        ngettext("it was different with %(num)s", "it was different with %(num)s", count.contradicts)
        if count.contradicts
        else "",
        planned_words(count.plans),
    ]
    said = " · ".join(part for part in parts if part)
    return with_sites(said, count.elsewhere)


def response_groups(found: Iterable[Response]) -> tuple[ResponseGroup, ...]:
    """Return responses by site, this one's first, then the newest; few per site, because anybody can run one."""
    ordered = sorted(found, key=lambda one: one.origin)
    by_site = [tuple(group) for _origin, group in groupby(ordered, key=lambda one: one.origin)]
    by_site.sort(key=lambda group: group[0].at, reverse=True)
    by_site.sort(key=lambda group: bool(group[0].origin))
    foreign = any(group[0].origin for group in by_site)
    groups = tuple(_group(group, foreign=foreign) for group in by_site[:SITES])
    hidden = sum(len(group) for group in by_site[SITES:])
    if not hidden:
        return groups
    source = ngettext("According to %(num)s other site", "According to %(num)s other sites", len(by_site) - SITES)
    more = ngettext("%(num)s response", "%(num)s responses", hidden)
    return (*groups, ResponseGroup(source=source, lines=(), folded=(), more=more, own=False))


def _group(found: tuple[Response, ...], *, foreign: bool) -> ResponseGroup:
    origin, more = found[0].origin, len(found[SHOWN + FOLDED :])
    return ResponseGroup(
        source=_("According to %(site)s", site=node_title(origin)) if foreign else "",
        lines=found[:SHOWN],
        folded=found[SHOWN : SHOWN + FOLDED],
        more=ngettext("and %(num)s more response", "and %(num)s more responses", more) if more else "",
        own=not origin,
    )


def users_of(record_id: str) -> tuple[Response, ...]:
    """Return responses of users of an own record, from here or partners, since maps cannot show other nodes' names."""
    return tuple(
        one
        for one in services().review.responses.of(record_id)
        if one.relation is ResponseKind.REUSES and one.counts and not one.lesson
        if not one.origin or is_chosen(one.origin)
    )


def used_words(users: Sequence[Response]) -> str:
    """Return in words how many municipalities use it; `users` are those of `users_of`."""
    if not users:
        return _("no confirmed use yet")
    return ngettext("used by %(num)s municipality", "used by %(num)s municipalities", len(users))
