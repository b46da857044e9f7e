# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""git's smart HTTP protocol through `git http-backend`, as values and byte streams."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from app.content.git.command import Git, clean_environment
from app.content.git.errors import ToolMissing
from app.errors import NotFound, Unavailable

_CHUNK = 1 << 16
_HEADER_LIMIT = 1 << 14
_SERVICES = {
    ("GET", "info/refs"): None,
    ("POST", "git-upload-pack"): "git-upload-pack",
    ("POST", "git-receive-pack"): "git-receive-pack",
}


class NoSuchService(NotFound):
    """The smart protocol has no such request; the older one, file by file, is not offered."""


class BackendFailed(Unavailable):
    """git ended before it had answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRequest:
    """A request below the repository's address: `path` such as `info/refs`, `query` without question mark."""

    method: str
    path: str
    query: str
    body: IO[bytes]
    content_type: str = ""
    content_encoding: str = ""
    content_length: str = ""
    protocol: str = ""

    @property
    def service(self) -> str:
        """Return git-upload-pack or git-receive-pack; raises NoSuchService."""
        if (self.method, self.path) not in _SERVICES:
            raise NoSuchService(self.path)
        named = _SERVICES[self.method, self.path] or self.query.removeprefix("service=")
        if named not in {"git-upload-pack", "git-receive-pack"}:
            raise NoSuchService(self.path)
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class GitReply:
    """What to send back; `chunks` must be read to the end or closed, because a process stands behind them."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


def serve(
    git: Git, request: GitRequest, *, user: str = "", env: Mapping[str, str] | None = None, seconds: float
) -> GitReply:
    """Let git answer `request` from the repository of `git`; it is ended after `seconds`.

    Raises NoSuchService, BackendFailed and ToolMissing.
    """
    _ = request.service
    try:
        process = subprocess.Popen(
            git.argv("http-backend"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment({**_cgi(git, request, user), **(env or {})}),
        )
    except FileNotFoundError as error:
        raise ToolMissing("git") from error
    return _Running(process, seconds).reply(request.body)


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

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        assert process.stdin is not None  # noqa: S101 - opened as pipes by serve()
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._in = process.stdin
        self._out = process.stdout
        self._watch = threading.Timer(seconds, process.kill)
        self._watch.daemon = True

    def reply(self, body: IO[bytes]) -> GitReply:
        self._watch.start()
        threading.Thread(target=self._feed, args=(body,), daemon=True).start()
        headers = self._headers()
        if headers is None:
            self._end()
            raise BackendFailed
        status = int(headers.pop("Status", "200").split()[0])
        return GitReply(status=status, headers=headers, chunks=self._chunks())

    def _feed(self, body: IO[bytes]) -> None:
        try:
            while chunk := body.read(_CHUNK):
                self._in.write(chunk)
            self._in.close()
        except (OSError, ValueError):
            # git has ended or the client has gone; the reader of the answer sees which.
            self._process.kill()

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
            while chunk := self._out.read(_CHUNK):
                yield chunk
        finally:
            self._end()

    def _end(self) -> None:
        self._watch.cancel()
        self._out.close()
        if self._process.poll() is None:
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
