"""The commands erase and export, for stored data about people and for records."""

import json
from collections.abc import Collection, Iterable, Sequence
from importlib import import_module
from pathlib import Path

import click

from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, matching, ready, writing
from app.federation.listing.reading import LISTS
from app.identity.errors import PersonNotFound
from app.privacy.erased import Kind, read_erased
from app.privacy.erasure import ErasureReason, Stored
from app.privacy.export import PersonExport
from app.records.erasure import mentioned_in
from app.shared.config.settings import is_private
from app.wiring import Services
from app.wiring.record_erasure import RecordErasure
from app.wiring.restore import NotEmpty

_LINES = {
    "sessions": "browsers in which somebody is signed in",
    "keys": "keys for programs",
    "drafts": "drafts with their files",
    "notices": "notices, with unsent messages",
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
    "Existing backups still contain all of it. Let them expire, or make a new one and delete them. After a restore "
    "from one of them, call erfahrungsnetz erase again with erased.log, the list of erasures, which no backup contains."
)
_ELSEWHERE = (
    "Other nodes receive the withdrawal at their next visit and stop showing the text. Clones of the repository still "
    "contain it; a forge keeps it on branches, which have to be deleted there."
)


@click.group(epilog=EPILOG)
def erase() -> None:
    """Permanently delete all stored data of a person, or a record with all its versions."""


@erase.command("person", epilog=EPILOG)
@click.argument("person")
@click.option(
    "--reason",
    required=True,
    type=click.Choice([reason.value for reason in ErasureReason if reason is not ErasureReason.OWN]),
    help="The reason; recorded in the log of people and roles.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def erase_person(options: Options, person: str, reason: str, yes: bool) -> None:
    """Delete a PERSON and all stored data about them; give an id, pseudonym or confirmed e-mail address.

    Deletes account, roles, sessions, keys, drafts, imports, notices, unsent messages, remarks, e-mail subscriptions,
    questions asked without an account, and every unpublished text. Published texts stay, but lose their author. Lists
    what it will delete, and asks for confirmation. If interrupted, the next call or the running site finishes it.

    \b
    Examples:
      erfahrungsnetz erase person kim@beispielverbund.example --reason request
      erfahrungsnetz erase person u-1a2b3c4d5e --reason left --yes
    """
    with matching(options) as services:
        services.lease.hold()
        found = services.privacy.erasure.find(person)
        # For somebody already deleted, only the name given by the caller is known.
        named = [name for one in found for name in _names(services, one)] or [person]
        for one in found:
            _say(one, services.privacy.erasure.stored(one))
            for other in sorted(services.identity.traces.same_as([one]) - {*found}):
                click.echo(f"  not removed: another account of the same person: {other}")
        if not yes:
            click.confirm("Delete this permanently?", abort=True)
        done = [services.privacy.erasure.forget(one, ErasureReason(reason)) for one in found]
        waiting = services.privacy.erasure.finish()
        _say_rest(done, mentioned_in(services.repository, named))
        click.echo(_BACKUPS)
    _say_waiting(waiting)


@erase.command("address", epilog=EPILOG)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def erase_address(options: Options, address: str, yes: bool) -> None:
    """Delete all data of an ADDRESS without an account: subscriptions, questions, and messages sent to it.

    If the address belongs to an account, use `erase person`, which deletes these too.

    \b
    Example:
      erfahrungsnetz erase address kim@beispielverbund.example
    """
    with matching(options) as services:
        services.lease.hold()
        if not yes:
            click.confirm("Delete this address permanently?", abort=True)
        followed, asked = services.privacy.erasure.forget_address(address)
        waiting = services.privacy.erasure.finish()
        click.echo(f"Erased. Subscriptions: {followed}. Entered in the last two days: {asked}.")
        click.echo(_BACKUPS)
    _say_waiting(waiting)


@erase.command("record", epilog=EPILOG)
@click.argument("record")
@click.option(
    "--reason", required=True, type=click.Choice(["personal-data", "legal"]), help="Shown instead of the text."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def erase_record(options: Options, record: str, reason: str, yes: bool) -> None:
    """Delete a RECORD of this node with all its versions; give an id, or a name such as case-study/ulm.

    The record is withdrawn everywhere, and the signed withdrawal goes to other nodes. Proposals, drafts, remarks and
    notices about it are emptied, and the history is rewritten without its texts: all other versions keep text, number
    and date, but commits get new names, so clones of the repository no longer match main. Nobody can publish meanwhile;
    expect one minute per thousand publications. If interrupted, the next call finishes it.

    \b
    Example:
      erfahrungsnetz erase record case-study/ulm --reason personal-data
    """
    with ready(options) as services:
        erasure = RecordErasure(services)
        entry = erasure.find(record)
        click.echo(f"{entry.kind}/{entry.slug} ({entry.id}), {entry.ver} versions, and everything written about it")
        if not yes:
            click.confirm("Delete this permanently?", abort=True)
        waiting = erasure.erase(entry, reason, ProgressLine)
        folder = services.settings.content / services.content.path_of(entry.kind, entry.slug)
        click.echo("Erased. Its address remains reserved and shows the reason.")
        if folder.exists():
            click.echo(f"  this folder still exists; the next sync would make it a proposal: {folder}", err=True)
        click.echo(_ELSEWHERE)
        click.echo(_BACKUPS)
    _say_waiting(waiting)


@erase.command("again", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def erase_again(options: Options, file: Path, yes: bool) -> None:
    """After a restore, erase again everything listed in FILE that the backup has brought back.

    FILE is erased.log from the data folder before the restore, or a copy of it. It holds ids, days and reasons only.
    Lists what is here again, and asks for confirmation. Run doctor first: until then, a restored node publishes
    nothing and cannot withdraw records.

    \b
    Example:
      erfahrungsnetz erase again /var/lib/erfahrungsnetz.before/erased.log
    """
    with ready(options) as services:
        services.lease.hold()
        erasure, records = services.privacy.erasure, RecordErasure(services)
        listed = read_erased(file)
        back = [one for one in listed if (records if one.kind is Kind.RECORD else erasure).is_back(one)]
        for one in back:
            click.echo(f"{one.at}  {one.kind} {', '.join(one.ids)} ({one.reason})")
        if not back:
            erasure.erased.take_over(listed)
            click.echo(f"Nothing listed in {file} is here: {len(listed)} erasures.")
            return
        if not yes:
            click.confirm("Delete this permanently?", abort=True)
        for one in back:
            if one.kind is Kind.RECORD:
                records.erase(records.find(one.ids[0]), one.reason, ProgressLine)
            else:
                erasure.forget_again(one)
        waiting = erasure.finish()
        erasure.erased.take_over(listed)
        click.echo(f"Erased again: {len(back)}. {_BACKUPS}")
    _say_waiting(waiting)


def _say_waiting(waiting: Collection[str]) -> None:
    for part in waiting:
        click.echo(f"  not yet clean: {_WAITS[part]}", err=True)
    if waiting:
        click.echo("Call this again when nobody is using them.", err=True)
        raise SystemExit(ExitCode.FINDINGS)


def _names(services: Services, person_id: str) -> Iterable[str]:
    """Return name and address, by which texts could identify the person."""
    try:
        name = services.identity.people.get(person_id).display_name
    except PersonNotFound:
        return ()
    return tuple(one for one in (name, services.identity.people.address(person_id)) if one)


def _say(person_id: str, stored: Stored) -> None:
    click.echo(f"{person_id}: name, address, organisation, roles, sign-ins, and")
    for name, count in stored.counts.items():
        if count:
            click.echo(f"  {_LINES[name]}: {count}")
    for share in stored.shares:
        if share.ends:
            click.echo(f"  proposal {share.proposal.id} about {share.record}, which was not published")


def _say_rest(done: Iterable[Stored], mentioned: Iterable[str]) -> None:
    """Say what stays because it is published or because others wrote in it."""
    published = sorted({record for stored in done for record in stored.published})
    shared = sorted({share.proposal.id for stored in done for share in stored.shared})
    click.echo("Erased. The logs keep ids and days, and a keyed hash of account and address stays for a year.")
    for record in published:
        click.echo(f"  stays published, with a pseudonym that leads to nobody: {record}")
    for proposal in shared:
        click.echo(f"  stays open, because others wrote in it as well: proposal {proposal}")
    for path in mentioned:
        click.echo(f"  names the person or their address, now or in an earlier version: {path}")


FILE = "person.json"


@click.group(epilog=EPILOG)
def export() -> None:
    """Export the data of a person, the published pages, or the list for other nodes, as files."""


_out = click.option(
    "--out", required=True, metavar="DIR|-", help="Empty folder to write to, or - for standard output without files."
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
    """Write all stored data of a PERSON as JSON with files; give an id, pseudonym or confirmed e-mail address.

    For requests under Art. 15 or 20 GDPR. First verify the identity of the person, and deliver the data in a safe way.
    Secrets are left out, and other people in it stay unnamed.

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
    """Write all stored data of an ADDRESS without an account: subscriptions, questions, and messages sent to it.

    For requests under Art. 15 GDPR. Send the data to this address and nowhere else: being able to read its messages is
    the only proof of owning it. If the address belongs to an account, use `export person`, which includes these data.

    \b
    Example:
      erfahrungsnetz export address kim@beispielverbund.example --out -
    """
    folder = _empty(out)
    with matching(options) as services:
        found = [services.privacy.export.of_address(address, lang)]
    _write(found, folder)


def _empty(out: str) -> Path | None:
    """Return the folder to write to, or None for standard output; raises NotEmpty."""
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
    # No other user of the machine may read personal data.
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
    """Write the published pages into DIR, with a search, for reading from the folder or any web server.

    Contains records, lists, map and overview in German and English; functions that need a server are left out, and each
    page says so. DIR must be new, empty or an older copy. An older copy stays intact until the new one is complete, and
    unchanged files are not rewritten. The site may keep running.

    \b
    Examples:
      erfahrungsnetz export site kopie
      erfahrungsnetz export site /srv/www/kopie && rsync -a --delete /srv/www/kopie/ usb-stick/
    """
    # Imported by name, as servers do with the application, because app.web lies above app.cli.
    copying = import_module("app.web.offline.copying")
    with ready(options) as services:
        report = copying.write_copy(services, folder, ProgressLine("pages"))
    click.echo(
        f"{report.pages} pages and the search over {report.records} records in {folder}: "
        f"{report.written} files written, {report.kept} as before."
    )


@export.command("netz", epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export_netz(options: Options, folder: Path) -> None:
    """Write the list that other nodes read into DIR, for any web server; call it every day, since it counts for a week.

    DIR is what lies at /netz/tuf below NODE_ISSUER, the public address; each record is named after it. The list is
    brought up to date and confirmed for another week. Only changed files are written, what leads to them last. DIR must
    be new, empty or an earlier export.

    \b
    Example:
      erfahrungsnetz sync && erfahrungsnetz export netz /srv/www/netz/tuf
    """
    with writing(options) as services:
        listing = services.federation.listing
        if not (folder / "metadata" / "1.root.json").exists():
            _empty(str(folder))
        listing.ensure()
        services.federation.follow()
        listing.renew()
        changed = listing.listed.copy(folder)
    click.echo(f"{folder}: {changed} files written. Others read them at {services.federation.issuer.address}{LISTS}")
    if is_private(services.settings.model_dump()):
        click.echo("That is an address of this machine alone; set NODE_ISSUER to the public one.", err=True)
