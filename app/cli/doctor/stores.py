"""Examine the database, the repository and the stores derived from them."""

import json
from collections.abc import Iterator
from shlex import quote

from app.cli.doctor.finding import Finding, Grade
from app.database.engines import ways_of
from app.database.trouble import quick_check
from app.records.checks.wording import word
from app.records.file_store import OWNER, StoreOfAnother, StoreUnavailable
from app.records.git.bare_repository import left_locks
from app.records.integrity import damaged_objects, unverified_commits
from app.records.problem import Problem
from app.records.vocabulary import TOPICS
from app.search.port import IndexDamaged
from app.shared.config import Settings
from app.wiring import Services
from app.wiring.foundation import OWN
from app.wiring.node import Steps

_RESTORE = "Restore content.git from the backup; see docs/operations.md."
_LONG_AGO = 60.0
REBUILD = "erfahrungsnetz reindex --catalogue"
_REMEDIES = {"index": "erfahrungsnetz reindex", "meaning": "erfahrungsnetz reindex"}
_PUT_BACK = "Stop site and worker, put node.sqlite back from the backup, then: erfahrungsnetz reindex --catalogue"
MAX_WHOOSH_RECORDS = 20_000
"""Above this number of records, searches by Whoosh take too long."""


def examine_database(services: Services) -> Iterator[Finding]:
    """Find damaged pages of the database; reading them would return wrong data."""
    for line in quick_check(services.sessions):
        message = f"the database is damaged: {' '.join(line.split())}"
        yield Finding("database", "damaged", message, _PUT_BACK, services.sessions.engine.url.database or "")


def examine_server(services: Services) -> Iterator[Finding]:
    """Find a database on a server that cannot store every character, or sorts by the rules of a language."""
    kept = ways_of(services.sessions.engine)
    if kept is None or (kept.encoding == "UTF8" and kept.is_plain):
        return
    code, grade = ("encoding", Grade.ERROR) if kept.encoding != "UTF8" else ("order", Grade.WARNING)
    message = f"the database stores texts as {kept.encoding} and sorts them by {kept.order}"
    remedy = "Recreate it with: createdb --template template0 --encoding UTF8 --locale C.UTF-8"
    yield Finding("database", code, message, remedy, grade=grade)


def examine_repository(services: Services) -> Iterator[Finding]:
    """Find damaged objects, versions not signed with a key of this node, and faulty vocabularies."""
    for damage in damaged_objects(services.repository):
        message = f"git object is damaged or missing ({damage.detail})"
        yield Finding("repository", damage.damage.value, message, _RESTORE, damage.object_id)
    for damage in unverified_commits(services.repository):
        message = f"version is not signed with a key of this node ({damage.detail})"
        remedy = "Find out who wrote to content.git."
        yield Finding("repository", damage.damage.value, message, remedy, damage.object_id)
    git = services.repository.git
    for lock in left_locks(git, older_than=_LONG_AGO):
        message = "was left by a git that was killed, and blocks writing to the file that it locks"
        name = str(lock.relative_to(git.git_dir))
        yield Finding("repository", "left_lock", message, "erfahrungsnetz reconcile", name)
    if TOPICS not in services.vocabularies:
        message = "is missing, so records have no fields of action and cannot be found by them"
        remedy = "Put it into the content folder (the program has one in content/), and call: erfahrungsnetz sync"
        yield Finding("vocabularies", "no_topics", message, remedy, f"vocabulary/{TOPICS}.yaml", Grade.WARNING)
    for problem in services.vocabularies.problems():
        yield _problem("vocabularies", problem)


def examine_projections(services: Services, steps: Steps) -> Iterator[Finding]:
    """Find derived stores that differ from their source, and versions that break the rules."""
    for store in services.projections.stores:
        remedy = _REMEDIES.get(store.name, REBUILD)
        try:
            for found in store.agree(steps(store.name)):
                message = f"holds {found.found or 'nothing'} instead of {found.expected or 'nothing'}"
                yield Finding(store.name, found.code, message, remedy, found.subject)
        except IndexDamaged as error:
            message = "the search index is damaged, so searches fail or find too little"
            yield Finding(store.name, "damaged", message, remedy, error.directory)
        except (OSError, StoreUnavailable) as error:
            if store.name != "files":
                raise
            yield from _unread_files(services, error)
    for entry in () if services.settings.reads_only else services.catalogue.problems():
        yield from (_problem("records", Problem(**item)) for item in json.loads(entry.problems or "[]"))


def _unread_files(services: Services, error: Exception) -> Iterator[Finding]:
    # `examine_place_of_files` reports files of another node and a store that cannot be reached.
    if services.own_files is None or services.own_files.trouble():
        return
    if isinstance(error, StoreOfAnother):
        yield of_another(error, services.settings, OWN)
        return
    message = f"some pictures and files could not be read there ({error})"
    remedy = "Check the server and the permissions of the folder, and call this again."
    yield Finding("files", "unreached", message, remedy, services.settings.files)


def examine_place_of_files(services: Services) -> Iterator[Finding]:
    """Find out whether the file store that all machines share can be reached."""
    files, place = services.own_files, services.settings.files
    if files is None:
        return
    try:
        files.look()
    except StoreOfAnother as error:
        yield of_another(error, services.settings, OWN)
    except (OSError, StoreUnavailable) as error:
        message = f"pictures and files cannot be reached there ({error}); pages show only texts"
        remedy = "Check its server or mount, and NODE_FILES; files published meanwhile are stored automatically."
        yield Finding("files", "unreached", message, remedy, place)
    if services.restored.exists():
        message = "this node was restored from a backup; nothing is removed there until its partners have been asked"
        remedy = "erfahrungsnetz doctor asks them; see its findings about them."
        yield Finding("files", "restored", message, remedy, place, Grade.WARNING)


def of_another(error: StoreOfAnother, settings: Settings, folder: str) -> Finding:
    """Return the finding that `folder` in NODE_FILES belongs to another node."""
    mark = f"{settings.files.rstrip('/')}/{folder}/{OWNER}"
    message, own = (
        (f"{error.owner} has its files there, so this node adds and removes none", "that was its own former address")
        if error.owner
        else (
            "no record of this node names the files there, and their owner is unknown, so it leaves them alone",
            "they belong to this node",
        )
    )
    remedy = (
        f"Set NODE_FILES to another place for this node. If {own}, and database and repository are complete"
        f" (files that no record names will be removed): echo {quote(settings.issuer)} > {quote(mark)}"
    )
    return Finding("files" if folder == OWN else "foreign files", "other_node", message, remedy, settings.files)


def examine_meaning(services: Services) -> Iterator[Finding]:
    """Find out whether the search by meaning works and has all vectors; without it the search compares words only."""
    meaning = services.meaning()
    if meaning is None:
        remedy = "Nothing if NODE_MEANING=off is intended; otherwise: make setup"
        yield Finding("meaning", "words_alone", "the search uses words only", remedy, grade=Grade.WARNING)
        return
    # Use a text that no record contains: a server that answers it also answers others.
    if meaning.questions.vector("doctor") is None:
        message = f"no vectors: {meaning.questions.trouble}; the search uses words only"
        remedy = "Check the server and the settings NODE_MEANING_…" if services.settings.meaning == "server" else ""
        yield Finding("meaning", "unavailable", message, remedy or "make setup")
    if meaning.lacking():
        done, everything = meaning.progress()
        compared = f"{done} of {everything} passages can" if everything else "no record can yet"
        message = f"{compared} be compared by meaning; the running site computes the rest"
        yield Finding("meaning", "computing", message, "erfahrungsnetz embed", grade=Grade.WARNING)


def examine_growth(services: Services) -> Iterator[Finding]:
    """Find a collection that is too large for its search engine."""
    records = len(services.search.searched()) if services.settings.search == "whoosh" else 0
    if records > MAX_WHOOSH_RECORDS:
        message = "searches take too long with this many records; use the engine for large collections"
        remedy = (
            ".venv/bin/pip install -e '.[tantivy]'; set NODE_SEARCH=tantivy; erfahrungsnetz reindex; "
            "restart (docs/growing.md)"
        )
        yield Finding("index", "outgrown", message, remedy, f"{records} records", Grade.WARNING)


def _problem(area: str, problem: Problem) -> Finding:
    wording = word(problem, "en")
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return Finding(area, problem.code, f"newest version is not shown: {wording.message}", wording.remedy, place)
