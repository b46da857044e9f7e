"""Serves an application from a thread of the test's own process, over real connections."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOKS = 0.02
"""Seconds until the server sees that it shall end; Python's own half a second is waited for after each test."""


@contextmanager
def serving(application: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Answer at a port of this machine, any free one by itself, and give the address without the slash at its end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(LOOKS,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
