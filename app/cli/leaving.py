# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a client may take to read an answer, and what is kept of it until then."""

from __future__ import annotations

import select
import socket
import struct
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from app.cli.arriving import GRACE_SECONDS, SLOWEST

KEPT_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer that wait for their client without a thread; nothing but packs of git is longer."""
KEPT = 256 * 1024 * 1024
"""Bytes of all such answers that one process keeps in temporary files."""

_CHUNK = 256 * 1024
_IN_MEMORY = 64 * 1024


class Room:
    """How much more may be kept, by all connections of a process together."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Take `size` bytes of it, or nothing where it has less."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give_back(self, size: int) -> None:
        with self._lock:
            self._left += size


class Leaving:
    """One answer on its way, in the place of the line that it is written to.

    What the line does not take at once is kept, so that whoever writes need not wait for the client.
    """

    def __init__(self, line: socket.socket, stopwatch: Callable[[], float], room: Room) -> None:
        """Send over `line`, which has no timeout of its own. `stopwatch` gives seconds that never run backwards."""
        self._line = line
        self._stopwatch = stopwatch
        self._room = room
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self._waiting_since = 0.0
        self._taken = 0
        self._read_to = 0
        self.kept = 0

    def __getattr__(self, name: str) -> Any:
        """Give everything else that a line can do."""
        return getattr(self._line, name)

    @property
    def deadline(self) -> float:
        """The moment from which the client is too slow, if it takes nothing more until then."""
        return self._waiting_since + GRACE_SECONDS + self._taken / SLOWEST

    def sendall(self, data: bytes) -> None:
        """Send or keep `data`; raises TimeoutError when the client is too slow, or when no room is left for it."""
        view = memoryview(data)
        if not self.kept:
            view = view[self._send(view) :]
        if view and self.kept + len(view) > KEPT_ANSWER:
            self._wait()
        for at in range(0, len(view), KEPT_ANSWER):
            self._keep(view[at : at + KEPT_ANSWER])
            if self.kept >= KEPT_ANSWER:
                self._wait()

    def send(self, data: bytes) -> int:
        """Do the same as `sendall`, as the line would."""
        self.sendall(data)
        return len(data)

    def go_on(self) -> bool:
        """Send what the line takes now and tell whether that was all; raises OSError when the line is broken."""
        while self.kept:
            self._file.seek(self._read_to)
            chunk = self._file.read(_CHUNK)
            sent = self._send(memoryview(chunk))
            self._read_to += sent
            self._taken += sent
            self.kept -= sent
            self._room.give_back(sent)
            if sent < len(chunk):
                return False
        self._read_to = 0
        self._file.seek(0)
        self._file.truncate()
        return True

    def close(self) -> None:
        """Forget what is kept."""
        self._room.give_back(self.kept)
        self.kept = 0
        self._file.close()

    def _send(self, view: memoryview) -> int:
        sent = 0
        try:
            while sent < len(view):
                sent += self._line.send(view[sent:], socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass
        return sent

    def _keep(self, view: memoryview) -> None:
        if not self._room.take(len(view)):
            raise TimeoutError
        if not self.kept:
            self._waiting_since, self._taken = self._stopwatch(), 0
        end = self._read_to + self.kept
        # Before it is written, so that what was taken of the room is given back when the disk is full.
        self.kept += len(view)
        self._file.seek(end)
        self._file.write(view)

    def _wait(self) -> None:
        """Wait until everything is sent. Whoever writes so much is git, whose places leave threads to readers."""
        poll = select.poll()
        poll.register(self._line, select.POLLOUT)
        while not self.go_on():
            left = self.deadline - self._stopwatch()
            if left <= 0:
                raise TimeoutError
            poll.poll(left * 1000)


def drop(line: socket.socket) -> None:
    """Make the system forget what it still holds for a client that does not read, as soon as the line is closed."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
