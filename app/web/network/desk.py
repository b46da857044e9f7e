# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What those see who decide about what other nodes send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g, url_for

from app.catalogue import CatalogueEntry, RecordNotFound
from app.content.problem import InvalidRecord
from app.federation.harvest.files.values import FileCounts
from app.federation.harvest.foreign_records import ForeignEntry
from app.federation.harvest.outcome import ModerationEntry, Quarantined
from app.federation.harvest.peers import PeerState
from app.federation.recovery.lost import Waiting
from app.web.network.overview import audit_words
from app.web.network.reasons import why_file_missing, why_not_fetched, why_set_aside
from app.web.shell.access import services
from app.web.shell.errors import stuck_words, waiting_words
from app.web.shell.formats import byte_size, moment
from app.web.shell.nodes import Contact, contacts, node_name
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesLine:
    """What is here, what is missing ("" for nothing), and why, each reason with the number of files."""

    held: str
    missing: str = ""
    reasons: tuple[str, ...] = ()


def files_line(origin: str) -> FilesLine | None:
    """Return the files of one node; None where its records have none."""
    counts = _counts().get(origin)
    if counts is None or not (counts.held or counts.missing):
        return None
    held = ngettext("%(num)s file (%(size)s)", "%(num)s files (%(size)s)", counts.held, size=byte_size(counts.size))
    if not counts.missing:
        return FilesLine(held=held)
    missing = ngettext("%(num)s file is missing", "%(num)s files are missing", counts.missing)
    return FilesLine(held=held, missing=missing, reasons=_reasons(counts.reasons))


def _reasons(counted: Mapping[str, int]) -> tuple[str, ...]:
    if not counted:
        return (_("They come with one of the next looks."),)
    return tuple(f"{why_file_missing(code)} ({number})" for code, number in sorted(counted.items()))


def _counts() -> Mapping[str, FileCounts]:
    """Return the counts of all nodes, asked for once in a request."""
    if "file_counts" not in g:
        g.file_counts = services().harvest.files.overview.by_origin()
    found: Mapping[str, FileCounts] = g.file_counts
    return found


COMMAND_LINE = "operator"
SHOWN = 100
"""Decisions and quarantined records on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """A node with its state in words; `link` leads to where something can be decided about it."""

    link: Link
    address: str
    state: str
    succeeded: str
    trouble: str
    audit: str
    records: int
    files: FilesLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLine:
    """A record that was set aside."""

    at: datetime
    node: str
    about: str
    reason: str
    detail: str
    drop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenLine:
    """A record that was taken out of sight."""

    link: Link
    node: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision of the past."""

    at: datetime
    actor: str
    words: str
    about: Link
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLines:
    """Own records of which this node lacks a version: `words` say what that means, `records` are their folders."""

    words: str
    records: tuple[str, ...]


def waiting_lines() -> tuple[WaitingLines, ...]:
    """Return which own records others have in a later version: those that stop all publishing, then the others."""
    waiting = services().recovery.waiting()
    pressing = [one for one in waiting if not one.stuck]
    stuck = [one for one in waiting if one.stuck]
    groups = ((pressing, waiting_words(len(pressing))), (stuck, stuck_words(len(stuck))))
    return tuple(_waiting(records, words) for records, words in groups if records)


def _waiting(records: Sequence[Waiting], words: str) -> WaitingLines:
    return WaitingLines(words=words, records=tuple(one.path or one.record_id for one in records[:SHOWN]))


def partner_lines() -> tuple[PartnerLine, ...]:
    """Return all nodes that are known, partners first."""
    known = sorted(contacts().items(), key=lambda found: (found[1].peer is None, found[0]))
    return tuple(partner_line(origin, contact) for origin, contact in known)


def partner_line(origin: str, contact: Contact) -> PartnerLine:
    """Return one node."""
    peer, issuer = contact.peer, contact.issuer
    known = issuer.issuer if issuer else peer.issuer if peer else None
    tried = peer.succeeded_at if peer else (issuer.issued_at if issuer else None)
    return PartnerLine(
        link=Link(label=node_name(origin), href=url_for("moderation.node", origin=origin)),
        address=known.address if known else "",
        state=_state(contact),
        succeeded=moment(tried) if tried else _("never yet"),
        trouble=why_not_fetched(peer.error) if peer and peer.error else "",
        audit=audit_words(contact),
        records=issuer.records if issuer else 0,
        files=files_line(origin),
    )


def _state(contact: Contact) -> str:
    if contact.issuer is not None and contact.issuer.blocked:
        return _("blocked: nothing of it is shown or fetched")
    if contact.peer is None:
        return _("known through a partner")
    if contact.peer.state is PeerState.ACTIVE:
        return _("is asked every %(count)s minutes", count=int(contact.peer.interval.total_seconds() // 60))
    return _("paused: nothing is fetched, what is here stays visible")


def quarantine_lines() -> tuple[QuarantineLine, ...]:
    """Return what was set aside, the latest first."""
    return tuple(_quarantined(one) for one in services().harvest.quarantine.all(SHOWN))


def _quarantined(one: Quarantined) -> QuarantineLine:
    return QuarantineLine(
        at=one.at,
        node=one.via,
        about=one.sub or one.issuer or _("cannot be read"),
        reason=why_set_aside(one.reason),
        detail=one.detail,
        drop=url_for("moderation.drop", name=one.id),
    )


def hidden_lines(log: tuple[ModerationEntry, ...]) -> tuple[HiddenLine, ...]:
    """Return the records that are out of sight, each with the reason of the last decision in `log`."""
    return tuple(_hidden(held, _last_reasons(log)) for held in services().harvest.records.hidden())


def _last_reasons(log: tuple[ModerationEntry, ...]) -> Mapping[str, str]:
    return {one.object: one.reason for one in reversed(log) if one.action == "hide"}


def _hidden(held: ForeignEntry, reasons: Mapping[str, str]) -> HiddenLine:
    href = url_for("moderation.record", origin=held.origin, record_id=held.record_id)
    return HiddenLine(
        link=Link(label=title_of(held), href=href),
        node=node_name(held.origin),
        reason=reasons.get(f"{held.origin}/{held.record_id}", ""),
    )


def title_of(held: ForeignEntry) -> str:
    """Return the title of a record that readers may not see; its short name where the text is not there."""
    catalogue = services().catalogue
    newest: CatalogueEntry | None = next(reversed(catalogue.versions(held.record_id, held.origin)), None)
    try:
        return catalogue.record(newest).title if newest else held.slug
    except (RecordNotFound, InvalidRecord):
        return held.slug


def decision_lines(log: tuple[ModerationEntry, ...]) -> tuple[DecisionLine, ...]:
    """Return the decisions, the latest first."""
    names = services().identity.people.names({one.actor for one in log})
    return tuple(_decision(one, names) for one in log)


def _decision(one: ModerationEntry, names: Mapping[str, str]) -> DecisionLine:
    words = {
        "hide": _("record taken out of sight"),
        "unhide": _("record shown again"),
        "block": _("site blocked"),
        "unblock": _("site shown again"),
    }
    return DecisionLine(
        at=one.at,
        actor=_actor(one.actor, names),
        words=words.get(one.action, one.action),
        about=Link(label=one.object, href=_where(one)),
        reason=one.reason,
    )


def _actor(actor: str, names: Mapping[str, str]) -> str:
    if actor == COMMAND_LINE:
        return _("operator, at the command line")
    return names.get(actor, _("an account that was deleted"))


def _where(one: ModerationEntry) -> str:
    origin, slash, record_id = one.object.rpartition("/")
    if one.action in {"hide", "unhide"} and slash:
        return url_for("moderation.record", origin=origin, record_id=record_id)
    found: Iterator[str] = (
        origin for origin, known in contacts().items() if known.issuer and known.issuer.issuer.address == one.object
    )
    name = next(found, "")
    return url_for("moderation.node", origin=name) if name else ""
