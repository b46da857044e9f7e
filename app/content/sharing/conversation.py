# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""git's proc-receive protocol, version 1 (see githooks), spoken from the side of the hook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import Invalid

_LINE_LIMIT = 65520
_COMMAND_LIMIT = 100


class NotSpoken(Invalid):
    """The other side does not speak proc-receive, version 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefCommand:
    """A wish to move `ref` from commit `old` to commit `new`, ids as hex; zeros mean nothing."""

    old: str
    new: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefAnswer:
    """What became of a command: `made` names what stands for it now; otherwise `refused` says why in a few words."""

    ref: str
    made: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """One answer per command, and lines for the person who pushes."""

    refs: tuple[RefAnswer, ...]
    lines: tuple[str, ...] = ()


Decide = Callable[[Sequence[RefCommand]], PushAnswer]


def converse(source: BinaryIO, reply: Callable[[bytes], None], decide: Decide) -> PushAnswer:
    """Read git's commands from `source`, ask `decide` and hand the answer in bytes to `reply`; raises NotSpoken."""
    greeting = _until_flush(source)
    if not greeting or not greeting[0].startswith(b"version=1"):
        raise NotSpoken
    options = b"push-options" in greeting[0]
    reply(_packet(b"version=1\0push-options" if options else b"version=1") + b"0000")
    commands = [_command(line) for line in _until_flush(source)]
    if options:
        _until_flush(source)
    answer = decide(commands)
    reply(b"".join(_report(one) for one in answer.refs) + b"0000")
    return answer


def _until_flush(source: BinaryIO) -> list[bytes]:
    lines: list[bytes] = []
    while (line := _line(source)) is not None:
        lines.append(line)
        if len(lines) > _COMMAND_LIMIT:
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
    if not 4 < length <= _LINE_LIMIT:
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


def _report(answer: RefAnswer) -> bytes:
    if answer.refused:
        return _packet(f"ng {answer.ref} {answer.refused}".encode())
    return _packet(f"ok {answer.ref}".encode()) + _packet(f"option refname {answer.made}".encode())


def _packet(body: bytes) -> bytes:
    return b"%04x" % (len(body) + 4) + body
