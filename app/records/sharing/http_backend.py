"""git's smart HTTP protocol through `git http-backend`, as values and byte streams."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from typing import Protocol, cast

from app.records.git.command import Git, clean_environment
from app.records.git.errors import ToolMissing
from app.shared.errors import NotFound, Unavailable

_CHUNK = 1 << 16
_HEADER_LIMIT = 1 << 14
_END_SECONDS = 5.0
_SERVICES = {
    ("GET", "info/refs", "service=git-upload-pack"): "git-upload-pack",
    ("GET", "info/refs", "service=git-receive-pack"): "git-receive-pack",
    ("POST", "git-upload-pack", ""): "git-upload-pack",
    ("POST", "git-receive-pack", ""): "git-receive-pack",
}


class NoSuchService(NotFound):
    """The smart protocol has no such request; the older one, file by file, is not offered."""


class BackendFailed(Unavailable):
    """git ended before it had answered."""


class RequestBody(Protocol):
    """Where the body of a request comes from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end; raises OSError when the client has gone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRequest:
    """A request below the repository's address: `path` such as `info/refs`, `query` without question mark."""

    method: str
    path: str
    query: str
    body: RequestBody
    content_type: str = ""
    content_encoding: str = ""
    content_length: str = ""
    protocol: str = ""

    @property
    def service(self) -> str:
        """Return git-upload-pack or git-receive-pack; raises NoSuchService."""
        try:
            return _SERVICES[self.method, self.path, self.query]
        except KeyError:
            raise NoSuchService(self.path) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitReply:
    """What to send back. A process stands behind `chunks`: call `close` in the end, read or unread."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]
    close: Callable[[], None]


def _stay() -> None:
    """Do nothing: for a body that always ends by itself."""


def serve(
    git: Git,
    request: GitRequest,
    *,
    user: str = "",
    env: Mapping[str, str] | None = None,
    seconds: float,
    hang_up: Callable[[], None] = _stay,
) -> GitReply:
    """Let git answer `request` from the repository of `git`.

    After `seconds` everything that git started is ended, and `hang_up` closes the line to a client that neither sends
    nor reads. It is called too when a client still sends what git no longer wants. Raises NoSuchService, BackendFailed
    and ToolMissing.
    """
    _ = request.service
    try:
        process = subprocess.Popen(
            git.argv("http-backend"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment({**_cgi(git, request, user), **(env or {})}),
            # A group of its own, so that what git starts in turn can be ended with it.
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ToolMissing("git") from error
    return _Running(process, seconds, hang_up).reply(request.body if request.method == "POST" else None)


def _cgi(git: Git, request: GitRequest, user: str) -> dict[str, str]:
    given = {
        "GIT_PROJECT_ROOT": str(git.git_dir.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{git.git_dir.name}/{request.path}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.content_type,
        "HTTP_CONTENT_ENCODING": request.content_encoding,
        "CONTENT_LENGTH": request.content_length,
        "GIT_PROTOCOL": request.protocol,
        "REMOTE_USER": user,
    }
    return {name: value for name, value in given.items() if value}


class _Running:
    """One `git http-backend` with its input fed from a thread."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, hang_up: Callable[[], None]) -> None:
        assert process.stdin is not None  # noqa: S101 - opened as pipes by serve()
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._in = process.stdin
        self._out = cast("BufferedReader", process.stdout)
        self._hang_up = hang_up
        self._feeder: threading.Thread | None = None
        self._watch = threading.Timer(seconds, self._expire)
        self._watch.daemon = True

    def reply(self, body: RequestBody | None) -> GitReply:
        self._watch.start()
        if body is None:
            self._in.close()
        else:
            self._feeder = threading.Thread(target=self._feed, args=(body,), daemon=True)
            self._feeder.start()
        headers = self._headers()
        if headers is None:
            self.close()
            raise BackendFailed
        status = int(headers.pop("Status", "200").split()[0])
        return GitReply(status=status, headers=headers, chunks=self._chunks(), close=self.close)

    def _feed(self, body: RequestBody) -> None:
        whole = False
        try:
            while chunk := body.read(_CHUNK):
                self._in.write(chunk)
            self._in.close()
            whole = True
        except (OSError, ValueError):
            # git has ended or the client has gone; the reader of the answer sees which.
            return
        finally:
            if not whole:
                self._kill()
                with suppress(OSError):
                    self._in.close()

    def _headers(self) -> dict[str, str] | None:
        headers: dict[str, str] = {}
        while line := self._out.readline(_HEADER_LIMIT).rstrip(b"\r\n"):
            name, separator, value = line.decode("latin-1").partition(": ")
            if not separator:
                return None
            headers[name] = value
        return headers or None

    def _chunks(self) -> Iterator[bytes]:
        try:
            # As it comes: while a push is looked at, git says every few seconds that it goes on, and a proxy waits.
            while chunk := self._out.read1(_CHUNK):
                yield chunk
        except ValueError:
            # The time was over and the pipe is closed; the client has been hung up on.
            return

    def _expire(self) -> None:
        self._kill()
        self._hang_up()
        # An answer that its server forgot to close would keep the pipe until the collector comes by.
        self.close()

    def _kill(self) -> None:
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def close(self) -> None:
        """End git and the feeding; may be called again."""
        if self._out.closed:
            return
        self._out.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
        self._process.wait()
        self._end_feeding()
        self._watch.cancel()

    def _end_feeding(self) -> None:
        if self._feeder is None:
            return
        self._feeder.join(_END_SECONDS)
        if self._feeder.is_alive():
            # Nobody else may read from this line while the feeder does.
            self._hang_up()


_NOTE = b"shallow "
_NOTE_LENGTHS = frozenset({52, 53})
"""Bytes of a note with its four digits of length: the word, forty digits of a commit, perhaps the end of a line."""


class PushBody:
    """Leaves out the lines with which a clone of the newest commits only begins.

    git refuses such a push, although what that clone lacks is here: its history ends at what is published. Where it
    ends elsewhere, git still finds that commits are missing.
    """

    def __init__(self, body: RequestBody) -> None:
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
