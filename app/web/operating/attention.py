"""What needs an operator, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.records.repository import PublishingStopped
from app.web.identity.words import provider_label
from app.web.network.reasons import why_not_fetched
from app.web.operating.words import duty_words, part_words, reason_words
from app.web.shell.formats import byte_size, moment
from app.web.shell.wording import _, error_words, ngettext
from app.wiring.condition import LATE, Content, Upkeep
from app.wiring.overview import Partners, Results, Storage, Versions, Watched

CHECKED = timedelta(days=2)
"""The database is checked once a day; longer ago than this, nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """What is wrong and what helps; `grave` where readers or writers notice."""

    text: str
    remedy: str
    grave: bool = False


def ailments(found: Watched, now: datetime) -> tuple[Ailment, ...]:
    """Return what needs somebody, the gravest first."""
    every = [*_unreadable(found)]
    every += _of_storage(found.storage) if found.storage else ()
    every += _of_content(found.content) if found.content else ()
    every += _of_versions(found.versions) if found.versions else ()
    every += _of_results(found.results, now) if found.results else ()
    every += _of_upkeep(found.upkeep, now) if found.upkeep else ()
    every += _of_partners(found.partners) if found.partners else ()
    if found.restored:
        every.append(Ailment(text=error_words(PublishingStopped()), remedy="erfahrungsnetz doctor", grave=True))
    return tuple(sorted(every, key=lambda one: not one.grave))


def _unreadable(found: Watched) -> Iterator[Ailment]:
    for name, error in found.unreadable.items():
        text = _("This part does not answer: %(part)s (%(error)s).", part=part_words(name), error=error)
        yield Ailment(text=text, remedy="erfahrungsnetz doctor", grave=True)


def _of_storage(storage: Storage) -> Iterator[Ailment]:
    disk = storage.disk
    if disk.state == "read_only":
        yield Ailment(text=_("The disk cannot be written to."), remedy=_("Look at the file system."), grave=True)
    elif disk.state != "ok":
        text = _("Only %(free)s are free on the disk.", free=byte_size(disk.free))
        yield Ailment(text=text, remedy=_("Make room there."), grave=disk.state == "full")
    if storage.files is False:
        yield Ailment(text=_("Pictures and files cannot be reached."), remedy="erfahrungsnetz doctor", grave=True)


def _of_content(content: Content) -> Iterator[Ailment]:
    if content.search_damaged:
        text = _("The search index is missing or damaged, so every search fails.")
        yield Ailment(text=text, remedy="erfahrungsnetz reindex", grave=True)
    elif content.search_behind:
        text = ngettext(
            "The search lacks the last change.", "The search lacks the last %(num)s changes.", content.search_behind
        )
        yield Ailment(text=text, remedy=_("It catches up by itself; if not: %(call)s", call="erfahrungsnetz reindex"))
    if content.broken:
        text = ngettext(
            "The newest version of one record cannot be read.",
            "The newest versions of %(num)s records cannot be read.",
            content.broken,
        )
        yield Ailment(text=text, remedy="erfahrungsnetz doctor")
    if content.meaning == "unavailable":
        text = _("The search by meaning does not answer; searches go by words.")
        yield Ailment(text=text, remedy="erfahrungsnetz doctor")


def _of_versions(versions: Versions) -> Iterator[Ailment]:
    if versions.schema != versions.schema_expected:
        text = _(
            "The tables of the database are of version %(found)s, this program expects %(expected)s.",
            found=versions.schema or "–",
            expected=versions.schema_expected,
        )
        yield Ailment(text=text, remedy=_("Start the site anew."), grave=True)


def _of_results(results: Results, now: datetime) -> Iterator[Ailment]:
    check = results.database
    if check and check.reason:
        remedy = _("Stop site and worker, put the database back from the backup.")
        yield Ailment(text=_("The database is damaged."), remedy=remedy, grave=True)
    elif check and now - check.tried_at > CHECKED:
        text = _("The database was last checked on %(at)s.", at=moment(check.tried_at))
        yield Ailment(text=text, remedy=_("Is the site or erfahrungsnetz worker running?"))
    for key, last in results.sign_in.items():
        if last and last.reason:
            text = _(
                "The last sign-in through %(provider)s failed: %(reason)s.",
                provider=provider_label(key),
                reason=reason_words(last.reason),
            )
            yield Ailment(text=text, remedy="erfahrungsnetz providers check")
    if results.mail and results.mail.reason:
        text = _("The last message could not be sent: %(reason)s.", reason=reason_words(results.mail.reason))
        yield Ailment(text=text, remedy="erfahrungsnetz mail test")


def _of_upkeep(upkeep: Upkeep, now: datetime) -> Iterator[Ailment]:
    if upkeep.outbox > LATE:
        text = _("The oldest message has been waiting since %(at)s.", at=moment(now - upkeep.outbox))
        yield Ailment(text=text, remedy=_("Look at the settings NODE_SMTP_… and the log."))
    for job in upkeep.jobs:
        name = duty_words(job.name)
        if job.late:
            text = _("Overdue: %(duty)s.", duty=name)
            yield Ailment(text=text, remedy=_("Is the site or erfahrungsnetz worker running?"))
        elif job.last and job.last.reason:
            text = _("Failed: %(duty)s (%(reason)s).", duty=name, reason=reason_words(job.last.reason))
            yield Ailment(text=text, remedy=_("It is tried again by itself; the log says more."))


def _of_partners(partners: Partners) -> Iterator[Ailment]:
    for view in partners.peers:
        if view.peer.failures:
            text = ngettext(
                "%(site)s could not be fetched from the last time: %(reason)s",
                "%(site)s could not be fetched from the last %(num)s times: %(reason)s",
                view.peer.failures,
                site=view.peer.issuer.origin,
                reason=why_not_fetched(view.peer.error),
            )
            yield Ailment(text=text, remedy="erfahrungsnetz peers list")
