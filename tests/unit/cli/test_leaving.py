# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that are taken off in pieces or not at all, against a clock that is moved by hand."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app.cli import leaving as limits
from app.cli.arriving import GRACE_SECONDS
from app.cli.leaving import Leaving, Room

PIECE = bytes(range(256)) * 4096
Wires = tuple[socket.socket, socket.socket]


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wires() -> Iterator[Wires]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def a_leaving(wires: Wires, held: ExitStack, stopwatch: Stopwatch | None = None, room: Room | None = None) -> Leaving:
    leaving = Leaving(wires[0], stopwatch or Stopwatch(), room or Room(limits.KEPT))
    held.callback(leaving.close)
    return leaving


def test_what_the_line_takes_is_sent_at_once_and_nothing_is_kept(wires: Wires, held: ExitStack) -> None:
    leaving = a_leaving(wires, held)
    leaving.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    assert (wires[1].recv(100), leaving.kept, leaving.go_on()) == (b"HTTP/1.1 200 OK\r\n\r\n", 0, True)


def test_what_is_not_taken_off_is_kept_without_waiting_and_arrives_whole(wires: Wires, held: ExitStack) -> None:
    leaving = a_leaving(wires, held)
    sent = PIECE + b"and" + PIECE
    for part in (PIECE, b"and", PIECE):
        leaving.sendall(part)
    assert leaving.kept > len(PIECE)
    assert not leaving.go_on()
    wires[1].settimeout(0.2)
    got = b""
    while len(got) < len(sent):
        got += wires[1].recv(1 << 16)
        leaving.go_on()
    assert (got == sent, leaving.kept, leaving.go_on()) == (True, 0, True)


def test_a_client_that_takes_nothing_has_twenty_seconds_and_one_that_reads_has_longer(
    wires: Wires, held: ExitStack
) -> None:
    stopwatch = Stopwatch()
    leaving = a_leaving(wires, held, stopwatch)
    leaving.sendall(PIECE)
    assert leaving.deadline == 100.0 + GRACE_SECONDS
    wires[1].recv(1 << 18)
    leaving.go_on()
    assert leaving.deadline > 100.0 + GRACE_SECONDS + 1


def test_an_answer_longer_than_is_kept_waits_for_its_client(wires: Wires, held: ExitStack) -> None:
    leaving = a_leaving(wires, held)
    got: list[int] = []

    def read() -> None:
        while chunk := wires[1].recv(1 << 20):
            got.append(len(chunk))

    reader = threading.Thread(target=read)
    reader.start()
    pieces = limits.KEPT_ANSWER // len(PIECE) + 3
    for _ in range(pieces):
        leaving.sendall(PIECE)
        assert leaving.kept <= limits.KEPT_ANSWER
    while not leaving.go_on():
        continue
    wires[0].shutdown(socket.SHUT_WR)
    reader.join()
    assert sum(got) == pieces * len(PIECE)


def test_the_thread_of_such_an_answer_is_given_back_when_the_client_is_late(
    wires: Wires, held: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_ANSWER", len(PIECE))
    stopwatch = Stopwatch()
    leaving = a_leaving(wires, held, stopwatch)
    leaving.sendall(PIECE)
    stopwatch.now += GRACE_SECONDS + 0.01
    with pytest.raises(TimeoutError):
        leaving.sendall(PIECE)


def test_all_answers_together_keep_no_more_than_there_is_room_for(held: ExitStack) -> None:
    room = Room(3 * len(PIECE))
    lines = [socket.socketpair() for _ in range(4)]
    for line in lines:
        held.callback(line[0].close)
        held.callback(line[1].close)
    answers = [a_leaving(line, held, room=room) for line in lines]
    for leaving in answers[:3]:
        leaving.sendall(PIECE)
    with pytest.raises(TimeoutError):
        answers[3].sendall(PIECE)
    answers[0].close()
    a_leaving(lines[3], held, room=room).sendall(PIECE)


def test_what_a_full_disk_did_not_take_is_given_back(
    wires: Wires, held: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(2 * len(PIECE))
    leaving = a_leaving(wires, held, room=room)

    def full(_data: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(leaving._file, "write", full)
    with pytest.raises(OSError, match="full"):
        leaving.sendall(PIECE)
    leaving.close()
    assert room.take(2 * len(PIECE))


def test_a_client_that_has_gone_is_an_error_of_the_line(wires: Wires, held: ExitStack) -> None:
    leaving = a_leaving(wires, held)
    leaving.sendall(PIECE)
    wires[1].close()
    with pytest.raises(OSError, match=r"pipe|reset"):
        leaving.go_on()


def test_the_rest_of_the_line_is_still_there_for_the_server(wires: Wires, held: ExitStack) -> None:
    leaving = a_leaving(wires, held)
    assert leaving.fileno() == wires[0].fileno()
    leaving.shutdown(socket.SHUT_RDWR)
    assert wires[1].recv(10) == b""
