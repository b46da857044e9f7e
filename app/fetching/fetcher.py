"""Fetches one document over a connection of its own, with limits on time and on packed and unpacked size."""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.client import HTTPException
from pathlib import Path

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from app.fetching import Fetched, FetchFailed, FetchRefused, Limits, Wanted
from app.fetching.connection import (
    AddressRules,
    EnteredAddress,
    Outbound,
    Pinned,
    Resolver,
    Target,
    addresses,
    connection,
    tls_code,
    trusting,
)
from app.shared.watchdog import Watchdog

_CHUNK = 64 * 1024
_GZIP = 31
"""Window bits that stand for the gzip format."""
Read = Callable[[int], bytes]
"""Returns up to so many bytes, as soon as there are some; none at the end."""


def read_body(read: Read, encoding: str, limits: Limits) -> tuple[bytes, int]:
    """Return the body and its length on the wire; raises FetchRefused."""
    if encoding not in {"", "identity", "gzip"}:
        raise FetchRefused("encoding", encoding[:40])
    unpacker = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body, wire = bytearray(), 0
    while part := read(_CHUNK):
        wire += len(part)
        if wire > limits.wire:
            raise FetchRefused("too_large", "wire")
        # One byte more than allowed is asked for, so that too much is noticed without unpacking it.
        body += _unpacked(unpacker, part, limits.inflated - len(body) + 1) if unpacker else part
        if len(body) > limits.inflated:
            raise FetchRefused("too_large", "inflated")
    if unpacker and not unpacker.eof:
        raise FetchRefused("encoding", "cut off")
    return bytes(body), wire


def _unpacked(unpacker: zlib._Decompress, part: bytes, most: int) -> bytes:
    ended = unpacker.eof
    try:
        found = unpacker.decompress(part, most)
    except zlib.error as error:
        raise FetchRefused("encoding", "gzip") from error
    if ended or unpacker.unused_data:
        raise FetchRefused("encoding", "more than one member")
    return found


_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is sent to the other side, and the limits for what comes back."""

    limits: Limits
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class Door:
    """Fetches without redirects, proxies, cookies or reuse, with one time limit from look-up to body. Thread-safe."""

    def __init__(self, resolve: Resolver = socket.getaddrinfo, authorities: Path | None = None) -> None:
        """`authorities` is a file with certificates to trust besides the system's."""
        self._resolve = resolve
        self._authorities = authorities

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Reading what the system trusts takes longer than most requests, so it is done once and only where needed.
        return trusting(self._authorities)

    def ask(self, target: Target, rules: AddressRules, question: Question) -> Fetched:
        """Return the answer of a server to which `rules` permit a connection; raises FetchFailed and FetchRefused."""
        deadline = time.monotonic() + question.limits.seconds
        found = addresses(target, rules, self._resolve)
        left = deadline - time.monotonic()
        if left <= 0:
            raise FetchFailed("deadline")
        pinned = Pinned(found, left)
        with closing(pinned), Watchdog(left, pinned.end) as watchdog:
            try:
                answer = _answer(connection(target, pinned, left, self._trust), target, question)
            except (OSError, HTTPError, HTTPException, ValueError) as error:
                raise _failure(error, timed_out=watchdog.has_fired) from error
            if watchdog.has_fired:
                # Ending the connection looks like the end of an answer that has not told its length.
                raise FetchFailed("deadline")
            return answer


class GuardedFetcher:
    """Fetches documents of other nodes."""

    def __init__(
        self, rules: Outbound, resolve: Resolver = socket.getaddrinfo, authorities: Path | None = None
    ) -> None:
        """Connect where `rules` allow; the rest is that of `Door`."""
        self._rules = rules
        self._door = Door(resolve, authorities)

    def fetch(self, wanted: Wanted) -> Fetched:
        target = self._rules.target(wanted.url, wanted.peer)
        question = Question(limits=wanted.limits)
        if wanted.body is not None:
            headers = {"Content-Type": "application/json", **wanted.headers}
            question = replace(question, method="POST", headers=headers, body=wanted.body)
        return self._door.ask(target, self._rules, question)


def _answer(link: HTTPConnection, target: Target, question: Question) -> Fetched:
    headers = {
        "Host": target.authority,
        "User-Agent": "Erfahrungsnetz",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **question.headers,
    }
    try:
        link.request(
            question.method,
            target.path,
            body=question.body,
            headers=headers,
            preload_content=False,
            decode_content=False,
        )
        # An answer that is not read to its end holds the socket, whatever becomes of the connection.
        with closing(link.getresponse()) as answer:
            return _read(answer, question)
    finally:
        link.close()


def _read(answer: BaseHTTPResponse, question: Question) -> Fetched:
    if 300 <= answer.status < 400:
        raise FetchRefused("redirect", str(answer.status))
    if answer.status != _OK and (question.method == "GET" or answer.status // 100 != 2):
        raise FetchFailed("status", str(answer.status))
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > question.limits.wire:
        raise FetchRefused("too_large", "wire")

    def read(size: int) -> bytes:
        part: bytes = answer.read1(size, decode_content=False)
        return part

    body, wire = read_body(read, answer.headers.get("Content-Encoding", "").strip().lower(), question.limits)
    if announced.isdigit() and wire != int(announced):
        raise FetchFailed("cut_off")
    return Fetched(body=body)


def _failure(error: Exception, *, timed_out: bool) -> FetchFailed:
    if timed_out or isinstance(error, TimeoutError):
        return FetchFailed("deadline")
    for known in (error, error.__cause__):
        if isinstance(known, ssl.SSLError):
            return FetchFailed(tls_code(known), (known.reason or type(known).__name__)[:200])
    return FetchFailed("cut_off" if isinstance(error, OSError) else "protocol", type(error).__name__)


class EnteredService:
    """A service of the operator's own. Safe to share between threads."""

    def __init__(self, url: str, headers: Mapping[str, str], authorities: Path | None = None) -> None:
        """Send to `url` and nowhere else, with `headers`; raises FetchRefused for what is no web address."""
        self._rules = EnteredAddress(url)
        self._target = self._rules.target
        self._headers = dict(headers)
        self._door = Door(socket.getaddrinfo, authorities)

    def post(self, body: bytes, limits: Limits) -> bytes:
        """Return the body of the answer; raises FetchFailed and FetchRefused."""
        question = Question(limits=limits, method="POST", headers=self._headers, body=body)
        return self._door.ask(self._target, self._rules, question).body
