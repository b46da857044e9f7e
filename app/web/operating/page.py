# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator's page: how the node is, what waits, what goes on by itself, and what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from app.federation.harvest.models import PeerState
from app.identity import Action
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.web.curating.words import state_words
from app.web.identity.words import provider_label
from app.web.network.reasons import why_not_fetched
from app.web.operating.attention import ailments
from app.web.operating.words import duty_words, last_words
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.formats import byte_size, moment, number
from app.web.shell.nodes import node_name
from app.web.shell.wording import _
from app.wiring.condition import Content, JobState, Upkeep
from app.wiring.overview import Partners, Queues, Results, Storage, Versions, Watched, watched

blueprint = Blueprint("operating", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: what it is, how it is, and what one should know besides."""

    label: str
    value: str
    note: str = ""


@blueprint.get("/betrieb")
@requires(Action.ADMINISTER)
def page() -> str:
    """Show how the node is at this moment."""
    node = services()
    found, now = watched(node), node.clock()
    return render_template(
        "operating/page.html",
        now=now,
        ailments=ailments(found, now),
        queues=[*_waiting(found, now)],
        rounds=[*_upkeep(found.upkeep)] if found.upkeep else None,
        partners=[*_partners(found.partners)] if found.partners else [],
        data=[*_data(found.storage, found.results, found.content)],
        versions=[*_versions(found.versions, found.content)],
        reached=[*_reached(found.results)] if found.results else [],
    )


def _upkeep(upkeep: Upkeep) -> Iterator[Line]:
    for job in upkeep.jobs:
        yield Line(label=duty_words(job.name), value=last_words(job.last), note=_next(job))


def _next(job: JobState) -> str:
    if job.busy:
        return _("is being done")
    at = moment(job.next_at)
    return _("overdue since %(at)s", at=at) if job.late else _("next time %(at)s", at=at)


def _waiting(found: Watched, now: datetime) -> Iterator[Line]:
    if found.queues:
        yield from _proposals(found.queues)
    if found.upkeep:
        yield _outbox(found.upkeep, now)
    if found.queues:
        queues = found.queues
        taken = _("%(taken)s of %(places)s", taken=queues.reading, places=queues.places)
        yield Line(label=_("Reports and files being read"), value=taken)
        yield Line(label=_("Files of other sites to be fetched"), value=number(queues.files))
    if found.content:
        yield Line(label=_("Changes that the search lacks"), value=number(found.content.search_behind))
        yield _meaning(found.content)
    if found.queues:
        yield Line(label=_("Records whose similar records are not worked out yet"), value=number(found.queues.alike))


def _proposals(queues: Queues) -> Iterator[Line]:
    for state in (one for one in ProposalState if one in OPEN_STATES):
        waiting = queues.proposals.get(state)
        note = _("the oldest since %(at)s", at=moment(waiting.since)) if waiting else ""
        label = _("Proposals: %(state)s", state=state_words(state))
        yield Line(label=label, value=number(waiting.number if waiting else 0), note=note)


def _outbox(upkeep: Upkeep, now: datetime) -> Line:
    if not services().settings.smtp_host:
        return Line(label=_("Messages"), value=_("none are sent: no mail server is set"))
    note = _("the oldest since %(at)s", at=moment(now - upkeep.outbox)) if upkeep.waiting else ""
    return Line(label=_("Messages"), value=number(upkeep.waiting), note=note)


def _meaning(content: Content) -> Line:
    label = _("Passages that the search by meaning lacks")
    if content.meaning_missing is None:
        return Line(label=label, value=_("off: the search goes by words alone"))
    return Line(label=label, value=number(content.meaning_missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """A node that is fetched from."""

    name: str
    reached: str
    trouble: str
    set_aside: int


def _partners(partners: Partners) -> Iterator[PartnerLine]:
    for view in partners.peers:
        peer = view.peer
        paused = "" if peer.state is PeerState.ACTIVE else _("paused or blocked")
        yield PartnerLine(
            name=node_name(peer.issuer.origin),
            reached=moment(peer.succeeded_at) if peer.succeeded_at else _("never yet"),
            trouble=why_not_fetched(peer.error) if peer.failures else paused,
            set_aside=partners.set_aside.get(peer.issuer.address, 0),
        )


def _data(storage: Storage | None, results: Results | None, content: Content | None) -> Iterator[Line]:
    if storage:
        free = byte_size(storage.disk.free) if storage.disk.writable else _("cannot be written to")
        yield Line(label=_("Free on the disk"), value=free)
        yield Line(
            label=_("Data folder"), value=byte_size(storage.data), note=_("measured within the last ten minutes")
        )
        if storage.database is not None:
            yield Line(label=_("Database in it"), value=byte_size(storage.database))
    if results:
        yield Line(label=_("Check of the database"), value=last_words(results.database))
    if content:
        yield Line(label=_("Records whose newest version cannot be read"), value=number(content.broken))


def _versions(versions: Versions | None, content: Content | None) -> Iterator[Line]:
    if versions:
        fits = versions.schema == versions.schema_expected
        note = "" if fits else _("this program expects %(version)s", version=versions.schema_expected)
        yield Line(label=_("Program"), value=versions.program or _("unknown"))
        yield Line(label=_("Tables of the database"), value=versions.schema or _("unknown"), note=note)
        yield Line(label=_("Search engine"), value=versions.search)
    if content:
        at = number(content.change - content.search_behind)
        yield Line(
            label=_("What the search knows"),
            value=_("up to change %(at)s of %(last)s", at=at, last=number(content.change)),
        )


def _reached(results: Results) -> Iterator[Line]:
    for key, last in results.sign_in.items():
        label = _("Sign-in: %(provider)s", provider=provider_label(key))
        well = _("last well: %(at)s", at=moment(last.done_at)) if last and last.reason and last.done_at else ""
        yield Line(label=label, value=last_words(last), note=well)
    mail = results.mail
    well = _("last well: %(at)s", at=moment(mail.done_at)) if mail and mail.reason and mail.done_at else ""
    yield Line(label=_("Messages"), value=last_words(mail), note=well)
