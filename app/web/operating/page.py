"""The operators' page: what needs attention and what to do about it, and the partners. For figures see `/metrics`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from app.database.jobs import CLAIM, DATABASE, MAIL, SIGN_IN
from app.identity import Action, may
from app.records.repository import PublishingStopped
from app.shared.wording import N_
from app.web.identity.oidc_provider import SignInReason
from app.web.identity.words import provider_label
from app.web.network.reasons import why_not_fetched
from app.web.network.sites import sites
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.formats import byte_size, moment
from app.web.shell.wording import _, error_words, ngettext
from app.wiring import Services
from app.wiring.condition import LATE, content_of, disk_of, files_of, looked_at, upkeep_of

_DUTIES: Mapping[str, str] = {
    "derivation": N_("Compute what the search by meaning and similar records rest on"),
    "erasure": N_("Finish erasures"),
    "forge": N_("Visit the mirror on the forge"),
    "maintenance": N_("Pack the repository, tidy up, check the database"),
    "retention": N_("Delete what is stored of people once its time is over"),
    "following": N_("Look what is new for those who subscribed to changes"),
    "reminders": N_("Remind of overdue records"),
    "plans": N_("End plans after a year"),
}
_PARTS: Mapping[str, str] = {
    "content": N_("texts and search"),
    "rounds": N_("duties and messages"),
    "storage": N_("disk and data"),
    "partners": N_("partners"),
    "results": N_("last results"),
}
_REASONS: Mapping[str, str] = {
    SignInReason.UNREACHABLE: N_("it does not answer"),
    SignInReason.NOT_PROVEN: N_("its answer did not hold"),
    "ConnectionRefusedError": N_("the connection was refused"),
    "TimeoutError": N_("it does not answer"),
    "gaierror": N_("nobody knows this host"),
    "SSLCertVerificationError": N_("its certificate is not valid"),
    "smtp_535": N_("it does not accept user and password"),
    "recipient_refused": N_("it did not take the message for its recipient"),
    "damaged": N_("the database is damaged"),
}


def reason_words(code: str) -> str:
    """Return the reason of a failure in words, or its code if it is unknown."""
    return _(_REASONS[code]) if code in _REASONS else code


MAX_CHECK_AGE = timedelta(days=2)
"""The database is checked once a day; a longer interval means that no worker is running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """A problem and its remedy; `grave` if readers or writers notice it."""

    text: str
    remedy: str
    grave: bool = False


def ailments(node: Services, unreadable: Mapping[str, str]) -> tuple[Ailment, ...]:
    """Return what needs attention, worst first; `unreadable` maps parts that could not be read to the kind of error."""
    found, others = looked_at(node, _LOOKS)
    for name, error in {**unreadable, **others}.items():
        text = _("This part does not answer: %(part)s (%(error)s).", part=_(_PARTS[name]), error=error)
        found.insert(0, Ailment(text=text, remedy="erfahrungsnetz doctor", grave=True))
    if node.restored.exists():
        found.append(Ailment(text=error_words(PublishingStopped()), remedy="erfahrungsnetz doctor", grave=True))
    return tuple(sorted(found, key=lambda one: not one.grave))


def _of_storage(node: Services) -> Iterator[Ailment]:
    disk = disk_of(node.settings.data)
    if disk.state == "read_only":
        yield Ailment(text=_("The disk cannot be written to."), remedy=_("Look at the file system."), grave=True)
    elif disk.state != "ok":
        text = _("Only %(free)s are free on the disk.", free=byte_size(disk.free))
        yield Ailment(text=text, remedy=_("Make room there."), grave=disk.state == "full")
    if files_of(node).get("files") == "unreachable":
        yield Ailment(text=_("Pictures and files cannot be reached."), remedy="erfahrungsnetz doctor", grave=True)


def _of_content(node: Services) -> Iterator[Ailment]:
    content = content_of(node)
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


def _of_results(node: Services) -> Iterator[Ailment]:
    known = node.results.all()
    check, mail = known.get(DATABASE), known.get(MAIL)
    if check and check.reason:
        remedy = _("Stop site and worker, put the database back from the backup.")
        yield Ailment(text=_("The database is damaged."), remedy=remedy, grave=True)
    elif check and node.clock() - check.tried_at > MAX_CHECK_AGE:
        text = _("The database was last checked on %(at)s.", at=moment(check.tried_at))
        yield Ailment(text=text, remedy=_("Is the site or erfahrungsnetz worker running?"))
    for key, claims in ((one.key, one.claims.wanted) for one in node.identity.providers):
        for what, claim in claims.items():
            told = known.get(f"{CLAIM}{key}:{what}")
            if told and not told.done_at:
                text = _(
                    "%(provider)s has never sent “%(claim)s”, which tells roles or employer.",
                    provider=provider_label(key),
                    claim=claim,
                )
                remedy = _("Look at scope and claims in providers.toml: docs/reference/sign-in.md")
                yield Ailment(text=text, remedy=remedy)
        last = known.get(f"{SIGN_IN}{key}")
        if last and last.reason:
            text = _(
                "The last sign-in through %(provider)s failed: %(reason)s.",
                provider=provider_label(key),
                reason=reason_words(last.reason),
            )
            yield Ailment(text=text, remedy="erfahrungsnetz providers check")
    if mail and mail.reason:
        text = _("The last message could not be sent: %(reason)s.", reason=reason_words(mail.reason))
        yield Ailment(text=text, remedy="erfahrungsnetz mail test")


def _of_upkeep(node: Services) -> Iterator[Ailment]:
    upkeep = upkeep_of(node)
    if upkeep.outbox > LATE:
        text = _("The oldest message has been waiting since %(at)s.", at=moment(node.clock() - upkeep.outbox))
        yield Ailment(text=text, remedy=_("Look at the settings NODE_SMTP_… and the log."))
    for hook in (one for one in node.webhooks.all() if one.stopped_at):
        text = _("%(address)s gets no events: %(reason)s", address=hook.address, reason=why_not_fetched(hook.failure))
        yield Ailment(text=text, remedy=f"erfahrungsnetz webhooks test {hook.id}")
    for answer in node.mirror.answers.untold() if node.mirror else ():
        text = _("The branch %(branch)s on the forge cannot be taken.", branch=answer.branch)
        yield Ailment(text=text, remedy=" ".join(line.strip() for line in answer.lines[:_MOST_LINES]))
    for job in upkeep.jobs:
        name = _(_DUTIES[job.name]) if job.name in _DUTIES else job.name
        if job.late:
            text = _("Overdue: %(duty)s.", duty=name)
            yield Ailment(text=text, remedy=_("Is the site or erfahrungsnetz worker running?"))
        elif job.last and job.last.reason:
            text = _("Failed: %(duty)s (%(reason)s).", duty=name, reason=reason_words(job.last.reason))
            yield Ailment(text=text, remedy=_("It is tried again by itself; the log says more."))


_MOST_LINES = 12
_LOOKS: Mapping[str, Callable[[Services], Iterator[Ailment]]] = {
    "storage": _of_storage,
    "content": _of_content,
    "results": _of_results,
    "rounds": _of_upkeep,
}
blueprint = Blueprint("operating", __name__)


@blueprint.get("/betrieb")
@requires(Action.ADMINISTER)
def page() -> str:
    """Show the current state of the node."""
    node = services()
    partners, unreadable = looked_at(node, {"partners": lambda _node: (sites(),)})
    found = ailments(node, unreadable)
    decides = may(signed_in(), Action.MODERATE)
    return render_template(
        "operating/page.html", now=node.clock(), ailments=found, sites=next(iter(partners), None), decides=decides
    )
