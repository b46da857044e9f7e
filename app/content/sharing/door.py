# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets the hook that git starts ask the process that serves the push."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

import structlog

from app.content.sharing import relay
from app.content.sharing.conversation import Decide, NotSpoken, converse

_log = structlog.get_logger()


def hook_program(python: str = sys.executable) -> str:
    """Return the text of the hook: the relay, run by this program's own Python without any of its packages.

    A line that names the interpreter ends at the first space; the shell takes any path.
    """
    return f"#!/bin/sh\nexec {quote(python)} -ISs {quote(str(Path(relay.__file__)))}\n"


@contextmanager
def open_door(decide: Decide, *, seconds: float) -> Iterator[dict[str, str]]:
    """Answer one push with `decide` and yield the environment that leads its hook here."""
    with tempfile.TemporaryDirectory(prefix="push-") as folder, socket.socket(socket.AF_UNIX) as door:
        address = str(Path(folder) / "door")
        door.bind(address)
        door.listen(1)
        door.settimeout(seconds)
        listener = threading.Thread(target=_answer, args=(door, decide, seconds), daemon=True)
        listener.start()
        try:
            yield {relay.SOCKET_VARIABLE: address}
        finally:
            # A push that never reached its hook leaves a listener behind; closing alone would not wake it.
            door.shutdown(socket.SHUT_RDWR)


def _answer(door: socket.socket, decide: Decide, seconds: float) -> None:
    try:
        wire, _ = door.accept()
    except OSError:
        return
    wire.settimeout(seconds)
    with wire, wire.makefile("rb") as source:
        try:
            answer = converse(source, lambda data: _send(wire, relay.TO_GIT, data), decide)
            for line in answer.lines:
                _send(wire, relay.TO_PEOPLE, f"{line}\n".encode())
        except (NotSpoken, OSError):
            _log.warning("push.broken_off")


def _send(wire: socket.socket, channel: int, data: bytes) -> None:
    wire.sendall(bytes([channel]) + len(data).to_bytes(4, "big") + data)
