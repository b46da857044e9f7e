"""A server on this machine that speaks TLS, or does not although it should."""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

Application = Callable[[Any, Any], Iterable[bytes]]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    trust: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak TLS in the thread of the request, so that a handshake that fails ends that request alone."""
        try:
            secured = self.trust.wrap_socket(request, server_side=True) if self.trust else request
            super().finish_request(secured, client_address)
        except OSError:
            # The client did not like what it saw, which is what most of these tests are about.
            return
        if secured is not request:
            secured.close()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named like this in the library
        """Say nothing."""


def hello(_environ: Any, start: Any) -> Iterable[bytes]:
    """Answer everything with the same word."""
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"good"]


@contextmanager
def secure_site(application: Callable[[int], Application], trust: ssl.SSLContext | None) -> Iterator[int]:
    """Serve on a free port, and give the port; `application` gets it too."""
    server = make_server("127.0.0.1", 0, hello, server_class=_Server, handler_class=_Silent)
    assert isinstance(server, _Server)
    server.trust = trust
    server.set_app(application(server.server_port))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
