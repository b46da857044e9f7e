"""erfahrungsnetz erase."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import click

from app.cli.options import EPILOG, ExitCode, Options, matching, ready
from app.cli.progress import ProgressLine
from app.identity.errors import PersonNotFound
from app.privacy.erasure import ErasureReason, Stored
from app.records.erasure import mentioned_in
from app.wiring import Services
from app.wiring.record_erasure import RecordErasure

_LINES = {
    "sessions": "browsers in which somebody is signed in",
    "keys": "keys for programs",
    "drafts": "drafts with their files",
    "notices": "notices, with the messages that wait",
    "remarks": "remarks on proposals",
    "questions": "questions and subscriptions entered without an account from the same address",
    "subscriptions": "subscriptions by e-mail of the same address",
    "rounds": "texts of proposals that nobody reads any more",
}
_WAITS = {
    "references": "proposals in the repository",
    "inbox": "what pushes left behind: somebody is pushing",
    "objects": "earlier texts in the repository: somebody is writing",
    "files": (
        "pictures and files in NODE_FILES: somebody writes there, it cannot be reached, or this node came from a backup"
        " and lacks something; see doctor"
    ),
    "database": "free pages of the database: somebody is reading or writing, or the disk is full",
}
_BACKUPS = (
    "Backups made until now still hold all of it. Let them expire, or make a new one and remove them; after a restore "
    "from one of them call this again."
)
_ELSEWHERE = (
    "Other nodes take the withdrawal with their next look and show the text no more. Whoever cloned the repository has "
    "it still; a forge keeps it on branches, which have to be deleted there."
)


@click.group(epilog=EPILOG)
def erase() -> None:
    """Remove for good what is stored of somebody, or a record with all its versions."""


@erase.command(epilog=EPILOG)
@click.argument("person")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in ErasureReason if reason is not ErasureReason.OWN]),
    help="Why; stands in the log of people and roles.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def person(options: Options, person: str, reason: str, yes: bool) -> None:
    """Delete a PERSON, named by id, pseudonym or confirmed address, with all that is stored of them.

    Account, roles, sessions, keys, drafts, imports, notices, waiting messages, remarks, subscriptions by e-mail,
    questions asked without an account, and every text that was not published. What is published stays; its author is
    nobody from then on. Says first what it will remove, and asks. Interrupted, it is finished by the next call, or by
    the running site.

    \b
    Examples:
      erfahrungsnetz erase person kim@beispielverbund.example --reason request
      erfahrungsnetz erase person u-1a2b3c4d5e --reason left --yes
    """
    with matching(options) as services:
        services.lease.hold()
        found = services.privacy.erasure.find(person)
        # Of whoever has gone already nothing is known but what was asked for.
        named = [name for one in found for name in _names(services, one)] or [person]
        for one in found:
            _say(one, services.privacy.erasure.stored(one))
            for other in sorted(services.identity.traces.same_as([one]) - {*found}):
                click.echo(f"  not removed: another account of the same person: {other}")
        if not yes:
            click.confirm("Remove this for good?", abort=True)
        done = [services.privacy.erasure.forget(one, ErasureReason(reason)) for one in found]
        waiting = services.privacy.erasure.finish()
        _say_rest(done, mentioned_in(services.repository, named))
        click.echo(_BACKUPS)
    _say_waiting(waiting)


@erase.command(epilog=EPILOG)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def address(options: Options, address: str, yes: bool) -> None:
    """Forget an ADDRESS that has no account: subscriptions by e-mail and questions, with what it was told.

    Somebody who has an account is a case for `erase person`, which forgets this too.

    \b
    Example:
      erfahrungsnetz erase address kim@beispielverbund.example
    """
    with matching(options) as services:
        services.lease.hold()
        if not yes:
            click.confirm("Forget this address for good?", abort=True)
        followed, asked = services.privacy.erasure.forget_address(address)
        waiting = services.privacy.erasure.finish()
        click.echo(f"Erased. Subscriptions: {followed}. Entered in the last two days: {asked}.")
        click.echo(_BACKUPS)
    _say_waiting(waiting)


@erase.command(epilog=EPILOG)
@click.argument("record")
@click.option("--reason", required=True, type=click.Choice(["personal-data", "legal"]), help="Stands in its place.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def record(options: Options, record: str, reason: str, yes: bool) -> None:
    """Take a RECORD of this node, such as case-study/ulm or an id, out of every file with all its versions.

    It is withdrawn for everybody, and the signed withdrawal goes to other nodes. Proposals, drafts, remarks and notices
    about it are emptied, and the history is written anew without its texts: all other versions keep text, number and
    date, but commits get new names, and whoever cloned sees that main was replaced. Nobody can publish meanwhile; count
    on a minute for a thousand publications. Interrupted, it is finished by the next call.

    \b
    Example:
      erfahrungsnetz erase record case-study/ulm --reason personal-data
    """
    with ready(options) as services:
        erasure = RecordErasure(services)
        entry = erasure.find(record)
        click.echo(f"{entry.kind}/{entry.slug} ({entry.id}), {entry.ver} versions, and all that was said about it")
        if not yes:
            click.confirm("Remove this for good?", abort=True)
        waiting = erasure.erase(entry, reason, ProgressLine)
        folder = services.settings.content / services.content.path_of(entry.kind, entry.slug)
        click.echo("Erased. Its address stays taken, and says why.")
        if folder.exists():
            click.echo(f"  still there, and would come back as a proposal with the next sync: {folder}", err=True)
        click.echo(_ELSEWHERE)
        click.echo(_BACKUPS)
    _say_waiting(waiting)


def _say_waiting(waiting: Collection[str]) -> None:
    for part in waiting:
        click.echo(f"  not yet clean: {_WAITS[part]}", err=True)
    if waiting:
        click.echo("Call this again when nobody is at it.", err=True)
        raise SystemExit(ExitCode.FINDINGS)


def _names(services: Services, person_id: str) -> Iterable[str]:
    """Return by what the person would be recognised in texts."""
    try:
        name = services.identity.people.get(person_id).display_name
    except PersonNotFound:
        return ()
    return tuple(one for one in (name, services.identity.people.address(person_id)) if one)


def _say(person_id: str, stored: Stored) -> None:
    click.echo(f"{person_id}: name, address, organisation, roles and ways in, and")
    for name, count in stored.counts.items():
        if count:
            click.echo(f"  {_LINES[name]}: {count}")
    for share in stored.shares:
        if share.ends:
            click.echo(f"  proposal {share.proposal.id} about {share.record}, which was not published")


def _say_rest(done: Iterable[Stored], mentioned: Iterable[str]) -> None:
    """Say what stays, because it is published or because others wrote in it."""
    published = sorted({record for stored in done for record in stored.published})
    shared = sorted({share.proposal.id for stored in done for share in stored.shared})
    click.echo("Erased.")
    for record in published:
        click.echo(f"  stays published, and in its history under a pseudonym of nobody: {record}")
    for proposal in shared:
        click.echo(f"  stays open, because others wrote in it as well: proposal {proposal}")
    for path in mentioned:
        click.echo(f"  names the person or their address, now or in an earlier version: {path}")
