# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a client sends with a push, without the notes on where its own history ends."""

from __future__ import annotations

from app.content.sharing.http_backend import Source

_NOTE = b"shallow "
_NOTE_LENGTHS = frozenset({52, 53})
"""Bytes of a note with its four digits of length: the word, forty digits of a commit, perhaps the end of a line."""


class PushBody:
    """Leaves out the lines with which a clone of the newest commits only begins.

    git refuses such a push, although what that clone lacks is here: its history ends at what is published. Where it
    ends elsewhere, git still finds that commits are missing.
    """

    def __init__(self, body: Source) -> None:
        """Read from `body`, when somebody asks for the first bytes and not before."""
        self._body = body
        self._ahead: bytes | None = None

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end; raises OSError when the client has gone."""
        if self._ahead is None:
            self._ahead = self._first()
        if not self._ahead:
            return self._body.read(size)
        given, self._ahead = self._ahead[:size], self._ahead[size:]
        return given

    def _first(self) -> bytes:
        """Return the first bytes that are no such line."""
        while True:
            head = self._exactly(4)
            try:
                length = int(head, 16)
            except ValueError:
                return head
            if length not in _NOTE_LENGTHS:
                return head
            line = self._exactly(length - 4)
            if not line.startswith(_NOTE):
                return head + line

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size and (more := self._body.read(size - len(found))):
            found += more
        return found
