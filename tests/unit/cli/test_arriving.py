# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Requests that come in pieces, against a clock that is moved by hand."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import arriving as limits
from app.cli.arriving import Arrival, Arriving, PunctualLine, is_late

HEAD = b"POST /anmelden HTTP/1.1\r\nHost: x\r\n"


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wires() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_ten_megabytes_over_a_slow_line_are_never_late_and_a_trickle_is() -> None:
    megabit = 1_000_000 / 8
    assert not any(is_late(second, int(second * megabit)) for second in range(1, 81))
    assert any(is_late(second, second) for second in range(1, 30))
    slowest = 10 * 1024 * 1024 / limits.SLOWEST
    assert 80 < slowest < 600


def test_a_body_is_waited_for_and_given_whole(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    arriving = Arriving(ours, Stopwatch())
    assert (arriving.go_on(), arriving.has_begun) == (Arrival.WAITING, False)
    for piece in (b"POST /anmelden HT", b"TP/1.1\r\nContent-Length: 7\r\n\r", b"\nab", b"cdef"):
        theirs.sendall(piece)
        assert arriving.go_on() is Arrival.WAITING
    theirs.sendall(b"gNEXT")
    assert arriving.go_on() is Arrival.READY
    assert (arriving.head.endswith(b"\r\n\r\n"), arriving.body.read()) == (True, b"abcdefg")
    assert ours.recv(9) == b"NEXT", "what belongs to the next request is left on the line"
    arriving.close()


def test_what_came_at_once_is_left_to_the_server_together(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    theirs.sendall(HEAD + b"Content-Length: 2\r\n\r\nabGET / HTTP/1.1\r\n\r\n")
    arriving = Arriving(ours, Stopwatch())
    assert arriving.go_on() is Arrival.READY
    assert arriving.head.endswith(b"abGET / HTTP/1.1\r\n\r\n")
    arriving.close()


@pytest.mark.parametrize(
    ("head", "came"),
    [
        (b"Transfer-Encoding: chunked\r\n", Arrival.UNMEASURED),
        (b"transfer-encoding: gzip, chunked\r\nContent-Length: 5\r\n", Arrival.UNMEASURED),
        (b"Content-Length: 99999999999\r\n", Arrival.TOO_LONG),
        (b"Content-Length: 0000000000000000000009000000\r\n", Arrival.WAITING),
        (b"Content-Length: 0000000000000000000099000000\r\n", Arrival.TOO_LONG),
        (b"Content-Length: 000000000000000000000\t\r\n", Arrival.READY),
        (b"Content-Length: 1000000000000000000\r\n", Arrival.MISMEASURED),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", Arrival.MISMEASURED),
        (b"Content-Length: 0\r\ncontent-length: 9000000\r\n", Arrival.MISMEASURED),
        (b"Content-Length: x\r\n", Arrival.MISMEASURED),
        (b"Content-Length: +5\r\n", Arrival.MISMEASURED),
        (b"Content-Length:\r\n 9000000\r\n", Arrival.MISMEASURED),
        (b"Content-Length : 9000000\r\n", Arrival.WAITING),
        (b"", Arrival.READY),
    ],
)
def test_what_is_not_waited_for_is_told_at_once(
    wires: tuple[socket.socket, socket.socket], head: bytes, came: Arrival
) -> None:
    ours, theirs = wires
    theirs.sendall(HEAD + head + b"\r\n")
    arriving = Arriving(ours, Stopwatch())
    assert arriving.go_on() is came
    arriving.close()


def test_headers_without_an_end_are_never_there(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    arriving = Arriving(ours, Stopwatch(), b"GET / HTTP/1.1\r\nX: ".ljust(64 * 1024 - 4, b"a"))
    assert arriving.go_on() is Arrival.WAITING
    theirs.sendall(b"aaa")
    assert arriving.go_on() is Arrival.WAITING
    theirs.sendall(b"a\r\n\r\n")
    assert arriving.go_on() is Arrival.ENDLESS, "the end came too late"
    arriving.close()


@pytest.mark.parametrize("path", [b"/content.git/git-receive-pack", b"/en/content.git/git-upload-pack"])
def test_packs_of_git_may_come_in_chunks(wires: tuple[socket.socket, socket.socket], path: bytes) -> None:
    ours, theirs = wires
    theirs.sendall(b"POST " + path + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    arriving = Arriving(ours, Stopwatch())
    assert arriving.go_on() is Arrival.STREAMED
    arriving.close()


def test_a_client_that_asks_first_is_told_to_go_on(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    theirs.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    arriving = Arriving(ours, Stopwatch())
    assert arriving.go_on() is Arrival.WAITING
    assert theirs.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    arriving.close()


def test_headers_and_bodies_that_trickle_are_late(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    clock = Stopwatch()
    arriving = Arriving(ours, clock)
    theirs.sendall(HEAD)
    assert arriving.go_on() is Arrival.WAITING
    clock.now += limits.HEAD_SECONDS + 1
    theirs.sendall(b"X")
    assert arriving.go_on() is Arrival.LATE
    arriving.close()
    arriving = Arriving(ours, clock)
    theirs.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    for _ in range(int(limits.GRACE_SECONDS)):
        assert arriving.go_on() is Arrival.WAITING
        theirs.sendall(b"a")
        clock.now += 1
    clock.now += 1
    assert arriving.go_on() is Arrival.LATE
    arriving.close()


def test_a_client_that_hangs_up_is_gone(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    theirs.sendall(HEAD + b"Content-Length: 9\r\n\r\nab")
    theirs.shutdown(socket.SHUT_WR)
    arriving = Arriving(ours, Stopwatch())
    assert arriving.go_on() is Arrival.GONE
    arriving.close()


def test_a_line_that_is_read_by_its_answerer_keeps_time(wires: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wires
    clock = Stopwatch()
    line = PunctualLine(ours, clock)
    theirs.sendall(b"a" * limits.SLOWEST)
    read = 0
    while read < limits.SLOWEST:
        read += len(line.recv(1 << 16))
    clock.now += limits.GRACE_SECONDS + 0.9
    theirs.sendall(b"b")
    assert line.recv(1) == b"b"
    clock.now += 1
    with pytest.raises(TimeoutError):
        line.recv(1)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=12))
def test_no_bytes_are_lost_whatever_pieces_they_come_in(pieces: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        body = b"".join(pieces)
        arriving = Arriving(ours, Stopwatch())
        for piece in (HEAD, f"Content-Length: {len(body)}\r\n\r\n".encode(), *pieces):
            theirs.sendall(piece)
            came = arriving.go_on()
        assert came is Arrival.READY
        assert (arriving.head + arriving.body.read()).partition(b"\r\n\r\n")[2] == body
        arriving.close()
