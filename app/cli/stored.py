"""erfahrungsnetz erase and export: what is stored of people and records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from importlib import import_module
from pathlib import Path

import click

from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, matching, ready
from app.identity.errors import PersonNotFound
from app.privacy.erasure import ErasureReason, Stored
from app.privacy.export import PersonExport
from app.records.erasure import mentioned_in
from app.wiring import Services
from app.wiring.record_erasure import RecordErasure
from app.wiring.restore import NotEmpty

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


@erase.command("person", epilog=EPILOG)
@click.argument("person")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in ErasureReason if reason is not ErasureReason.OWN]),
    help="Why; stands in the log of people and roles.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_person(options: Options, person: str, reason: str, yes: bool) -> None:
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


@erase.command("address", epilog=EPILOG)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_address(options: Options, address: str, yes: bool) -> None:
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


@erase.command("record", epilog=EPILOG)
@click.argument("record")
@click.option("--reason", required=True, type=click.Choice(["personal-data", "legal"]), help="Stands in its place.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_record(options: Options, record: str, reason: str, yes: bool) -> None:
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


FILE = "person.json"


@click.group(epilog=EPILOG)
def export() -> None:
    """Give out what is stored of somebody, or all that is published as a folder to read without a server."""


_out = click.option(
    "--out", required=True, metavar="DIR|-", help="Empty folder for it, or - for standard output, without files."
)
_lang = click.option(
    "--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the explanations."
)


@export.command("person", epilog=EPILOG)
@click.argument("person")
@_out
@_lang
@click.pass_obj
def export_person(options: Options, person: str, out: str, lang: str) -> None:
    """Write all that is stored of a PERSON, named by id, pseudonym or confirmed address, as JSON with its files.

    For whoever asks under Art. 15 or 20 GDPR. Make sure before that they are who they say, and hand it over on a safe
    way. Secrets are left out, and other people in it stay unnamed.

    \b
    Examples:
      erfahrungsnetz export person kim@beispielverbund.example --out auskunft-kim
      erfahrungsnetz export person kim@beispielverbund.example --out - | less
    """
    folder = _empty(out)
    with matching(options) as services:
        personal = services.privacy
        found = [personal.export.export(one, lang) for one in personal.erasure.find(person)]
    _write(found, folder)


@export.command("address", epilog=EPILOG)
@click.argument("address")
@_out
@_lang
@click.pass_obj
def export_address(options: Options, address: str, out: str, lang: str) -> None:
    """Write all that is stored of an ADDRESS that has no account: subscriptions, questions, and what it was told.

    For whoever asks under Art. 15 GDPR. Send it to this address and nowhere else: only who reads its messages is who it
    belongs to. Somebody who has an account is a case for `export person`, which gives out this too.

    \b
    Example:
      erfahrungsnetz export address kim@beispielverbund.example --out -
    """
    folder = _empty(out)
    with matching(options) as services:
        found = [services.privacy.export.of_address(address, lang)]
    _write(found, folder)


def _empty(out: str) -> Path | None:
    """Return the folder for it, None for standard output; raises NotEmpty."""
    folder = Path(out)
    if out != "-" and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise NotEmpty(folder)
    return folder if out != "-" else None


def _write(found: Sequence[PersonExport], folder: Path | None) -> None:
    documents = [one.document for one in found]
    text = json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2)
    if folder is None:
        click.echo(text)
        return
    files = {FILE: f"{text}\n".encode(), **{name: data for one in found for name, data in one.files.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    # Nobody else on the machine may read what is stored of a person.
    folder.chmod(0o700)
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    click.echo(f"{folder / FILE}, and {len(files) - 1} files")


@export.command("site", epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_site(options: Options, folder: Path) -> None:
    """Write the published pages into DIR, to be browsed from there or from any web server, with a search.

    Records, lists, map and overview in German and English; what needs a server stays away, and each page says so.
    DIR is new, empty or an older copy. That one stays whole until the new one is, and files that have not changed
    stay as they are. The site may keep running.

    \b
    Examples:
      erfahrungsnetz export site kopie
      erfahrungsnetz export site /srv/www/kopie && rsync -a --delete /srv/www/kopie/ usb-stick/
    """
    # Named as servers name the application: the pages lie above the command line.
    copying = import_module("app.web.offline.copying")
    with ready(options) as services:
        report = copying.write_copy(services, folder, ProgressLine("pages"))
    click.echo(
        f"{report.pages} pages and the search over {report.records} records in {folder}: "
        f"{report.written} files written, {report.kept} as before."
    )
