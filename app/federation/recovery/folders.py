# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the folder of a record again from what was signed: text, and files by their hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

import structlog

from app.catalogue import CatalogueEntry, CatalogueService, RecordNotFound, RecordWithdrawn, State
from app.catalogue.own_files import OwnFiles
from app.federation.models import LostVersion
from app.federation.recovery.asked_peers import FileUnreachable
from app.federation.statement import Statement
from app.records.digest import digest
from app.records.document import REMOVED, FrontMatterError, parse, write_back, write_document
from app.records.json_value import JsonValue, walk
from app.records.paths import INDEX_FILE
from app.records.record import StoredFile
from app.records.schema import SchemaError, SchemaSet
from app.shared.errors import DomainError

FindFile = Callable[[LostVersion, StoredFile], bytes | None]
"""Returns a file of a lost version from wherever it can be had, None where it cannot."""

_WITHDRAWAL = ("schema", "id", "kind", "reason", "title", "topics", "note", "successor")
_LAST = 1000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The files of a version, `index.md` among them; `missing` are those that could not be had."""

    files: Mapping[str, bytes]
    missing: tuple[StoredFile, ...] = ()


class Folders:
    """Puts folders together; what this node has itself is asked of nobody."""

    def __init__(
        self, catalogue: CatalogueService, schemas: SchemaSet, find: FindFile, shared: OwnFiles | None
    ) -> None:
        """Take files from `shared`, from own versions in `catalogue`, else from `find`.

        `schemas` give the order of fields.
        """
        self._catalogue = catalogue
        self._shared = shared
        self._schemas = schemas
        self._find = find

    def of(self, lost: LostVersion, like: CatalogueEntry | None) -> Folder:
        """Return the folder of a lost version; the text keeps the form that it has in the own version `like`.

        Raises FrontMatterError where the text cannot be written down, and FileUnreachable.
        """
        files, missing = {}, []
        for file in lost.statement.files:
            data = self._own_file(lost.statement.record_id, file)
            data = self._fetched(lost, file) if data is None else data
            if data is None and self._shared and self._shared.trouble():
                raise FileUnreachable(file.name)
            if data is None:
                missing.append(file)
            else:
                files[file.name] = data
        text = self._text(lost.statement, self._index(like))
        return Folder(files={**files, INDEX_FILE: text}, missing=tuple(missing))

    def of_own(self, entry: CatalogueEntry) -> Folder:
        """Return the folder of an own version as it is stored."""
        found = () if entry.state is State.WITHDRAWN else self._catalogue.record(entry).files
        files = {file.name: self._catalogue.file(entry, file.name) for file in found}
        return Folder(files={**files, INDEX_FILE: self._catalogue.file(entry, INDEX_FILE)})

    def is_taken(self, statement: Statement) -> bool:
        """Tell whether another record has the readable name of this one."""
        try:
            return self._catalogue.head_by_slug(statement.kind, statement.slug).id != statement.record_id
        except RecordWithdrawn as error:
            return error.entry.id != statement.record_id
        except RecordNotFound:
            return False

    def _own_file(self, record_id: str, file: StoredFile) -> bytes | None:
        # There it lies still if it was published after the backup.
        kept = self._shared.kept(file.sha256) if self._shared else None
        if kept is not None:
            return kept
        for entry in reversed(self._catalogue.versions(record_id)):
            if entry.state is State.PUBLISHED:
                same = next((one for one in self._catalogue.record(entry).files if one.sha256 == file.sha256), None)
                if same is not None:
                    return self._catalogue.file(entry, same.name)
        return None

    def _fetched(self, lost: LostVersion, file: StoredFile) -> bytes | None:
        data = self._find(lost, file)
        return data if data is not None and sha256(data).hexdigest() == file.sha256 else None

    def _index(self, like: CatalogueEntry | None) -> bytes | None:
        try:
            return self._catalogue.file(like, INDEX_FILE) if like else None
        except DomainError as error:
            _log.info("recovery.no_form", reason=type(error).__name__)
            return None

    def _text(self, statement: Statement, like: bytes | None) -> bytes:
        if like is not None:
            try:
                text = _in_the_form_of(like, statement)
            except FrontMatterError:
                text = b""
            if text and _says(text, statement):
                return text
        return write_document(self._ordered(statement), statement.body)

    def _ordered(self, statement: Statement) -> dict[str, JsonValue]:
        try:
            known = {key: spec.order for key, spec in self._schemas.kind(statement.kind).by_key.items()}
        except SchemaError:
            known = {}
        if statement.status.value == "withdrawn":
            known = {key: place for place, key in enumerate(_WITHDRAWAL)}
        return {key: statement.record[key] for key in sorted(statement.record, key=lambda key: known.get(key, _LAST))}


def _in_the_form_of(like: bytes, statement: Statement) -> bytes:
    """Change in a file only what the statement says otherwise, so that comments and quotes of its author stay."""
    before = parse(like).front
    changed = {key: value for key, value in statement.record.items() if key not in before or before[key] != value}
    gone = {key: REMOVED for key in before if key not in statement.record}
    return write_back(like, {**changed, **gone}, body=statement.body).encode()


def _says(text: bytes, statement: Statement) -> bool:
    found = parse(text)
    return digest(found.front, found.body, statement.files) == statement.digest


def without(statement: Statement, missing: tuple[StoredFile, ...]) -> str | None:
    """Return the digest of the version without some of its files; None where the text speaks of one of them."""
    texts = [value for _path, value in walk(cast("JsonValue", statement.record)) if isinstance(value, str)]
    if any(file.name in text for file in missing for text in (*texts, statement.body)):
        return None
    kept = tuple(file for file in statement.files if file not in missing)
    return digest(statement.record, statement.body, kept)
