"""Makes the web server of this process."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from importlib import import_module
from typing import NoReturn

from gunicorn.app.wsgiapp import WSGIApplication

from app.search.analysis.analyser import load_analyser
from app.search.analysis.lexicon import is_current
from app.search.engine import LEXICON
from app.shared.config import Settings
from app.shared.errors import Unavailable

_PROGRAM = ("app.web.factory", "app.wiring.derivation_process", "app.wiring.scheduler", "gunicorn.workers.gthread")
"""Modules that import nearly all others; which of them lie above this one is none of its business."""
_ARGUMENTS = ("--config", "python:app.cli.gunicorn_config", "app.wsgi:application")


class PortTaken(Unavailable):
    """Another program listens on `port` already."""

    host: str
    port: int

    message = (
        "port %(port)s on %(host)s is taken by another program. "
        "Choose another one: make run PORT=8001, or erfahrungsnetz run --port 8001"
    )


class PortRefused(Unavailable):
    """This user may not listen on `host` and `port`; `reason` is the system's own."""

    host: str
    port: int
    reason: str

    message = "cannot listen on %(host)s port %(port)s: %(reason)s"


def check_port(host: str, port: int) -> None:
    """Raise PortTaken or PortRefused unless the server will be able to listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As gunicorn does it, so that a connection just closed does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host, port) from error
            raise PortRefused(host, port, reason=error.strerror or str(error)) from error


def read_program(settings: Settings) -> None:
    """Read what the site is made of, once for this process and all that come of it."""
    # All of it stays for good: looking for garbage among it takes a fifth of the time.
    gc.disable()
    for name in _PROGRAM:
        import_module(name)
    lexicon = settings.index_path / LEXICON
    # To make one takes memory that the server would never give back.
    if is_current(lexicon):
        load_analyser(lexicon)


class Server(WSGIApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, with modules from where this program has its own, and none from the folder in which it was called."""

    def chdir(self) -> None:
        """Stay here, and add nothing to sys.path, which Confinement hands on."""


def serve(settings: Settings) -> NoReturn:
    """Become gunicorn with the node's settings; never returns.

    This process becomes its first one, so that signals reach the server and nothing is read again.
    """
    os.environ |= {
        "NODE_DATA": str(settings.data),
        "NODE_HOST": settings.host,
        "NODE_PORT": str(settings.port),
        "NODE_WORKERS": str(settings.workers),
    }
    _run()


def _run() -> NoReturn:
    # As if Python had been called so: gunicorn reads this, and by it starts its successor on SIGUSR2.
    sys.argv = ["-Pmapp.cli.serving", *_ARGUMENTS]
    Server(prog="gunicorn").run()
    sys.exit()


if __name__ == "__main__":
    _run()
