# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files under their hashes in a bucket of a server that speaks S3, laid out as in a folder.

Nothing is written over: the server is told to refuse a name that it has. One machine of a node writes, so a lock of
this machine orders those who add and remove.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import structlog
from lxml import etree

from app.records.file_store import OWNER, PATIENCE, StoreUnreachable, is_hash, locked
from app.records.paths import FILE_LIMIT
from app.records.s3_signature import Signer, query_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from app.shared.clock import Clock

READ_SECONDS = 5.0
"""Whoever wants to see a picture waits no longer."""
WRITE_SECONDS = 30.0
_LIST_SECONDS = 1.0
"""Whether a server lives that did not give something is found out within this time."""
_SLOW_ONES = 3
"""So many questions in a row without an answer are one too many, even where the server lists."""
PAUSE = 30.0
"""Seconds for which a server that did not answer is not asked again; nobody waits for it meanwhile."""
UNKNOWN = "unknown"
"""What is said of versions where the key may not ask for them."""
_LISTED = 4 * 1024 * 1024
"""Bytes in a page of a list of at most a thousand files."""
_TAKEN, _MISSING = "status 412", "status 404"
_MAY_NOT_ASK = "status 403"
_NO_VERSIONS = frozenset({"status 404", "status 405", "status 501"})
"""How servers that know of no versions answer whoever asks for them."""
_NOT_THE_FILE = frozenset({"too_large", "encoding"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a server is asked; `path` with its query, `most` bytes of an answer within `seconds`."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    most: int = _LISTED
    seconds: float = READ_SECONDS


Ask: TypeAlias = Callable[[Request], bytes]
"""Sends a request to the server and returns the answer; raises StoreUnreachable."""


class Bucket:
    """Signed questions to one bucket, for all who keep files in it. Safe for all threads of a process."""

    def __init__(
        self, name: str, ask: Ask, signer: Signer, clock: Clock, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` says what time it is really: servers refuse what was signed long before or after."""
        self._path = f"/{name}"
        self._ask = ask
        self._signer = signer
        self._clock = clock
        self._now = now
        self._trouble = ""
        self._asked_again = 0.0
        self._slow = 0

    def get(self, key: str) -> bytes:
        """Return the bytes of an object; raises StoreUnreachable."""
        return self._asked("GET", key, most=FILE_LIMIT)

    def put(self, key: str, data: bytes) -> None:
        """Make a new object; one that is there stays as it is. Raises StoreUnreachable."""
        try:
            self._asked("PUT", key, headers={"If-None-Match": "*"}, body=data, seconds=WRITE_SECONDS)
        except StoreUnreachable as error:
            if error.reason != _TAKEN:
                raise

    def delete(self, key: str) -> None:
        """Remove an object if it is there; raises StoreUnreachable."""
        try:
            self._asked("DELETE", key)
        except StoreUnreachable as error:
            if error.reason != _MISSING:
                raise

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return the length of each object whose name begins like this; raises StoreUnreachable."""
        found: dict[str, int] = {}
        query = {"list-type": "2", "prefix": prefix}
        while True:
            page, before = _parsed(self._asked("GET", "", query), "ListBucketResult"), len(found)
            for item in page.iterfind("{*}Contents"):
                found[_text(item, "Key")] = _number(item, "Size")
            token = page.findtext("{*}NextContinuationToken")
            if not token and page.findtext("{*}IsTruncated") != "true":
                return found
            if not token or len(found) == before:
                # Believed, it would let files be removed that are only not listed.
                raise StoreUnreachable("document")
            query["continuation-token"] = token

    def versioning(self) -> str:
        """Return Enabled, or Suspended where it was once; "" where removed objects are gone, UNKNOWN where nobody says.

        Raises StoreUnreachable where the server does not answer.
        """
        try:
            answer = self._asked("GET", "", {"versioning": ""})
            return _parsed(answer, "VersioningConfiguration").findtext("{*}Status") or ""
        except StoreUnreachable as error:
            if error.reason == _MAY_NOT_ASK:
                return UNKNOWN
            if error.reason not in _NO_VERSIONS:
                raise
            return ""

    def refuse_while_silent(self) -> None:
        """Raise StoreUnreachable while nobody asks a server that did not answer."""
        if self._trouble and self._now() < self._asked_again:
            raise StoreUnreachable(self._trouble)

    def _asked(
        self,
        method: str,
        key: str,
        query: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most: int = _LISTED,
        seconds: float = READ_SECONDS,
    ) -> bytes:
        self.refuse_while_silent()
        asked = self._signed(method, key, query or {}, headers or {}, body)
        try:
            answer = self._ask(replace(asked, most=most, seconds=seconds))
        except StoreUnreachable as error:
            # What is large may take long; several in a row, and it is the server that lists and gives nothing.
            self._slow = 0 if _is_answer(error) else self._slow + 1
            if self._slow and (self._slow >= _SLOW_ONES or not self._lives()):
                self._fell_silent(error.reason)
            raise
        self._slow = 0
        self._answered()
        return answer

    def _lives(self) -> bool:
        """Tell whether the server answers a small question."""
        asked = self._signed("GET", "", {"list-type": "2", "max-keys": "1"})
        try:
            self._ask(replace(asked, seconds=_LIST_SECONDS))
        except StoreUnreachable as error:
            if not _is_answer(error):
                return False
        self._answered()
        return True

    def _signed(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes | None = None,
    ) -> Request:
        path, asked = f"{self._path}/{key}" if key else self._path, query_of(query)
        signed = self._signer.headers(method, path, asked, self._clock(), headers, sha256(body or b"").hexdigest())
        return Request(method=method, path=f"{path}?{asked}" if asked else path, headers=signed, body=body)

    def _answered(self) -> None:
        if self._trouble:
            _log.warning("files.reachable_again")
            self._trouble = ""

    def _fell_silent(self, reason: str) -> None:
        if not self._trouble:
            _log.error("files.unreachable", reason=reason)
        self._trouble, self._asked_again = reason, self._now() + PAUSE


def _is_answer(error: StoreUnreachable) -> bool:
    """Tell whether a server that refuses something has answered."""
    return error.reason.startswith("status") or error.reason in _NOT_THE_FILE


class BucketFiles:
    """The files below one folder of a bucket: `folder/ab/abcdef…`."""

    def __init__(self, bucket: Bucket, folder: str, lock: Path) -> None:
        self._bucket = bucket
        self._folder = folder
        self._lock = lock

    def exclusive(self, patience: float = PATIENCE) -> AbstractContextManager[None]:
        """See `FileStore`."""
        return locked(self._lock, patience)

    def put(self, name: str, data: bytes) -> None:
        """See `FileStore`; the server compares what comes with the hash, which is signed."""
        self._bucket.put(self._key(name), data)

    def read(self, name: str) -> bytes | None:
        """See `FileStore`."""
        try:
            data = self._bucket.get(self._key(name))
        except StoreUnreachable as error:
            if error.reason == _MISSING:
                # Without the bucket every file would seem to be missing; then this raises.
                self.sizes(name)
                return None
            if error.reason not in _NOT_THE_FILE:
                raise
            data = b""
        if sha256(data).hexdigest() != name:
            _log.warning("files.damaged", sha256=name)
            return None
        return data

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """See `FileStore`."""
        found = self._bucket.sizes(self._key(name) if name else f"{self._folder}/")
        named = ((key, key.rpartition("/")[2], size) for key, size in found.items())
        # What else lies below is nobody's of this store.
        return {file: size for key, file, size in named if is_hash(file) and key == self._key(file)}

    def remove(self, name: str) -> None:
        """See `FileStore`."""
        self._bucket.delete(self._key(name))

    def owner(self) -> bytes:
        """See `MarkedStore`."""
        try:
            return self._bucket.get(f"{self._folder}/{OWNER}")
        except StoreUnreachable as error:
            if error.reason != _MISSING:
                raise
            return b""

    def mark(self, owner: bytes, over: bytes = b"") -> None:
        """See `MarkedStore`; what another machine marks meanwhile stays."""
        if over and self.owner() == over:
            self._bucket.delete(f"{self._folder}/{OWNER}")
        self._bucket.put(f"{self._folder}/{OWNER}", owner)

    def has_room(self, size: int) -> bool:
        """Tell that there is room, which only the server knows; raises StoreUnreachable while it is silent."""
        self._bucket.refuse_while_silent()
        return size <= FILE_LIMIT

    def _key(self, name: str) -> str:
        return f"{self._folder}/{name[:2]}/{name}"


def _parsed(answer: bytes, root: str) -> _Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        found = etree.fromstring(answer, parser)
    except etree.XMLSyntaxError as error:
        raise StoreUnreachable("document") from error
    if etree.QName(found).localname != root:
        raise StoreUnreachable("document")
    return found


def _number(item: _Element, name: str) -> int:
    found = _text(item, name)
    if not found.isdecimal():
        raise StoreUnreachable("document")
    return int(found)


def _text(item: _Element, name: str) -> str:
    found: str | None = item.findtext(f"{{*}}{name}")
    if not found:
        raise StoreUnreachable("document")
    return found
