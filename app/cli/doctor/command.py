"""erfahrungsnetz doctor."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import click
from sqlalchemy.engine import make_url

from app.catalogue import State
from app.cli.doctor.finding import Diagnosis, Finding, Grade
from app.cli.doctor.stores import (
    REBUILD,
    examine_database,
    examine_growth,
    examine_meaning,
    examine_place_of_files,
    examine_projections,
    examine_repository,
    examine_server,
    of_another,
)
from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, format_option, opened
from app.database import schema_version
from app.federation.harvest.held_files import MOST_GONE
from app.federation.listing.keys import KeyUnreadable
from app.federation.listing.repository import ListDamaged
from app.identity.providers.file import secret_files
from app.records.file_store import StoreOfAnother, StoreUnavailable, StoreUnreachable
from app.shared.config import Settings
from app.shared.config.load import ENV_FILE, SECRET_FILES, misspelt
from app.shared.errors import DomainError
from app.wiring import Services
from app.wiring.condition import LATE, disk_of, upkeep_of
from app.wiring.foundation import FOREIGN
from app.wiring.node import Node


@click.command(epilog=EPILOG)
@format_option("Format of the report.")
@click.option("--repair", is_flag=True, help="First rewrite the list of this node, and update search and offers.")
@click.pass_obj
def doctor(options: Options, style: str, repair: bool) -> None:
    """Check that repository, catalogue and index agree, and examine keys, settings and files.

    Reads every object and signature of the history, which takes about ten seconds per thousand versions, and compares
    the records of other nodes with the hashes in their lists. Completes publications that a killed process left half
    done, and has damaged records and files of other nodes fetched again. After a restore it asks the mirrors for the
    number of this node's last list, and lets it publish again. Changes nothing else without --repair. Warnings alone
    do not count as findings.

    \b
    Examples:
      erfahrungsnetz doctor
      erfahrungsnetz doctor --format json
      erfahrungsnetz doctor --repair
    """
    with opened(options.settings()) as services:
        services.complete()
        if repair:
            _repair(services)
        diagnosis = diagnose(services)
    click.echo(diagnosis.to_json() if style == "json" else diagnosis.to_text())
    if diagnosis.errors:
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def diagnose(services: Services) -> Diagnosis:
    """Examine the node and return all findings; raises NotInitialised, TextsLost and OtherTables."""
    if not services.settings.reads_only:
        Node(services).need_texts()
    services.projections.head()
    services.vocabularies.refresh()
    if services.settings.reads_only:
        found = [*_around(services), *examine_projections(services, ProgressLine), *examine_meaning(services)]
        return _diagnosis(services, found)
    damage = tuple(examine_database(services))
    if damage:
        # A damaged database gives no reliable answers, so skip all checks that read it.
        return Diagnosis(findings=(*damage, *examine_repository(services)), records=0, versions=0)
    schema_version.check(services.sessions.engine)
    if schema_version.current(services.sessions.engine) is None:
        empty = Finding("catalogue", "no_tables", "the database is empty", REBUILD)
        return Diagnosis(findings=(*examine_repository(services), empty, *_around(services)), records=0, versions=0)
    # If this fails, the cause is reported as a finding below.
    with suppress(DomainError):
        # Complete publications that reached git but not the catalogue before a process was killed.
        if services.review.reconciliation.repair().changed:
            services.follow()
    found = [
        *examine_repository(services),
        *examine_projections(services, ProgressLine),
        *examine_growth(services),
        *examine_meaning(services),
        *examine_exchange(services),
        *examine_foreign_files(services),
        *_around(services),
        *examine_records(services),
    ]
    return _diagnosis(services, found)


def _diagnosis(services: Services, found: Sequence[Finding]) -> Diagnosis:
    records = sum(entry.state is State.PUBLISHED for entry in services.catalogue.newest())
    versions = services.catalogue.version_count()
    return Diagnosis(findings=tuple(found), records=records, versions=versions)


def _repair(services: Services) -> None:
    """Rewrite the list of this node, and update search and offers."""
    services.repository.head()
    services.vocabularies.refresh()
    damaged = list(services.harvest.damaged())
    services.search.catch_up()
    services.federation.rebuild()
    click.echo(f"The next run fetches {len(damaged)} records of other nodes again.", err=True)


def _around(services: Services) -> Iterator[Finding]:
    """Examine what applies to every machine, also to one that only reads."""
    yield from examine_server(services)
    yield from examine_condition(services)
    yield from examine_place_of_files(services)
    yield from examine_keys(services.settings)
    yield from examine_secrets(services.settings)
    yield from examine_settings(services.settings)
    yield from examine_files(services.settings)


_RESTORE = "Restore it from the backup; see docs/operations.md."


def examine_exchange(services: Services) -> Iterator[Finding]:
    """Find an unreadable key and a damaged list, and what keeps a node that came from a backup from publishing."""
    listing = services.federation.listing
    try:
        listing.key.signer()
        listing.listed.check()
    except KeyUnreadable as error:
        yield Finding("keys", "no_key", str(error), _RESTORE, str(error.path))
    except ListDamaged as error:
        yield Finding("exchange", "list_damaged", str(error), "erfahrungsnetz doctor --repair", str(error.folder))
    if listing.words.exists():
        message = f"the words of the recovery key are still on the machine, in {listing.words}"
        yield Finding("keys", "words_here", message, "Print them, put them away, delete the file.", grade=Grade.WARNING)
    for address, reason in services.ask_mirrors().items() if services.restored.exists() else ():
        message = (
            f"this node was restored from a backup, and a mirror could not tell which list was the last ({reason});"
            " nothing is published until all mirrors have answered"
        )
        remedy = f"Call this again; if the mirror is gone: erfahrungsnetz peers pause {address}"
        yield Finding("exchange", "not_asked", message, remedy, address)


def examine_records(services: Services) -> Iterator[Finding]:
    """Find records of other nodes that differ from their lists."""
    for one in services.harvest.damaged():
        message = "it differs from the list of its node; the next run fetches it again"
        yield Finding("statements", "damaged", message, "erfahrungsnetz harvest", f"{one.origin}/{one.record_id}")


def examine_foreign_files(services: Services) -> Iterator[Finding]:
    """Find files of other nodes that are missing or differ from the signed hash; the next harvest refetches them."""
    place = services.settings.files or str(services.settings.data)
    try:
        lost = services.harvest.files.examine()
    except StoreUnreachable as error:
        # `examine_place_of_files` reports all other reasons why the store cannot be reached.
        if error.reason == MOST_GONE:
            message = "most files of other nodes are missing, as if a file system were not mounted"
            remedy = "Mount it; if the files are lost, erfahrungsnetz reindex --catalogue requests them again."
            yield Finding("foreign files", "most_gone", message, remedy, place)
        return
    except StoreOfAnother as error:
        yield of_another(error, services.settings, FOREIGN)
        return
    except (OSError, StoreUnavailable) as error:
        message = f"cannot be worked on ({type(error).__name__})"
        remedy = "Make the folder writable for the service's user and call again."
        yield Finding("foreign files", "not_readable", message, remedy, place)
        return
    for file in lost:
        message = "is damaged or missing; it is put aside and fetched again from a node that has it"
        subject = f"{file.origin}/{file.record_id}/v/{file.ver}/{file.name}"
        yield Finding("foreign files", "damaged_file", message, "erfahrungsnetz harvest", subject)


_OPERATOR = ("operator_name", "operator_address", "operator_email", "editor_in_charge", "privacy_officer")
_MEBI = 1024 * 1024
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Find misspelt variables, missing operator details, and public addresses that other nodes cannot use."""
    for variable, meant in misspelt(os.environ):
        yield _setting("misspelt", variable, f"is not a setting; {meant} is", f"Rename it to {meant}, or remove it.")
    for field in _OPERATOR:
        if not getattr(settings, field):
            message = "is empty, and imprint, privacy page or accessibility statement show it as missing"
            yield _setting("missing", f"NODE_{field.upper()}", message, f"Set it in {settings.data / 'node.env'}.")
    if settings.follows and not settings.follows.is_dir():
        remedy = "Mount or correct it; without NODE_CONTENT no folder is followed."
        yield _setting("no_content", "NODE_CONTENT", f"is {settings.follows}, which is no folder", remedy)
    public = urlsplit(settings.issuer)
    if public.hostname in _LOCAL:
        message = f"is {settings.issuer}: nobody else can follow the permanent addresses of this node"
        yield _setting("local_issuer", "NODE_ISSUER", message, "Set the public address before publishing for others.")
    elif public.scheme == "http":
        message = f"is {settings.issuer}: sign-ins are not encrypted, and other nodes never fetch over plain http"
        remedy = "Put nginx with TLS in front (docs/reference/proxies.md), and set https://…"
        yield _setting("plain_issuer", "NODE_ISSUER", message, remedy)
    elif not settings.trusted_proxies:
        message = "is 0, but the public address is https, so there must be a proxy, which does the TLS: "
        message += "all visitors count as one, and guesses of links and keys are not slowed down"
        remedy = "Set it to the number of proxies in front, usually 1."
        yield _setting("no_proxy", "NODE_TRUSTED_PROXIES", message, remedy)


def examine_condition(services: Services) -> Iterator[Finding]:
    """Find a disk that is full or not writable, unsent messages, and overdue jobs."""
    folder = services.settings.data
    disk = disk_of(folder)
    if disk.state != "ok":
        grade = Grade.WARNING if disk.state == "low" else Grade.ERROR
        message = f"{disk.free // _MEBI} MiB are free" if disk.writable else "cannot be written to"
        yield Finding("disk", disk.state, message, "Make room there.", str(folder), grade)
    if schema_version.current(services.sessions.engine) is None:
        return
    upkeep = upkeep_of(services)
    if upkeep.outbox > LATE:
        message = f"the oldest message has been waiting for {int(upkeep.outbox.total_seconds() // 3600)} hours"
        remedy = "See message.not_sent in the log, and check the settings NODE_SMTP_…"
        yield Finding("rounds", "outbox", message, remedy, grade=Grade.WARNING)
    for job in upkeep.late:
        message, remedy = (
            "should have been done more than two hours ago",
            "Is the site or erfahrungsnetz worker running?",
        )
        yield Finding("rounds", "late", message, remedy, job, Grade.WARNING)


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """Find private keys that other users of the machine can read."""
    if not settings.keys_path.is_dir():
        return
    private = (file for file in settings.keys_path.iterdir() if file.suffix not in {".pub", ".lock"})
    for file in sorted(private):
        if file.name != "allowed_signers" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            message = "can be read by other users of this machine"
            yield Finding("keys", "readable_key", message, f"chmod 600 {file}", str(file))


def examine_secrets(settings: Settings) -> Iterator[Finding]:
    """Find secret files, and the database with personal data, that every user of the machine can read."""
    named = [getattr(settings, field) for field in SECRET_FILES]
    files = [*named, *secret_files(settings.providers_path), settings.data / "node.sqlite"]
    if make_url(settings.database_url).password:
        files.append(settings.data / ENV_FILE)
    for file in sorted({one for one in files if one and one.is_file()}):
        # Other users can read the file only if they can also enter its folder.
        if stat.S_IMODE(file.stat().st_mode) & 0o004 and stat.S_IMODE(file.parent.stat().st_mode) & 0o001:
            message = "can be read by everybody on this machine"
            yield Finding("secrets", "readable_by_all", message, f"chmod o= {file}", str(file))


def examine_files(settings: Settings) -> Iterator[Finding]:
    """Find out whether the style sheet of KERN is installed."""
    if not (settings.static_path / "vendor" / "kern.min.css").exists():
        message = "KERN is not installed, so pages use the small style sheet of their own"
        yield Finding("files", "no_kern", message, "Install Node.js and npm and call: make setup", grade=Grade.WARNING)


def _setting(code: str, variable: str, message: str, remedy: str) -> Finding:
    return Finding("settings", code, message, remedy, variable, Grade.WARNING)
