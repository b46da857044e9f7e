# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One place that turns an error of the program into a sentence and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.cli.options import ExitCode
from app.shared.errors import DomainError, NotFound, Unavailable

_APT = {"git": "git", "ssh-keygen": "openssh-client"}


def described(error: DomainError) -> str:
    """Return what happened and what can be done about it."""
    wording = next((WORDINGS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in WORDINGS), None)
    if wording:
        return wording(error)
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__)
    return f"{name.strip().capitalize()}: {error}"


def refused(error: Exception) -> str:
    """Return what a disk or a database that refuses has said and what can be done; "" when it is something else."""
    from app.database.trouble import trouble_of  # noqa: PLC0415 - whoever asks for help waits for no database

    trouble = trouble_of(error)
    if trouble:
        return _REFUSED[trouble].format(said=getattr(error, "orig", error))
    return f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else ""


_REFUSED = {
    "full": "the disk is full: nothing more can be written. Make room, then call again",
    "busy": "another process has been writing to the database for too long. Wait for it, then call again",
    "read_only": "cannot be written to: {said}. Call it as the service's user, and look at the disk",
    "damaged": (
        "the disk or the database on it is damaged: {said}. Stop the node, put node.sqlite back from the backup, and "
        "call: erfahrungsnetz doctor"
    ),
    "silent": "the database does not answer: {said}",
}


def exit_code(error: DomainError) -> ExitCode:
    """Return the exit code for the category of `error`."""
    if type(error).__name__ == "SettingsInvalid":
        return ExitCode.USAGE
    if isinstance(error, NotFound):
        return ExitCode.NOT_FOUND
    return ExitCode.UNAVAILABLE if isinstance(error, Unavailable) else ExitCode.FINDINGS


def _settings(error: Any) -> str:
    lines = "\n".join(f"  {problem.variable}: {problem.reason}" for problem in error.problems)
    return f"these settings cannot be used:\n{lines}"


def _tool(error: Any) -> str:
    package = _APT.get(error.program, error.program)
    return (
        f"{error.program} is not installed. On Debian and Ubuntu: apt-get install -y --no-install-recommends {package}"
    )


def _place_list(error: Any) -> str:
    where = f"{error.path}, line {error.line}" if error.line else str(error.path)
    return f"{where}: {_PLACE_LIST_REASONS[error.reason]}"


_PLACE_LIST_REASONS = {
    "encoding": "this is not UTF-8. Editions of old are not; convert them first, such as with iconv -f CP850 -t UTF-8",
    "columns": "the first line does not name the columns of a list of places",
    "row": "this line does not follow the description of the format. Is it the unpacked text file of GV100AD?",
    "empty": "there is no place in this file. Is it the unpacked text file of GV100AD?",
}


_TLS = {
    "tls_expired": "its certificate has expired or is not valid yet. Tell its operator, and look at this clock",
    "tls_name": "its certificate is for another name than this address. Tell its operator",
    "tls_authority": (
        "nobody known here vouches for its certificate. If the authority is one of your own administration, enter its "
        "file in NODE_FEDERATION_CA"
    ),
    "tls_version": "it speaks only forms of encryption older than TLS 1.2. Tell its operator",
    "tls_none": "what answers there does not speak TLS. Is the address right, with its port?",
}


_FETCH = {
    "unreachable": "nothing answers there ({detail}). Is the address right, and does the node run?",
    "deadline": "the node took too long to answer. Try again later",
    "status": "it answered with {detail}. Is the address right, with its path, and does a node run there?",
    "redirect": "it leads to another address, which is not followed. Enter the address that its operator names",
    "address": "its name leads to {detail}, which is not on the open net; this node fetches from nowhere else",
    "port": "other nodes are fetched from at the ports 443 and 8443 alone, not at {detail}",
    "scheme": "other nodes are fetched from over https alone",
}


def _fetch_failed(error: Any) -> str:
    if error.code in _TLS:
        return f"no secure connection to the node: {_TLS[error.code]}"
    if error.code in _FETCH:
        return _FETCH[error.code].format(detail=error.detail)
    return f"the node did not answer as it should: {error.code} {error.detail}".rstrip()


def _git_failed(error: Any) -> str:
    if "No space left on device" in error.stderr:
        return _REFUSED["full"]
    return f"git {error.command} ended with {error.status}: {error.stderr.strip()}"


_NO_BACKUP = {
    "missing": "missing. A backup that was interrupted is whole again after the next: erfahrungsnetz backup",
    "damaged": "not as it was written. Take another backup",
    "unnamed": (
        "not named in its backup.json, so somebody put it there. Nothing was restored. Find out who, and move it away"
    ),
    "form": "of another form. Restore it with the release that made it, or a newer one",
}

_BACKUP_FOLDER = {
    "inside": "lies in the data folder, which is what is to be backed up. Name a folder elsewhere",
    "other": (
        "is not empty, and holds neither backup.json nor backup.json.part of an earlier backup. Nothing in it was "
        "changed. Name an empty folder or a new one; if it holds a backup that was interrupted, empty it first"
    ),
}

WORDINGS: dict[str, Callable[[Any], str]] = {
    "SettingsInvalid": _settings,
    "ToolMissing": _tool,
    "NotInitialised": lambda error: (
        f"{error.path} holds nothing yet. Start with erfahrungsnetz init --empty, or with records: erfahrungsnetz init"
    ),
    "TextsLost": lambda error: (
        f"{error.path} holds nothing, but the database knows what this node has published. Nothing was made or "
        "changed. Is the disk mounted and NODE_REPOSITORY right? If the repository is gone, put it back from the "
        "backup; a new one would erase every record"
    ),
    "WrittenElsewhere": lambda error: (
        f"nothing can be written on this machine: {error.machine or 'another one'} does that. See docs/growing.md"
    ),
    "OtherTables": lambda error: (
        "the database is still that of an older release. Make a backup, then start the node, which brings it up to "
        "date: erfahrungsnetz run"
        if error.is_older
        else f"the database is that of another release ({error.revision}), and there is no way from it to this one. "
        "Install the release that it belongs to, or restore the backup that was made with this one; see CHANGELOG.md"
    ),
    "OtherRelease": lambda _: (
        "the database is that of another release. Bring the machine that writes up to date first, then this one"
    ),
    "KeysMissing": lambda error: (
        f"{error.path} lacks the keys of the node. Copy the folder keys of the machine that writes there"
    ),
    "RepositoryBehind": lambda error: (
        f"{error.path} lacks what {error.machine} has published. Bring its newest repository here; if it is the "
        f"newest, start once with NODE_MACHINE={error.machine}"
    ),
    "AlreadyInitialised": lambda error: (
        f"{error.path} holds a node already. Start it with: erfahrungsnetz run. To publish what changed in a content "
        "folder: erfahrungsnetz sync"
    ),
    "PublishingStopped": lambda _: (
        "nothing is published, because this node came from a backup and has not asked its partners yet which later "
        "versions they hold. Do it with: erfahrungsnetz doctor"
    ),
    "PortTaken": lambda error: (
        f"port {error.port} on {error.host} is taken by another program. "
        "Choose another one: make run PORT=8001, or erfahrungsnetz run --port 8001"
    ),
    "PortRefused": lambda error: f"cannot listen on {error.host} port {error.port}: {error.reason}",
    "NoContentFolder": lambda error: f"{error.path} is no content folder and lies in none",
    "SchemaError": lambda error: (
        f"nothing is known of {error.name}. If that is a folder of the program, it was installed as a copy: with the "
        "program's own folder as the current one, call .venv/bin/pip install -e ."
    ),
    "SeedMissing": lambda error: f"there is no folder {error.path}",
    "PlaceListInvalid": _place_list,
    "OfficialReaderMissing": lambda _: (
        "the package gv100ad-py, which reads the official directory, is not installed. "
        "Install it with: .venv/bin/pip install gv100ad-py==0.2.0"
    ),
    "KeyNotListed": lambda error: f"no {error.role} key has this name. Show the names with: erfahrungsnetz keys list",
    "KeysUnreadable": lambda error: (
        f"{error.path} is missing or damaged. Restore it from the backup; if there is none, remove it and call "
        "erfahrungsnetz run: new keys are made, and partners have to confirm them"
    ),
    "IndexDamaged": lambda error: (
        f"the search index in {error.directory} is damaged. Build it anew with: erfahrungsnetz reindex"
    ),
    "SearchUnavailable": lambda error: (
        f"the search index cannot be used now ({error.directory}): another process writes it. Try again"
    ),
    "FetchFailed": _fetch_failed,
    "GitFailed": _git_failed,
    "StoreUnreachable": lambda error: (
        f"pictures and files cannot be reached in NODE_FILES: {error.reason}. See: erfahrungsnetz doctor"
    ),
    "StoreOfAnother": lambda error: (
        f"files of {error.owner or 'nobody knows whom'} lie in NODE_FILES, so none is added or removed there. "
        "See: erfahrungsnetz doctor"
    ),
    "StoreBusy": lambda _: "another process is working on pictures and files. Wait for it, then call again",
    "EmbedderUnavailable": lambda error: f"no vectors of {error.name} can be had: {error.reason}",
    "NotTheNode": lambda error: (
        f"what answers at {error.address} is another node or has another key: {error.found}. Ask its operator"
    ),
    "PeerNotFound": lambda error: (
        f"{error.address} is no peer that is fetched from now: nobody added it, or it is paused or blocked. "
        "See: erfahrungsnetz peers list"
    ),
    "IssuerNotKnown": lambda error: f"nothing is known of {error.address}",
    "TrustRefused": lambda error: f"what {error.address} says of itself is not believed: {error.code}",
    "TokenRefused": lambda error: f"what the node sent is not believed: {error.code}",
    "ReasonMissing": lambda _: "give a reason of 1 to 500 characters",
    "NothingStored": lambda _: (
        "nothing is stored of this address outside of an account. If it belongs to one: erfahrungsnetz export person"
    ),
    "PersonNotFound": lambda _: (
        "nobody with this address has signed in yet, or the provider has not confirmed the address"
    ),
    "AddressAmbiguous": lambda error: (
        "several people have this address, each from another provider: use the operators' page, or name one by id "
        f"where that is possible: {', '.join(error.person_ids)}"
    ),
    "RoleNotFound": lambda _: "the person has no such role, or it comes from the provider and is taken away there",
    "LastOperator": lambda _: "nobody could administer the node any more: give the role to somebody else first",
    "BackupFolderTaken": lambda error: f"{error.path} {_BACKUP_FOLDER[error.reason]}",
    "BackupRunning": lambda error: (
        f"another backup is being made in {error.path}. Wait for its end, or name another folder"
    ),
    "NoBackup": lambda error: f"{error.path} is no whole backup: {error.file} is {_NO_BACKUP[error.reason]}",
    "NoCopy": lambda error: (
        f"{error.folder} holds something else than a copy of a site, which is never replaced. "
        "Name a new or an empty folder"
    ),
    "CopyRunning": lambda _error: "another process is writing a copy of this node. Wait for it, then call again",
    "PageFailed": lambda error: (
        f"the site answers {error.address} with {error.status}, so there would be no whole copy. "
        "The log says why; erfahrungsnetz doctor may too"
    ),
    "NotEmpty": lambda error: f"{error.path} is not empty, and nothing is put over what is there. Name an empty folder",
    "LeadsOutside": lambda error: (
        f"node.env in the backup has {error.variable} at {str(error.path)!r}, outside of {error.data}. "
        f"If that is right, set {error.variable} for this command too, empty {error.data}, and call it again"
    ),
    "DriverMissing": lambda error: (
        f"NODE_DATABASE_URL names a database that {error} speaks to, which is not installed. For PostgreSQL, with the "
        "program's own folder as the current one: .venv/bin/pip install -e '.[postgresql]'"
    ),
    "OtherDatabase": lambda _: (
        "the database is kept by a server of its own: back it up with its own means, such as pg_dump, then copy the "
        "data folder"
    ),
    "SymbolicLink": lambda error: f"symbolic links are not followed: {error.path}",
}
"""By the names of the errors, so that a command imports only what it needs."""
