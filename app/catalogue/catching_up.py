"""Appends published versions from git, completes stored texts, reports differences. Can be killed and repeated."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.entry import CatalogueEntry, State, Told
from app.catalogue.ledger import Identities, Ledger, Progress, silent
from app.catalogue.models import OWN, VersionRow
from app.catalogue.texts import IncompleteVersion, TextRows
from app.records.git.errors import ObjectMissing, ObjectUnreadable
from app.records.history import VersionRef
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record, Withdrawn
from app.records.record_reader import TextDamaged, VersionText
from app.records.service import ContentService


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionReading:
    """The result of reading a version's file: id, digest and its `Told`, or the problems."""

    version: VersionRef
    state: State
    told: Told = field(default_factory=Told)
    record_id: str | None = None
    digest: str = ""
    problems: Sequence[Problem] = ()


class Assessor:
    """Reads versions through the content service and assigns their states."""

    def __init__(self, content: ContentService) -> None:
        self._content = content

    def read(self, version: VersionRef) -> VersionReading:
        """Read one version; any fault in its file gives a broken reading, never an error."""
        try:
            found = self._content.read_version(version)
        except InvalidRecord as error:
            return _broken(version, error.problems)
        except ObjectMissing:
            return _broken(version, [Problem(file=f"{version.path}/{INDEX_FILE}", code="index_missing")])
        except ObjectUnreadable:
            return _broken(version, [Problem(file=f"{version.path}/{INDEX_FILE}", code="object_unreadable")])
        state = State.WITHDRAWN if isinstance(found, Withdrawn) else State.PUBLISHED
        told = self.told(version, found)
        return VersionReading(version=version, state=state, record_id=found.id, digest=found.digest, told=told)

    def judge(self, readings: Iterable[VersionReading], identities: Identities) -> list[VersionRow]:
        """Assign states in the given order and add new identities to `identities`."""
        return [self._judged(reading, identities) for reading in readings]

    def _judged(self, reading: VersionReading, identities: Identities) -> VersionRow:
        kind = self._content.kind_of(reading.version.path)
        slug = reading.version.path.partition("/")[2]
        if reading.record_id is not None:
            objection = identities.objection(kind, slug, reading.record_id)
            if objection is None:
                identities.add(kind, slug, reading.record_id)
            else:
                code, params = objection
                file = f"{reading.version.path}/{INDEX_FILE}"
                reading = _broken(reading.version, [Problem(file=file, field="id", code=code, params=params)])
        return VersionRow(
            origin=OWN,
            kind=kind,
            slug=slug,
            ver=reading.version.ver,
            at=reading.version.at,
            state=reading.state,
            record_id=identities.by_place.get((kind, slug)),
            digest=reading.digest,
            problems=_as_json(reading.problems),
            told=reading.told.text,
        )

    def told(self, version: VersionRef, found: Record | Withdrawn) -> Told:
        """Return what a good version says about the one before it."""
        topics = version.topics or (self._last_topics(version) if isinstance(found, Withdrawn) else ())
        return Told(prev=version.prev, topics=topics)

    def _last_topics(self, version: VersionRef) -> tuple[str, ...]:
        """Return the topics of the last version of the record before its withdrawal."""
        for before in reversed(self._content.versions(version.path)):
            if before.ver < version.ver:
                with suppress(InvalidRecord, ObjectMissing, ObjectUnreadable):
                    found = self._content.read_version(before)
                    if isinstance(found, Record):
                        return found.topics
        return ()


def _broken(version: VersionRef, problems: Sequence[Problem]) -> VersionReading:
    return VersionReading(version=version, state=State.BROKEN, problems=problems)


def _as_json(problems: Sequence[Problem]) -> str | None:
    if not problems:
        return None
    told = [
        {"file": one.file, "line": one.line, "field": one.field, "code": one.code, "params": dict(one.params)}
        for one in problems
    ]
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def compare(expected: Sequence[VersionRow], rows: Sequence[CatalogueEntry]) -> Iterator[Difference]:
    """Yield every difference between git and the catalogue in this node's own versions, by version."""
    wanted = {version.key: version for version in expected}
    present = {(row.kind, row.slug, row.ver): row for row in rows}
    for key in sorted(wanted.keys() | present.keys()):
        version, row = wanted.get(key), present.get(key)
        name = f"{key[0]}/{key[1]}/v/{key[2]}"
        if row is None:
            yield Difference(code=Disagreement.MISSING_ROW, subject=name)
        elif version is None:
            yield Difference(code=Disagreement.EXTRA_ROW, subject=name, found=row.digest)
        elif row.digest != version.digest:
            yield Difference(code=Disagreement.WRONG_DIGEST, subject=name, expected=version.digest, found=row.digest)
        elif _rest(version) != _rest(row):
            yield Difference(code=Disagreement.WRONG_ROW, subject=name, expected=_rest(version), found=_rest(row))


def _rest(version: VersionRow | CatalogueEntry) -> str:
    record_id = version.record_id if isinstance(version, VersionRow) else version.id
    return (
        f"{version.state} {record_id or '-'} {version.at.isoformat()} {version.problems or '-'} {version.told or '-'}"
    )


_BATCH_SIZE = 200
_log = structlog.get_logger(__name__)


class CatchUp:
    """Appends what git has published since the cursor, one transaction per chunk; a killed run repeats one chunk."""

    def __init__(self, content: ContentService, ledger: Ledger, texts: TextRows) -> None:
        self._content = content
        self._ledger = ledger
        self._texts = texts
        self._assessor = Assessor(content)
        self._is_whole = False

    def run(self, progress: Progress = silent) -> None:
        """Append all new versions; rebuild if history was rewritten."""
        if self._ledger.cursor().position != self._content.head():
            with self._content.exclusive("catalogue"):
                head, position = self._content.head(), self._ledger.cursor().position
                pending = self._content.versions_since(position or None, head)
                if pending is None:
                    _log.warning("catalogue.history_rewritten", position=position, head=head)
                    self._rebuild(head, progress)
                elif position != head:
                    self._append(pending, head, progress)
        if not self._is_whole:
            self._complete_texts(progress)

    def rebuild(self, progress: Progress = silent) -> None:
        """Read all versions again and repair every row and text that is wrong, missing or superfluous."""
        with self._content.exclusive("catalogue"):
            self._rebuild(self._content.head(), progress)
            self._texts.drop(self._texts.damaged())
        self._complete_texts(progress)

    def expected(self, head: str, progress: Progress = silent) -> list[VersionRow]:
        """Return the rows that the catalogue should hold at `head`, computed from git alone."""
        versions = self._content.versions_since(None, head) or ()
        identities = Identities()
        assessed: list[VersionRow] = []
        for start in range(0, len(versions), _BATCH_SIZE):
            readings = [self._assessor.read(version) for version in versions[start : start + _BATCH_SIZE]]
            assessed.extend(self._assessor.judge(readings, identities))
            progress(len(assessed), len(versions))
        return assessed

    def _append(self, pending: Sequence[VersionRef], head: str, progress: Progress) -> None:
        for start in range(0, len(pending), _BATCH_SIZE):
            end = min(start + _BATCH_SIZE, len(pending))
            rows, texts = self._assessed(pending[start:end])
            if self._ledger.append(rows, _complete(pending, start, end, head), texts):
                # If a record was published again after its withdrawal, its earlier texts may be read again.
                self._is_whole = False
            progress(end, len(pending))
        if not pending:
            self._ledger.append((), head, {})

    def _assessed(self, chunk: Sequence[VersionRef]) -> tuple[list[VersionRow], dict[str, VersionText]]:
        readings, texts = [], {}
        for version in chunk:
            reading = self._assessor.read(version)
            if reading.state is not State.BROKEN:
                texts[reading.digest] = self._content.text(version)
            readings.append(reading)
        places = {(self._content.kind_of(version.path), version.path.partition("/")[2]) for version in chunk}
        ids = {reading.record_id for reading in readings if reading.record_id is not None}
        rows = self._assessor.judge(readings, self._ledger.identities(places, ids))
        return rows, {row.digest: texts[row.digest] for row in rows if row.digest}

    def _rebuild(self, head: str, progress: Progress) -> None:
        done = self._ledger.replace(self.expected(head, progress), head)
        self._is_whole = False
        _log.warning("catalogue.rebuilt", **done)

    def _complete_texts(self, progress: Progress) -> None:
        """Add missing texts, such as those on a node of an earlier release, and remove those that must not be kept."""
        if self._texts.lacking() or self._texts.surplus():
            with self._content.exclusive("catalogue"):
                lacking = self._texts.lacking()
                for start in range(0, len(lacking), _BATCH_SIZE):
                    part = lacking[start : start + _BATCH_SIZE]
                    self._texts.fill(*self._from_git(part))
                    progress(start + len(part), len(lacking))
                self._texts.drop(self._texts.surplus())
        self._is_whole = True

    def _from_git(
        self, incomplete: Sequence[IncompleteVersion]
    ) -> tuple[dict[str, VersionText], dict[IncompleteVersion, Told]]:
        texts: dict[str, VersionText] = {}
        told: dict[IncompleteVersion, Told] = {}
        for one in incomplete:
            try:
                version = self._content.version(self._content.path_of(one.kind, one.slug), one.ver)
                text = self._content.text(version)
                text.check(one.digest)
            except (InvalidRecord, ObjectMissing, ObjectUnreadable, TextDamaged) as error:
                # `doctor` reports the fault; readers get the text from git if git has it.
                _log.warning("catalogue.text_missing", version=one.name, reason=type(error).__name__)
                continue
            texts[one.digest] = text
            told[one] = self._assessor.read(version).told
        return texts, told


def _complete(pending: Sequence[VersionRef], start: int, end: int, head: str) -> str | None:
    """Return the last commit that has no version after `end`; None if the chunk completes no commit."""
    if end == len(pending):
        return head
    following = pending[end].commit
    done = (version.commit for version in reversed(pending[start:end]) if version.commit != following)
    return next(done, None)
