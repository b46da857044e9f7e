"""From what another node says to a record, as far as this program understands it.

A record may be written after a later minor version of its schema, or hold members of another program. What is not
known is left out of the record that is shown, and so are characters that could show another text than the one signed;
the statement is kept and handed on as it came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from app.federation.harvest.report import AsideReason
from app.federation.statement import Statement, Status
from app.records.document import BODY_LIMIT, Document, holds_forbidden, without_forbidden
from app.records.json_value import JsonValue, thaw
from app.records.problem import InvalidRecord, Problem
from app.records.record import LICENCES, Record, Withdrawn
from app.records.record_reader import assembled, assembled_withdrawal
from app.records.schema import FieldError, SchemaError, SchemaSet
from app.records.structure import WITHDRAWN_SCHEMA, RecordFile, outline, structural_problems
from app.shared.kept import Recent

_ROUNDS = 6
_MOST_PRUNED = 500
_MOST_SOUND = 10_000
"""Texts that were found sound, by path and digest: each is read when it comes in and again for the search."""
_TOLERATED = frozenset({"unknown_section"})
_UNKNOWN = "unknown_field"
_MISSING = "required"
_HOMELY = re.compile(r"([a-z]+(?:-[a-z]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)


class NotUnderstood(InvalidRecord):
    """The record in a statement cannot be shown; `reason` says why and `detail` where."""

    def __init__(self, path: str, reason: AsideReason, detail: str) -> None:
        super().__init__(path, (Problem(file=path, field=detail, code=reason.value),))
        self.reason = reason
        self.detail = detail


_Read = tuple[RecordFile, Sequence[NotUnderstood]]
"""What is left of a record without what is not known, and why it cannot be shown."""


class StatementReader:
    """Reads records by the schemas of this node."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas
        self._sound: Recent[tuple[str, str], bool] = Recent(_MOST_SOUND)

    def faults(self, statement: Statement) -> Iterator[NotUnderstood]:
        """Yield all that keeps what a statement says from being shown; cheaper than to `read` it."""
        try:
            path = self._path(statement)
        except NotUnderstood as error:
            yield error
        else:
            withdrawn = statement.status is Status.WITHDRAWN
            yield from (self._note if withdrawn else self._shown)(statement, path)[1]

    def read(self, statement: Statement) -> Record | Withdrawn:
        """Return what a statement says; raises NotUnderstood."""
        path, withdrawn = self._path(statement), statement.status is Status.WITHDRAWN
        draft, faults = (self._note if withdrawn else self._shown)(statement, path)
        for error in faults:
            raise error
        if withdrawn:
            return assembled_withdrawal(draft, statement.digest)
        return assembled(draft, statement.files, statement.digest)

    def _shown(self, statement: Statement, path: str) -> _Read:
        faults, licence = list[NotUnderstood](), statement.record.get("license")
        if licence not in LICENCES:
            faults.append(NotUnderstood(path, AsideReason.LICENCE, str(licence)[:80]))
        if len(statement.body.encode()) > BODY_LIMIT:
            # So long a text may take very long to read.
            return self._with(path, {}, ""), [*faults, NotUnderstood(path, AsideReason.SCHEMA, "body")]
        draft, others = self._draft(statement, path)
        return draft, [*faults, *(one for one in others if not faults or one.detail.rpartition(" ")[2] != "license")]

    def _path(self, statement: Statement) -> str:
        try:
            return f"{self._schemas.kind(statement.kind).plural}/{statement.slug}"
        except SchemaError as error:
            raise NotUnderstood(statement.slug, AsideReason.SCHEMA_UNKNOWN, statement.kind[:80]) from error

    def _draft(self, statement: Statement, path: str) -> _Read:
        schema = str(statement.record["schema"])
        major = f"{statement.kind}/1"
        record, body = _shown(statement)
        draft, key = self._with(path, record, body), (path, statement.digest)
        if schema != major and not schema.startswith(f"{major}."):
            return draft, [NotUnderstood(path, AsideReason.SCHEMA_UNKNOWN, schema[:80])]
        if key in self._sound:
            return draft, []
        if not self._problems(draft):
            self._sound.put(key, value=True)
        else:
            front = self._pruned(draft, later=schema != major)
            draft = self._with(path, front, body)
        found = () if key in self._sound else self._problems(draft)
        return draft, [_broken(path, problem.code, problem.field) for problem in found]

    def _with(self, path: str, front: Mapping[str, JsonValue], body: str) -> RecordFile:
        return RecordFile(path=path, document=Document(front=front, body=body), outline=outline(body))

    def _problems(self, draft: RecordFile) -> list[Problem]:
        return [problem for problem in structural_problems(draft, self._schemas) if problem.code not in _TOLERATED]

    def _pruned(self, draft: RecordFile, *, later: bool) -> Mapping[str, JsonValue]:
        """Return the front matter without what is not known; of a later minor version, without unknown values too."""
        front = cast("dict[str, JsonValue]", thaw(draft.front))
        for _ in range(_ROUNDS):
            errors = self._schemas.validate(front)
            removable = [error for error in errors if error.code == _UNKNOWN or later]
            if not removable or len(removable) > _MOST_PRUNED:
                break
            # From the end, so that places in lists stay right.
            for error in sorted(removable, key=_place, reverse=True):
                _remove(front, error)
        return front

    def _note(self, statement: Statement, path: str) -> _Read:
        record, _body = _shown(statement)
        front = {**cast("dict[str, JsonValue]", thaw(record)), "schema": WITHDRAWN_SCHEMA}
        faults = list[NotUnderstood]()
        for error in self._schemas.validate_withdrawn(front):
            if error.code == _UNKNOWN:
                _remove(front, error)
            else:
                faults.append(_broken(path, error.code, error.path))
        front["topics"] = list(statement.topics)
        successor = front.get("successor")
        if isinstance(successor, str):
            front["successor"] = self._address(successor, statement)
        return self._with(path, front, ""), faults

    def _address(self, target: str, statement: Statement) -> str:
        found = _HOMELY.fullmatch(target)
        if found is None:
            return target
        try:
            return f"{statement.issuer.address}/{self._schemas.kind(found[1]).route}/{found[2]}"
        except SchemaError:
            return statement.sub


def _broken(path: str, code: str, where: str | None) -> NotUnderstood:
    return NotUnderstood(path, AsideReason.SCHEMA, f"{code} {where}"[:200])


def _shown(statement: Statement) -> tuple[Mapping[str, JsonValue], str]:
    """Return record and body of a statement without what nobody may write here either: marks of direction, controls."""
    said: JsonValue = [statement.record, statement.body]
    if not holds_forbidden(said):
        return statement.record, statement.body
    return cast("tuple[Mapping[str, JsonValue], str]", without_forbidden(said))


def _place(error: FieldError) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in error.path.split(".")]


def _remove(front: dict[str, JsonValue], error: FieldError) -> None:
    """Take away the value at a path; where something is missing, what it is missing in."""
    parts = error.path.split(".")
    if error.code == _MISSING:
        parts = parts[:-1]
    if not parts or not parts[0]:
        return
    holder: Any = front
    for part in parts[:-1]:
        try:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        except (KeyError, IndexError, ValueError, TypeError):
            # Something around it has just been taken away.
            return
    last = parts[-1]
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        del holder[int(last)]
