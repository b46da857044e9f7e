"""Answers for several nodes from what lies in a folder: `python -m tests.hostilenode.server FOLDER PORT`."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FROZEN = "frozen"
"""A node with this document says that nothing has changed, whatever it is asked and has said before."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = Path()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        _, name, rest = parts.path.split("/", 2)
        asked = parse_qs(parts.query)
        chosen = next((asked[key][0] for key in ("sub", "origin") if key in asked), "")
        documents = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        body = documents.get(f"{rest} {chosen}".strip())
        if body is None:
            self._send(404, b"")
        elif "If-None-Match" in self.headers and (FROZEN in documents or self.headers["If-None-Match"] == _tag(body)):
            self._send(304, b"", _tag(body))
        else:
            self._send(200, body.encode(), _tag(body))

    def _send(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named like this in the library
        """Say nothing."""


def _tag(body: str) -> str:
    return f'"{sha256(body.encode()).hexdigest()[:16]}"'


if __name__ == "__main__":
    _Handler.folder = Path(sys.argv[1])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), _Handler).serve_forever()
