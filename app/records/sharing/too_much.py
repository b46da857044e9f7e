"""Says in git's own answer why a push was too much, between its packets (git's pkt-line format)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.records.sharing.http_backend import GitReply

_LENGTH = 4
_PACKET_LENGTH = re.compile(rb"[0-9a-f]{4}")
_NOT_UNFOLDED = b"unpack index-pack abnormal exit"
_LOOKED_BACK = 1 << 16
"""Bytes before that in which git may have named a reason itself."""


def with_reason(reply: GitReply, reason: str) -> GitReply:
    """Put `reason` before an answer by which a push was too much for git, which says so in words of its own or not."""
    return replace(reply, chunks=_reasoned(reply.chunks, reason))


def _reasoned(chunks: Iterator[bytes], reason: str) -> Iterator[bytes]:
    said = b""
    for packets in _whole(chunks):
        said = (said + packets)[-_LOOKED_BACK:]
        if _NOT_UNFOLDED in packets and (b"fatal:" not in said or b"memory" in said):
            line = b"\x02" + reason.encode() + b"\n"
            yield b"%04x" % (len(line) + 4) + line
        yield packets


def _whole(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same as whole packets of git, between which another one may be put."""
    held = b""
    for chunk in chunks:
        held, end = held + chunk, 0
        while match := _PACKET_LENGTH.match(held, end):
            after = end + max(_LENGTH, int(match[0], 16))
            if after > len(held):
                break
            end = after
        if end:
            yield held[:end]
            held = held[end:]
    if held:
        yield held
