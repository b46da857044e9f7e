"""The server side of git's proc-receive hook: opens a socket for one push and answers its commands."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import BinaryIO

import structlog

from app.records.sharing import relay
from app.shared.errors import Invalid

_MAX_LINE_BYTES = 65520
_MAX_COMMANDS = 100


class NotSpoken(Invalid):
    """The other side does not speak proc-receive, version 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefCommand:
    """A request to move `ref` from commit `old` to commit `new`, ids in hex; zeros mean no commit."""

    old: str
    new: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefAnswer:
    """The answer to a command: `made` names the result; otherwise `refused` says why in a few words."""

    ref: str
    made: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """One answer per command, and lines to show to the person who pushes."""

    refs: tuple[RefAnswer, ...]
    lines: tuple[str, ...] = ()


Decide = Callable[[Sequence[RefCommand]], PushAnswer]


def converse(source: BinaryIO, reply: Callable[[bytes], None], decide: Decide) -> PushAnswer:
    """Read git's commands from `source`, ask `decide`, and pass the encoded answer to `reply`; raises NotSpoken."""
    greeting = _until_flush(source)
    if not greeting or not greeting[0].startswith(b"version=1"):
        raise NotSpoken
    reply(_packet("version=1") + b"0000")
    answer = decide([_command(line) for line in _until_flush(source)])
    for one in answer.refs:
        if one.refused:
            reply(_packet(f"ng {one.ref} {one.refused}"))
        else:
            reply(_packet(f"ok {one.ref}") + _packet(f"option refname {one.made}"))
    reply(b"0000")
    return answer


def _until_flush(source: BinaryIO) -> list[bytes]:
    lines: list[bytes] = []
    while (line := _line(source)) is not None:
        lines.append(line)
        if len(lines) > _MAX_COMMANDS:
            raise NotSpoken
    return lines


def _line(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    try:
        length = int(head, 16)
    except ValueError:
        raise NotSpoken from None
    if length == 0:
        return None
    if not 4 < length <= _MAX_LINE_BYTES:
        raise NotSpoken
    body = source.read(length - 4)
    if len(body) != length - 4:
        raise NotSpoken
    return body.rstrip(b"\n")


def _command(line: bytes) -> RefCommand:
    parts = line.decode("utf-8", "replace").split(" ", 2)
    if len(parts) != 3:
        raise NotSpoken
    return RefCommand(old=parts[0], new=parts[1], ref=parts[2])


def _packet(text: str) -> bytes:
    body = text.encode()
    return b"%04x" % (len(body) + 4) + body


_log = structlog.get_logger()


def hook_program(python: str = sys.executable) -> str:
    """Return the hook: a shell script that runs the relay, because a shebang ends at the first space of a path."""
    return f"#!/bin/sh\nexec {quote(python)} -ISs {quote(str(Path(relay.__file__)))}\n"


@contextmanager
def open_door(decide: Decide, *, seconds: float) -> Iterator[dict[str, str]]:
    """Answer one push with `decide` and yield the environment that connects its hook to this process."""
    with tempfile.TemporaryDirectory(prefix="push-") as folder, socket.socket(socket.AF_UNIX) as door:
        address = str(Path(folder) / "door")
        door.bind(address)
        door.listen(1)
        left = threading.Event()
        listener = threading.Thread(target=_answer, args=(door, decide, seconds, left), daemon=True)
        listener.start()
        try:
            yield {relay.SOCKET_VARIABLE: address}
        finally:
            # If a push never reached its hook, the listener is still waiting. Closing does not wake it; shutdown does,
            # if it has no timeout. It must end before the socket is closed, because its file number would then be
            # reused and the listener would keep that file open, such as a pipe that somebody reads to its end.
            door.shutdown(socket.SHUT_RDWR)
            left.wait()


def _answer(door: socket.socket, decide: Decide, seconds: float, left: threading.Event) -> None:
    try:
        wire, _ = door.accept()
    except OSError:
        return
    finally:
        left.set()
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
