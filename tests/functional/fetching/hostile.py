"""A peer that does everything it must not do. Each path is one way to misbehave."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from app.federation.issuer import Issuer

MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\n"
GZIP = "Content-Encoding: gzip"


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """Return about 400 kB of gzip that unpack to 400 MB, made without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(MIB)
    return b"".join([*(packer.compress(block) for _ in range(400)), packer.flush()])


class HostilePeer:
    """Listens on loopback and answers by path; `asked` are the request lines it got."""

    def __init__(self, answers: dict[str, Callable[[socket.socket], None]] | None = None) -> None:
        self.answers = {**_ANSWERS, **(answers or {})}
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def issuer(self) -> Issuer:
        return Issuer.parse(f"http://127.0.0.1:{self.port}")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(link)
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = link.recv(4096)
            if not part:
                return
            head += part
        line = head.split(b"\r\n", 1)[0].decode()
        self.asked.append(line)
        self.heads.append(head)
        try:
            self.answers[line.split(" ")[1].partition("?")[0]](link)
            link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The reader has had enough, which is what these answers are for.
        finally:
            link.close()


@contextmanager
def hostile(**answers: Callable[[socket.socket], None]) -> Iterator[HostilePeer]:
    """Run a hostile peer; further answers by the name of their path."""
    peer = HostilePeer({f"/{name}": answer for name, answer in answers.items()})
    try:
        yield peer
    finally:
        peer.close()


def plain(body: bytes, *headers: str, length: int | None = None) -> Callable[[socket.socket], None]:
    """Return an answer with this body; `length` may lie about it."""

    def answer(link: socket.socket) -> None:
        lines = "".join(f"{header}\r\n" for header in headers)
        size = len(body) if length is None else length
        link.sendall(OK + f"Content-Length: {size}\r\n{lines}\r\n".encode() + body)

    return answer


def _slow_body(link: socket.socket) -> None:
    link.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    _drip(link)


def _slow_head(link: socket.socket) -> None:
    link.sendall(OK + b"X-Slow: ")
    _drip(link)


def _slow_chunks(link: socket.socket) -> None:
    link.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _drip(link, b"1\r\nx\r\n")


def _drip(link: socket.socket, drop: bytes = b"x") -> None:
    for _ in range(600):
        link.sendall(drop)
        time.sleep(0.1)


def _silent(link: socket.socket) -> None:
    del link
    time.sleep(60)


def _endless(link: socket.socket) -> None:
    link.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    block = bytes(64 * 1024)
    while True:
        link.sendall(f"{len(block):x}\r\n".encode() + block + b"\r\n")


def _endless_head(link: socket.socket) -> None:
    link.sendall(OK)
    while True:
        link.sendall(b"X-Header: " + b"x" * 1000 + b"\r\n")


def _bomb(link: socket.socket) -> None:
    plain(bomb(), GZIP)(link)


def _raw(answer: bytes) -> Callable[[socket.socket], None]:
    return lambda link: link.sendall(answer)


_ANSWERS: dict[str, Callable[[socket.socket], None]] = {
    "/good": plain(b"good", 'ETag: "one"'), "/packed": plain(gzip.compress(b"good" * 1000), GZIP), "/bomb": _bomb,
    "/two-members": plain(gzip.compress(b"one") + gzip.compress(b"two"), GZIP),
    "/broken-gzip": plain(b"\x1f\x8b" + bytes(100), GZIP),
    "/half-gzip": plain(gzip.compress(bytes(100_000))[:-9], GZIP), "/brotli": plain(b"good", "Content-Encoding: br"),
    "/redirect": _raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n"),
    "/unasked-304": _raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "/error": _raw(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "/nonsense": _raw(b"SSH-2.0-OpenSSH\r\n"),
    "/cut-off": plain(b"good", length=1000), "/large": plain(b"", length=10**12), "/slow-body": _slow_body,
    "/slow-head": _slow_head, "/slow-chunks": _slow_chunks, "/silent": _silent, "/endless": _endless,
    "/endless-head": _endless_head,
}  # fmt: skip
