# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts the web server in place of this process."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import NoReturn

from app.config import Settings
from app.errors import Unavailable


class PortTaken(Unavailable):
    """Another program listens on `port` already."""

    host: str
    port: int


class PortRefused(Unavailable):
    """This user may not listen on `host` and `port`; `reason` is the system's own."""

    host: str
    port: int
    reason: str


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


def serve(settings: Settings) -> NoReturn:
    """Become gunicorn with the node's settings; never returns.

    Replacing the process hands signals straight to the server and leaves no open file or thread behind.
    """
    chosen = {
        "NODE_DATA": str(settings.data),
        "NODE_HOST": settings.host,
        "NODE_PORT": str(settings.port),
        "NODE_WORKERS": str(settings.workers),
    }
    # With -P the folder this was called in is no place to look for modules: it may hold another folder called app.
    program = [sys.executable, "-P", "-m", "gunicorn"]
    command = [*program, "--config", "python:app.cli.gunicorn_config", "app.wsgi:application"]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, {**os.environ, **chosen})  # noqa: S606 - no shell, and the arguments are ours
