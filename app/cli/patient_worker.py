# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""gunicorn's threaded worker, with threads for answering alone: requests arrive and answers leave without holding one.

gthread gives a connection to a thread with its first byte and lets the thread wait for the rest as long as it takes,
and again for the client to read. As many slow clients as there are threads would keep every reader out. Here a
connection goes back to the poller until its request is there, and once more until its answer is taken off, and is
closed when either takes too long.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import _DEFER, ThreadWorker

from app.cli import leaving
from app.cli.arriving import Arrival, Arriving, PunctualLine
from app.cli.leaving import Leaving, Room

KEPT = 256 * 1024 * 1024
"""Bytes of unfinished bodies that one process keeps in temporary files."""

_CLOSING = 4
_UNREAD = object()
"""What a thread says of a connection whose answer the client has not taken off yet."""
_REFUSALS = {
    Arrival.MISMEASURED: (
        "400 Bad Request",
        "Die Länge der Anfrage ist nicht zu erkennen. / The length of the request cannot be told.",
    ),
    Arrival.LATE: ("408 Request Timeout", "Die Anfrage kam zu langsam an. / The request arrived too slowly."),
    Arrival.UNMEASURED: (
        "411 Length Required",
        "Es fehlt die Länge der Anfrage. / The length of the request is missing.",
    ),
    Arrival.TOO_LONG: ("413 Content Too Large", "Die Anfrage ist zu groß. / The request is too large."),
    Arrival.ENDLESS: (
        "431 Request Header Fields Too Large",
        "Die Kopfzeilen der Anfrage sind zu lang. / The headers of the request are too long.",
    ),
}
_BUSY = ("503 Service Unavailable", "Gerade ist zu viel los. / Too much is going on, please try again.")


class ArrivedUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn ships no types
    """Gives the parser of gunicorn what has arrived, and then what comes on the line."""

    def __init__(self, arriving: Arriving, line: Any) -> None:
        super().__init__(PunctualLine(line, time.monotonic))
        self._body = arriving.body
        self.unread(arriving.head)

    def chunk(self, size_hint: int | None = None) -> bytes:
        size = min(max(size_hint or 0, self.mxchunk), self.max_body_chunk)
        if not self._body.closed:
            if found := self._body.read(size):
                return found
            self._body.close()
        return bytes(super().chunk(size_hint))


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """A worker whose threads slow clients cannot hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._closing: ThreadPoolExecutor | None = None
        self._leaving_conns: set[Any] = set()
        self._room = Room(leaving.KEPT)

    def init_process(self) -> None:
        self._closing = ThreadPoolExecutor(_CLOSING, thread_name_prefix="closing")
        super().init_process()

    def handle(self, conn: Any) -> object:
        """Answer the request of a connection if it is there, or let the poller wait for more."""
        if self.cfg.is_ssl:
            return super().handle(conn)
        if getattr(conn, "leaving", None) is not None:
            return self._sent(conn)
        arriving = _arriving(conn)
        try:
            came = arriving.go_on()
        except OSError:
            came = Arrival.GONE
        if came is Arrival.WAITING:
            return _DEFER
        conn.arriving = None
        if came in (Arrival.READY, Arrival.STREAMED):
            conn.streamed = came is Arrival.STREAMED
            return self._answered(conn, arriving)
        if came in _REFUSALS:
            _refuse(conn.sock, *_REFUSALS[came])
        arriving.close()
        return False

    def _answered(self, conn: Any, arriving: Arriving) -> object:
        conn.data_ready = True
        conn.init()
        conn.parser.unreader = ArrivedUnreader(arriving, conn.sock)
        try:
            conn.after = super().handle(conn)
        finally:
            arriving.close()
        return self._sent(conn)

    def handle_request(self, req: Any, conn: Any) -> object:
        """Run the application; what the client does not take at once of its answer is kept for the poller."""
        line = conn.sock
        conn.sock = conn.leaving = Leaving(line, time.monotonic, self._room)
        try:
            return super().handle_request(req, conn)
        except BaseException as error:
            _forget(conn)
            if isinstance(error, TimeoutError):
                self.log.debug("Hung up on a slow client.")
                return False
            raise
        finally:
            conn.sock = line

    def _sent(self, conn: Any) -> object:
        """Send on what is left of an answer; say what is to become of the connection."""
        if getattr(conn, "leaving", None) is None:
            # A request that could not be read never got as far as that.
            return conn.after
        try:
            if not conn.leaving.go_on():
                return _UNREAD
        except OSError:
            conn.after = False
        _forget(conn)
        return conn.after

    def _keepalive_after(self, conn: Any, keepalive: object) -> bool:
        # What is left of a pack that git did not want would be read to its end, for seconds, by a thread.
        return not getattr(conn, "streamed", False) and bool(super()._keepalive_after(conn, keepalive))

    def finish_request(self, conn: Any, fs: Future[object]) -> None:
        """Put a connection where it waits, or close it beside the main loop, which closing would hold for seconds."""
        result = None if fs.cancelled() or fs.exception() is not None else fs.result()
        if result is _DEFER and not self._has_room(conn.arriving):
            _refuse(conn.sock, *_BUSY)
            conn.arriving.close()
            result = False
        if result is _UNREAD:
            self._leaving_conns.add(conn)
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._on_writable, conn))
        elif result is False and self._closing is not None:
            self.nr_conns -= 1
            self._closing.submit(conn.close, graceful=True)
        else:
            super().finish_request(conn, fs)

    def _on_writable(self, conn: Any, line: socket.socket) -> None:
        self.poller.unregister(line)
        self._leaving_conns.remove(conn)
        self.enqueue_req(conn)

    def _has_room(self, arriving: Arriving) -> bool:
        if not arriving.received:
            return True
        waiting: list[Arriving] = [conn.arriving for conn in self.pending_conns if conn.arriving is not None]
        return sum(one.received for one in waiting) + arriving.received <= KEPT

    def murder_pending(self) -> None:
        """Close connections from which nothing comes any more; a request that was begun is answered first."""
        now = time.monotonic()
        for conn in self.pending_conns:
            if conn.timeout <= now and conn.arriving is not None:
                if conn.arriving.has_begun:
                    _refuse(conn.sock, *_REFUSALS[Arrival.LATE])
                conn.arriving.close()
        super().murder_pending()
        for conn in [conn for conn in self._leaving_conns if conn.leaving.deadline <= now]:
            self._leaving_conns.remove(conn)
            self.poller.unregister(conn.sock)
            leaving.drop(conn.sock)
            _forget(conn)
            self.nr_conns -= 1
            conn.close()


def _arriving(conn: Any) -> Arriving:
    """Return the request that is on its way on a connection; what the last one read too far belongs to it."""
    found = getattr(conn, "arriving", None)
    if found is None:
        begun = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.arriving = found = Arriving(conn.sock, time.monotonic, begun)
    return found


def _forget(conn: Any) -> None:
    conn.leaving.close()
    conn.leaving = None


def _refuse(line: socket.socket, status: str, words: str) -> None:
    body = f"{words}\n".encode()
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    with contextlib.suppress(OSError):
        line.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, socket.MSG_DONTWAIT)
        # What is left unread would make the system throw the answer away when the line is closed.
        line.recv(1 << 16, socket.MSG_DONTWAIT)
