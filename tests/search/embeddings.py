"""A real server that speaks the form of /v1/embeddings; it can also do everything that it must not do."""

import json
import math
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WIDTH = 64
"""Numbers in each vector."""
Answer = Callable[[list[str]], Any]


def vector(text: str) -> list[float]:
    """Return a vector that texts with the same words share, of any length."""
    found = [0.01] * WIDTH
    for word in text.casefold().replace(".", " ").split():
        found[zlib.crc32(word.encode()) % WIDTH] += 1.0
    return found


def answered(texts: list[str]) -> dict[str, Any]:
    """Return what a good server says, in the wrong order, which the form permits."""
    items = [{"object": "embedding", "index": place, "embedding": vector(text)} for place, text in enumerate(texts)]
    return {"object": "list", "model": "muster", "data": items[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


class Embeddings:
    """What the server was asked, and what it answers: by default what a good one does."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.answer: Answer = answered
        self.seconds = 0.0
        self.longest = math.inf
        self.url = ""

    def texts(self) -> list[str]:
        """Return all texts that were sent."""
        return [text for texts in self.asked for text in texts]


@contextmanager
def embeddings(port: int = 0) -> Iterator[Embeddings]:
    """Serve on the loopback address."""
    state = Embeddings()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            texts = json.loads(self.rfile.read(length))["input"]
            state.asked.append(texts)
            state.headers.append(dict(self.headers.items()))
            time.sleep(state.seconds)
            too_long = any(len(text) > state.longest for text in texts)
            self._send(413 if too_long else state.status, state.answer(texts))

        def _send(self, status: int, answer: Any) -> None:
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            # The reader may have had enough, which is what some answers are for.
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/v1/embeddings"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
