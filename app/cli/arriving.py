# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a client may take to send a request, and what has arrived of it so far."""

from __future__ import annotations

import re
import socket
import tempfile
from collections.abc import Callable
from enum import StrEnum

HEAD_SECONDS = 15.0
"""For request line and headers, which come in one or two packets."""
GRACE_SECONDS = 20.0
"""For the first bytes of a body, whatever its size."""
SLOWEST = 32 * 1024
"""Bytes a second on average after that: a quarter of 1 Mbit/s. 10 MB at 1 Mbit/s take 80 seconds and may take 340."""
KEPT_BODY = 12 * 1024 * 1024
"""The longest body that is waited for; nothing but packs of git is longer."""

_HEAD_LIMIT = 64 * 1024
_CHUNK = 64 * 1024
_IN_MEMORY = 256 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(rb"[ \t]*0*([0-9]{1,18})[ \t]*\r?")
_CODING = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_STREAMED = re.compile(rb"POST /(?:[a-z]{2}/)?content\.git/")
_EXPECTS = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class Arrival(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    READY = "ready"
    """It is there."""
    STREAMED = "streamed"
    """Its body is read by whoever answers it, as it comes: a pack of git."""
    UNMEASURED = "unmeasured"
    """It does not say how long it is, which only git may leave open."""
    MISMEASURED = "mismeasured"
    """It says more than once how long it is, or not with a number."""
    TOO_LONG = "too_long"
    ENDLESS = "endless"
    """Its headers do not end."""
    LATE = "late"
    GONE = "gone"


def is_late(elapsed: float, received: int) -> bool:
    """Tell whether a body of which `received` bytes came in `elapsed` seconds comes too slowly."""
    return elapsed > GRACE_SECONDS + received / SLOWEST


class Arriving:
    """One request on its way. Reads what has come and never waits."""

    def __init__(self, line: socket.socket, stopwatch: Callable[[], float], begun: bytes = b"") -> None:
        """Read from `line`; `begun` was read before. `stopwatch` gives seconds that never run backwards."""
        self._line = line
        self._stopwatch = stopwatch
        self._start = stopwatch()
        self._head = bytearray(begun)
        self._body_start = 0.0
        self._wanted: int | None = None
        self.body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self.received = 0

    @property
    def has_begun(self) -> bool:
        return bool(self._head)

    @property
    def head(self) -> bytes:
        """Return request line and headers, and whatever of the rest came with them and is not in `body`."""
        return bytes(self._head)

    def go_on(self) -> Arrival:
        """Take in what has come and say where the request stands; raises OSError when the line is broken."""
        if self._wanted is None:
            came = self._read_head()
            if came is not Arrival.READY:
                return came
        return self._read_body()

    def close(self) -> None:
        self.body.close()

    def _read_head(self) -> Arrival:
        while self._head.find(_END, 0, _HEAD_LIMIT) < 0:
            if len(self._head) >= _HEAD_LIMIT:
                return Arrival.ENDLESS
            chunk = self._receive(_CHUNK)
            if chunk is None:
                late = self._stopwatch() - self._start > HEAD_SECONDS
                return Arrival.LATE if late else Arrival.WAITING
            if not chunk:
                return Arrival.GONE
            self._head += chunk
        return self._understand()

    def _understand(self) -> Arrival:
        """Learn from the headers what there is to wait for.

        Nothing may pass for READY of which the server would read more: it would do so on a thread.
        """
        head, separator, rest = bytes(self._head).partition(_END)
        wanted, in_chunks = _length(head), _CODING.search(head) is not None
        if wanted is None and not in_chunks:
            return Arrival.MISMEASURED
        wanted = wanted or 0
        if in_chunks or wanted > KEPT_BODY:
            refusal = Arrival.UNMEASURED if in_chunks else Arrival.TOO_LONG
            return Arrival.STREAMED if _STREAMED.match(head) else refusal
        self._wanted = 0
        if len(rest) < wanted:
            self._wanted = wanted
            self._body_start = self._stopwatch()
            self._head = bytearray(head + separator)
            self._keep(rest)
            if _EXPECTS.search(head):
                self._line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Arrival.READY

    def _read_body(self) -> Arrival:
        wanted = self._wanted or 0
        while self.received < wanted:
            chunk = self._receive(min(_CHUNK, wanted - self.received))
            if chunk is None:
                late = is_late(self._stopwatch() - self._body_start, self.received)
                return Arrival.LATE if late else Arrival.WAITING
            if not chunk:
                return Arrival.GONE
            self._keep(chunk)
        self.body.seek(0)
        return Arrival.READY

    def _keep(self, chunk: bytes) -> None:
        self.body.write(chunk)
        self.received += len(chunk)

    def _receive(self, size: int) -> bytes | None:
        try:
            return self._line.recv(size, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None


def _length(head: bytes) -> int | None:
    """Return how long the headers say that the body is, 0 when they do not say, None when it cannot be told."""
    lengths = _LENGTH.findall(head)
    if not lengths:
        return 0
    number = _NUMBER.fullmatch(lengths[0]) if len(lengths) == 1 else None
    return int(number[1]) if number else None


class PunctualLine:
    """A line that hangs up on whoever sends what is read from it too slowly. For bodies nobody keeps: packs of git."""

    def __init__(self, line: socket.socket, stopwatch: Callable[[], float]) -> None:
        self._line = line
        self._stopwatch = stopwatch
        self._start = stopwatch()
        self._received = 0

    def recv(self, size: int) -> bytes:
        """Return what comes next; raises TimeoutError."""
        left = GRACE_SECONDS + self._received / SLOWEST - (self._stopwatch() - self._start)
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        try:
            chunk = self._line.recv(size)
        finally:
            self._line.settimeout(None)
        self._received += len(chunk)
        return chunk
