"""Answers for several nodes with what lies in a folder: `python -m tests.hostilenode.server FOLDER` prints its port.

A file that says "endless" or "slow" is sent as such: without an end, or as a byte a second.
"""

import sys
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ENDLESS, SLOW = b"endless", b"slow"


class _Handler(BaseHTTPRequestHandler):
    folder = Path()

    def do_GET(self) -> None:
        with (self.folder / "asked").open("a", encoding="utf-8") as log:
            log.write(f"{self.path}\n")
        path = self.folder / self.path.lstrip("/")
        if ".." in self.path or not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = path.read_bytes()
        self.send_response(200)
        if body not in (ENDLESS, SLOW):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)
            while body == ENDLESS:
                self.wfile.write(b"x" * 65_536)
            while body == SLOW:
                self.wfile.write(b"x")
                time.sleep(1)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named like this in the library
        """Say nothing."""


if __name__ == "__main__":
    _Handler.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
