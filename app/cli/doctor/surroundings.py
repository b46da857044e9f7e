"""What the node relies on: disk, rounds, settings, keys, files for the browser."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from app.cli.doctor.finding import Finding, Grade
from app.database import schema_version
from app.identity.providers.file import secret_files
from app.shared.config import Settings
from app.shared.config.load import ENV_FILE, SECRET_FILES, misspelt
from app.wiring import Services
from app.wiring.condition import LATE, disk_of, upkeep_of

_OPERATOR = ("operator_name", "operator_address", "operator_email", "editor_in_charge", "privacy_officer")
_MEBI = 1024 * 1024
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Find variables that look misspelt, operator's data that is missing, and an address nobody else can reach."""
    for variable, meant in misspelt(os.environ):
        yield _setting("misspelt", variable, f"is not a setting; {meant} is", f"Rename it to {meant}, or remove it.")
    for field in _OPERATOR:
        if not getattr(settings, field):
            message = "is empty, and imprint, privacy page or accessibility statement show it as missing"
            yield _setting("missing", f"NODE_{field.upper()}", message, f"Set it in {settings.data / 'node.env'}.")
    if settings.follows and not settings.follows.is_dir():
        remedy = "Mount or correct it; without NODE_CONTENT no folder is followed."
        yield _setting("no_content", "NODE_CONTENT", f"is {settings.follows}, where no folder is", remedy)
    public = urlsplit(settings.issuer)
    if public.hostname in _LOCAL:
        message = f"is {settings.issuer}: nobody else can follow the permanent addresses of this node"
        yield _setting("local_issuer", "NODE_ISSUER", message, "Set the public address before publishing for others.")
    elif public.scheme == "http":
        message = f"is {settings.issuer}: sign-ins can be read on their way, and no other node fetches over plain http"
        remedy = "Put nginx with TLS in front (docs/operations.md), and set https://…"
        yield _setting("plain_issuer", "NODE_ISSUER", message, remedy)
    elif not settings.trusted_proxies:
        message = "is 0, but the node itself speaks no TLS, so a proxy answers at its https address: "
        message += "all visitors look like one, and wrong links and keys of strangers are not slowed"
        remedy = "Set it to the number of proxies in front, most often 1."
        yield _setting("no_proxy", "NODE_TRUSTED_PROXIES", message, remedy)


def examine_condition(services: Services) -> Iterator[Finding]:
    """Find a disk that is full or cannot be written to, and what should have happened long ago."""
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
        remedy = "Look for message.not_sent in the log, and at the settings NODE_SMTP_…"
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
    """Find files with secrets, and the database with people's data, that everybody on the machine can read."""
    named = [getattr(settings, field) for field in SECRET_FILES]
    files = [*named, *secret_files(settings.providers_path), settings.data / "node.sqlite"]
    if make_url(settings.database_url).password:
        files.append(settings.data / ENV_FILE)
    for file in sorted({one for one in files if one and one.is_file()}):
        # Others may read it and come through the folder that it lies in.
        if stat.S_IMODE(file.stat().st_mode) & 0o004 and stat.S_IMODE(file.parent.stat().st_mode) & 0o001:
            message = "can be read by everybody on this machine"
            yield Finding("secrets", "readable_by_all", message, f"chmod o= {file}", str(file))


def examine_files(settings: Settings) -> Iterator[Finding]:
    """Find out whether the style sheet of KERN is in its place."""
    if not (settings.static_path / "vendor" / "kern.min.css").exists():
        message = "KERN is not installed, so pages use the small style sheet of their own"
        yield Finding("files", "no_kern", message, "Install Node.js and npm and call: make setup", grade=Grade.WARNING)


def _setting(code: str, variable: str, message: str, remedy: str) -> Finding:
    return Finding("settings", code, message, remedy, variable, Grade.WARNING)
