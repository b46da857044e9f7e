"""git's smart HTTP through `git http-backend`. The body is read before git starts; the proxy buffers slow clients."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader, FileIO
from typing import Protocol, cast

from app.records.git.command import Git, clean_environment
from app.records.git.errors import ToolMissing
from app.shared.errors import NotFound, Unavailable
from app.shared.watchdog import Watchdog

_CHUNK = 1 << 16
_MAX_HEADER_BYTES = 1 << 14
_MAX_BODY_BYTES = {"git-upload-pack": 11 * 1024 * 1024, "git-receive-pack": 64 * 1024 * 1024}
"""Larger than git's own limits (http.maxRequestBuffer, receive.maxInputSize), so that git reports what is too large."""
_END_SECONDS = 5.0
_SERVICES = {
    ("GET", "info/refs", "service=git-upload-pack"): "git-upload-pack",
    ("GET", "info/refs", "service=git-receive-pack"): "git-receive-pack",
    ("POST", "git-upload-pack", ""): "git-upload-pack",
    ("POST", "git-receive-pack", ""): "git-receive-pack",
}


class NoSuchService(NotFound):
    """The smart protocol has no such request; the older file-by-file protocol is not offered."""


class BackendFailed(Unavailable):
    """git ended before it had answered, or the request was incomplete."""


class RequestBody(Protocol):
    """A stream of the body of a request."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end; raises OSError if the client has disconnected."""
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
    """A response. A process produces `chunks`: always call `close` in the end, whether read or not."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]
    close: Callable[[], None]


def serve(
    git: Git, request: GitRequest, *, user: str = "", env: Mapping[str, str] | None = None, seconds: float
) -> GitReply:
    """Let git answer within `seconds`. Raises NoSuchService, ToolMissing, BackendFailed (also if the body is late)."""
    service = request.service
    with tempfile.TemporaryFile(buffering=0) as body:
        if request.method == "POST":
            _take_in(request.body, body, _MAX_BODY_BYTES[service], time.monotonic() + seconds)
            body.seek(_end_of_shallow_lines(body) if service == "git-receive-pack" else 0)
        try:
            process = subprocess.Popen(
                git.argv("http-backend"),
                stdin=body,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=clean_environment({**_cgi(git, request, user), **(env or {})}),
                # A separate process group, so that programs started by git can be ended with it.
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise ToolMissing("git") from error
    return _Running(process, seconds).reply()


def _take_in(source: RequestBody, body: FileIO, most: int, until: float) -> None:
    while body.tell() < most:
        try:
            chunk = source.read(_CHUNK)
        except OSError as error:
            raise BackendFailed from error
        # A client that trickles bytes would delay the erasure of personal data, which waits for pushes to end.
        if time.monotonic() > until:
            raise BackendFailed
        if not chunk:
            return
        body.write(chunk)


def _end_of_shallow_lines(body: FileIO) -> int:
    """Return the position after the leading "shallow" lines of a push from a shallow clone.

    Because of them, git would refuse the push, although the commits that the clone lacks are here if its history is cut
    at a published one. If it is cut elsewhere, git still finds that commits are missing.
    """
    end = 0
    while True:
        body.seek(end)
        # A line is the word and forty digits of a commit, perhaps with a line feed.
        found = re.match(rb"(003[45])shallow ", body.read(12))
        if found is None:
            return end
        end += int(found[1], 16)


def _cgi(git: Git, request: GitRequest, user: str) -> dict[str, str]:
    given = {
        "GIT_PROJECT_ROOT": str(git.git_dir.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{git.git_dir.name}/{request.path}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.content_type,
        "HTTP_CONTENT_ENCODING": request.content_encoding,
        "GIT_PROTOCOL": request.protocol,
        "REMOTE_USER": user,
    }
    return {name: value for name, value in given.items() if value}


class _Running:
    """One `git http-backend`."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._out = cast("BufferedReader", process.stdout)
        self._watchdog = Watchdog(seconds, self._expire)

    def reply(self) -> GitReply:
        headers = self._headers()
        if headers is None:
            self.close()
            raise BackendFailed
        status = int(headers.pop("Status", "200").split()[0])
        return GitReply(status=status, headers=headers, chunks=self._chunks(), close=self.close)

    def _headers(self) -> dict[str, str] | None:
        headers: dict[str, str] = {}
        while line := self._out.readline(_MAX_HEADER_BYTES).rstrip(b"\r\n"):
            name, separator, value = line.decode("latin-1").partition(": ")
            if not separator:
                return None
            headers[name] = value
        return headers or None

    def _chunks(self) -> Iterator[bytes]:
        try:
            # Send chunks as they arrive: git's progress while it checks a push keeps a proxy from giving up.
            while chunk := self._out.read1(_CHUNK):
                yield chunk
        except ValueError:
            # The timeout has closed the pipe.
            return

    def _expire(self) -> None:
        self._kill()
        # Otherwise, if its server forgot to close the answer, the pipe would stay open until garbage collection.
        self.close()

    def _kill(self) -> None:
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def close(self) -> None:
        """End git; may be called repeatedly."""
        if self._out.closed:
            return
        self._out.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
        self._process.wait()
        self._watchdog.cancel()
