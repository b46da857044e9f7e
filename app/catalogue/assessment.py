"""What git says the catalogue should hold, judged in the order of publication, and where the two disagree.

Of each version: what state it is in, and which record it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.entry import CatalogueEntry, State, Told
from app.catalogue.models import OWN, VersionRow
from app.records.git.errors import ObjectMissing, ObjectUnreadable
from app.records.history import VersionRef
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record, Withdrawn
from app.records.service import ContentService


@dataclass(slots=True, kw_only=True)
class Identities:
    """Which record id stands at which place (kind, slug); both are for life."""

    by_place: dict[tuple[str, str], str] = field(default_factory=dict)
    by_id: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, kind: str, slug: str, record_id: str) -> None:
        """Note that `record_id` stands at this place, if neither has been taken."""
        self.by_place.setdefault((kind, slug), record_id)
        self.by_id.setdefault(record_id, (kind, slug))

    def objection(self, kind: str, slug: str, record_id: str) -> tuple[str, dict[str, str]] | None:
        """Return code and parameters of why `record_id` must not stand there; None when it may."""
        known = self.by_place.get((kind, slug))
        if known not in (None, record_id):
            return "id_changed", {"id": str(known)}
        owner = self.by_id.get(record_id)
        if owner is not None and owner != (kind, slug):
            return "id_taken", {"record": "/".join(owner)}
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionReading:
    """What a version's file gave: an id, a digest and what it tells of the one before, or problems."""

    version: VersionRef
    state: State
    told: Told = field(default_factory=Told)
    record_id: str | None = None
    digest: str = ""
    problems: Sequence[Problem] = ()


class Assessor:
    """Reads versions through the content service and judges them."""

    def __init__(self, content: ContentService) -> None:
        self._content = content

    def read(self, version: VersionRef) -> VersionReading:
        """Read one version; whatever is wrong with its file becomes a broken reading, never an error."""
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
        """Settle states in the order given and note new identities in `identities`."""
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
        """Return what a good version tells of the one before it."""
        topics = version.topics or (self._last_topics(version) if isinstance(found, Withdrawn) else ())
        return Told(prev=version.prev, topics=topics)

    def _last_topics(self, version: VersionRef) -> tuple[str, ...]:
        """Return the topics of the last record before its withdrawal."""
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
    return json.dumps([_as_mapping(problem) for problem in problems], ensure_ascii=False, sort_keys=True)


def _as_mapping(problem: Problem) -> Mapping[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "code": problem.code,
        "params": dict(problem.params),
    }


def compare(expected: Sequence[VersionRow], rows: Sequence[CatalogueEntry]) -> Iterator[Difference]:
    """Yield every disagreement between the own versions of git and of the catalogue, by version."""
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
