"""How bytes are sent that are no page: files that can do nothing to this site, statements that any site may read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Response, abort, request

from app.catalogue import CatalogueEntry
from app.documents.kinds import UNKNOWN_TYPE, kind_of_name
from app.web.shell.access import services
from app.web.shell.security import FILE_POLICY


@dataclass(frozen=True, slots=True)
class FileType:
    """As what a file is sent, and whether browsers show it instead of saving it."""

    content_type: str
    shown: bool


def send_file(entry: CatalogueEntry, name: str) -> Response:
    """Return a file of a version: pictures are shown, everything else is saved."""
    catalogue = services().catalogue
    if all(file.name != name for file in catalogue.record(entry).files):
        abort(404)
    return protected(Response(catalogue.file(entry, name)), file_type(entry, name), name)


def sent(name: str, data: bytes) -> Response:
    """Return the answer with a file of this node: pictures are shown, everything else is saved."""
    return protected(Response(data), _type_of_name(name), name)


def file_type(entry: CatalogueEntry, name: str) -> FileType:
    """Return as what a file of a version is sent; of another node's the bytes decide which picture it is, if any."""
    found = _type_of_name(name)
    if not (found.shown and entry.origin):
        return found
    held = services().harvest.files.held.of(entry.origin, entry.id, entry.ver)
    is_picture = any(file.name == name and file.is_picture for file in held)
    return found if is_picture else FileType(UNKNOWN_TYPE, shown=False)


def protected(answer: Response, found: FileType, name: str) -> Response:
    """Return the answer with what keeps its content from acting on this site."""
    answer.headers["Content-Type"] = found.content_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline" if found.shown else f'attachment; filename="{name}"'
    return answer


def saved(content: str | bytes, content_type: str, name: str) -> Response:
    """Return the answer with a file that this site made itself, to be saved under this name."""
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _type_of_name(name: str) -> FileType:
    kind = kind_of_name(name)
    return FileType(kind.media_type, shown=kind.is_picture) if kind else FileType(UNKNOWN_TYPE, shown=False)


JOSE = "application/jose"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
XML = "text/xml; charset=utf-8"


def open_data(answer: Response) -> Response:
    """Let any site read what is published from a browser."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def open_json(value: object) -> Response:
    """Return the answer with a value as JSON that any site may read."""
    return open_data(Response(as_json(value), mimetype=JSON))


def as_json(value: object) -> str:
    """Return a value as JSON; the read-only mappings and sequences of records are written like any other."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(type(value).__name__)


def send(body: bytes, content_type: str, *, tagged: bool = True, told: bytes | None = None) -> Response:
    """Return the answer, or that it is unchanged for whoever has it already, or the same but for more than is `told`.

    Nothing is marked as immutable: a signature is renewed when keys change, and withdrawn text has to vanish.
    """
    answer = open_data(Response(body, content_type=content_type))
    answer.headers["Cache-Control"] = "no-cache" if tagged else "no-store"
    if tagged:
        answer.set_etag(sha256(body if told is None else told).hexdigest()[:32], weak=told is not None)
        answer.make_conditional(request)
    return answer
