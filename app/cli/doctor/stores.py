"""Database, repository, catalogue and index: what each keeps, compared with the one before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from shlex import quote

from app.cli.doctor.finding import Finding, Grade
from app.database import schema_version
from app.database.postgresql import ways_of
from app.database.trouble import quick_check
from app.records.checks import word
from app.records.file_store import OWNER, StoreUnavailable
from app.records.git.locks import left_locks
from app.records.integrity import IntegrityFinding, damaged_objects, unverified_commits
from app.records.problem import Problem
from app.records.tenant_files import StoreOfAnother
from app.records.vocabulary import TOPICS
from app.search.errors import IndexDamaged
from app.shared.config import Settings
from app.wiring import Services
from app.wiring.file_places import OWN
from app.wiring.node import Steps

_RESTORE = "Restore content.git from the backup; see docs/operations.md."
_LONG_AGO = 60.0
_REBUILD = "erfahrungsnetz reindex --catalogue"
_PUT_BACK = "Stop site and worker, put node.sqlite back from the backup, then: erfahrungsnetz reindex --catalogue"


def examine_database(services: Services) -> Iterator[Finding]:
    """Find damaged pages; whoever reads on with them reads something else than was written."""
    for line in quick_check(services.sessions):
        where = services.sessions.engine.url.database or ""
        message = f"the database is damaged: {' '.join(line.split())}"
        yield Finding(area="database", code="damaged", subject=where, message=message, remedy=_PUT_BACK)


def examine_server(services: Services) -> Iterator[Finding]:
    """Find a database of a server that cannot keep every text, or orders texts as a language does."""
    kept = ways_of(services.sessions.engine)
    if kept is None or (kept.encoding == "UTF8" and kept.is_plain):
        return
    yield Finding(
        area="database",
        code="encoding" if kept.encoding != "UTF8" else "order",
        grade=Grade.ERROR if kept.encoding != "UTF8" else Grade.WARNING,
        message=f"the database keeps texts as {kept.encoding} in the order {kept.order}",
        remedy="Make it anew with: createdb --template template0 --encoding UTF8 --locale C.UTF-8",
    )


def examine_repository(services: Services) -> Iterator[Finding]:
    """Find damaged objects and versions that do not verify with the node's keys."""
    for damage in damaged_objects(services.repository):
        yield _damage(damage, "git object is damaged or missing", _RESTORE)
    for damage in unverified_commits(services.repository):
        yield _damage(damage, "version is not signed with a key of this node", "Find out who wrote to content.git.")
    git = services.repository.git
    for lock in left_locks(git, older_than=_LONG_AGO):
        yield Finding(
            area="repository",
            code="left_lock",
            subject=str(lock.relative_to(git.git_dir)),
            message="was left by a git that was killed, and keeps what it locks from ever being written",
            remedy="erfahrungsnetz reconcile",
        )
    if TOPICS not in services.vocabularies:
        yield Finding(
            area="vocabularies",
            code="no_topics",
            grade=Grade.WARNING,
            subject=f"vocabulary/{TOPICS}.yaml",
            message="is not there, so records have no fields of action and cannot be found by them",
            remedy="Put it into a content folder, such as that of the program, and call: erfahrungsnetz sync",
        )
    for problem in services.vocabularies.problems():
        yield _problem("vocabularies", problem)


def examine_catalogue(services: Services, steps: Steps) -> Iterator[Finding]:
    """Find rows that say something else than git, and versions that break the rules."""
    if not has_tables(services):
        yield Finding(area="catalogue", code="no_tables", message="the database is empty", remedy=_REBUILD)
        return
    for difference in services.catalogue.disagreements(steps("catalogue")):
        yield Finding(
            area="catalogue",
            code=difference.difference.value,
            subject=difference.version,
            message=f"the catalogue says {difference.found or 'nothing'}, git says {difference.expected or 'nothing'}",
            remedy=_REBUILD,
        )
    for entry in services.catalogue.problems():
        yield from (_problem("records", Problem(**item)) for item in json.loads(entry.problems or "[]"))


def examine_place_of_files(services: Services) -> Iterator[Finding]:
    """Find out whether the folder of all machines can be reached."""
    files, place = services.own_files, services.settings.files
    if files is None:
        return
    try:
        files.look()
    except StoreOfAnother as error:
        yield of_another(error, services.settings, OWN)
    except (OSError, StoreUnavailable) as error:
        message = f"pictures and files cannot be reached there ({error}); pages have texts alone"
        remedy = "Look at its server or mount, and at NODE_FILES; what was published meanwhile follows by itself."
        yield Finding(area="files", code="unreached", subject=place, message=message, remedy=remedy)
    if services.restored.exists():
        message = "this node came from a backup, so nothing is removed there before its partners were asked"
        remedy = "erfahrungsnetz doctor asks them; see what it says of them."
        yield Finding(area="files", code="restored", subject=place, message=message, remedy=remedy, grade=Grade.WARNING)


def of_another(error: StoreOfAnother, settings: Settings, folder: str) -> Finding:
    """Return what is said of the `folder` of NODE_FILES in which another node keeps its files."""
    mark = f"{settings.files.rstrip('/')}/{folder}/{OWNER}"
    message, own = (
        (f"{error.owner} keeps its files there, so this node adds and removes none", "that was its own address before")
        if error.owner
        else (
            "files lie there of which this node names none, and nothing says whose they are, so it touches none",
            "they are its own",
        )
    )
    return Finding(
        area="files" if folder == OWN else "foreign files",
        code="other_node",
        subject=settings.files,
        message=message,
        remedy=(
            f"Enter a place of its own for this node in NODE_FILES. If {own}, and database and repository are whole"
            f" (what no record names is removed then): echo {quote(settings.issuer)} > {quote(mark)}"
        ),
    )


def examine_own_files(services: Services) -> Iterator[Finding]:
    """Find files in the folder of all machines that are missing, damaged or too many."""
    if services.own_files is None or not has_tables(services) or services.own_files.trouble():
        return
    try:
        missing, surplus = services.own_files.disagreements()
    except StoreOfAnother as error:
        yield of_another(error, services.settings, OWN)
        return
    except (OSError, StoreUnavailable) as error:
        message = f"not every picture and file could be read there ({error})"
        remedy = "Look at the server, or who may read the folder, and call this again."
        yield Finding(area="files", code="unreached", subject=services.settings.files, message=message, remedy=remedy)
        return
    for code, names, message in (
        ("missing", missing, "a picture or file of a record is missing or damaged in NODE_FILES"),
        ("surplus", surplus, "NODE_FILES holds a file that no record names which may be read"),
    ):
        for name in sorted(names):
            yield Finding(area="files", code=code, subject=name, message=message, remedy=_REBUILD)


def examine_index(services: Services) -> Iterator[Finding]:
    """Find records that the index holds in another version than the catalogue, or not at all, or too many."""
    if not has_tables(services):
        return
    try:
        differences = services.search.agree()
    except IndexDamaged as error:
        message = "the search index is damaged, so searches fail or find too little"
        yield Finding(
            area="index", code="damaged", subject=error.directory, message=message, remedy="erfahrungsnetz reindex"
        )
        return
    for difference in differences:
        yield Finding(
            area="index",
            code=str(difference.code),
            subject=difference.uid,
            message=f"index: {difference.found or 'nothing'}, catalogue: {difference.expected or 'nothing'}",
            remedy="erfahrungsnetz reindex",
        )


def examine_meaning(services: Services) -> Iterator[Finding]:
    """Find what keeps the search by meaning from being whole; without it the search goes by words alone."""
    meaning = services.meaning()
    if meaning is None:
        message = "the search goes by words alone"
        remedy = "Nothing if NODE_MEANING=off is meant; else: make setup"
        yield Finding(area="meaning", code="words_alone", message=message, remedy=remedy, grade=Grade.WARNING)
        return
    # A question that stands in no text; whoever answers it answers others.
    if meaning.questions.vector("doctor") is None:
        message = f"no vectors come: {meaning.questions.trouble}; the search goes by words alone"
        remedy = "Look at the server and the settings NODE_MEANING_…" if services.settings.meaning == "server" else ""
        yield Finding(area="meaning", code="unavailable", message=message, remedy=remedy or "make setup")
    if not has_tables(services):
        return
    if meaning.lacking():
        done, everything = meaning.progress()
        compared = f"{done} of {everything} passages can" if everything else "no record can yet"
        message = f"{compared} be compared by meaning; the running site computes the rest"
        yield Finding(
            area="meaning", code="computing", message=message, remedy="erfahrungsnetz embed", grade=Grade.WARNING
        )
        return
    for uid in sorted(meaning.agree()):
        message = "passages and catalogue disagree about it"
        yield Finding(area="meaning", code="differs", subject=uid, message=message, remedy="erfahrungsnetz reindex")


def has_tables(services: Services) -> bool:
    """Tell whether the database has been set up at all."""
    return schema_version.current(services.sessions.engine) is not None


def _damage(damage: IntegrityFinding, message: str, remedy: str) -> Finding:
    return Finding(
        area="repository",
        code=damage.damage.value,
        subject=damage.object_id,
        message=f"{message} ({damage.detail})",
        remedy=remedy,
    )


def _problem(area: str, problem: Problem) -> Finding:
    wording = word(problem, "en")
    return Finding(
        area=area,
        code=problem.code,
        subject=f"{problem.file}:{problem.line}" if problem.line else problem.file,
        message=f"newest version is not shown: {wording.message}",
        remedy=wording.remedy,
    )
