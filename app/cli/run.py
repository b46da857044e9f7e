"""erfahrungsnetz run: makes the node ready, then becomes the web server."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click
from gunicorn.app.wsgiapp import WSGIApplication

from app.cli.node import say_broken, say_sync
from app.cli.options import EPILOG, Options, ProgressLine, opened
from app.cli.processes import run_in_child
from app.records.repository import PublishingStopped
from app.search.analysis.analyser import load_analyser
from app.search.analysis.lexicon import is_current
from app.search.engine import LEXICON
from app.shared.config import Settings
from app.shared.errors import Unavailable
from app.wiring.node import Node, Readiness


@click.command(epilog=EPILOG)
@click.option("--host", help="Address to listen on instead of NODE_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on instead of NODE_PORT.")
@click.pass_obj
def run(options: Options, host: str | None, port: int | None) -> None:
    """Serve the site, after making sure that the node is there and up to date.

    A node that an older release left is brought up to date. Where NODE_CONTENT names a folder (init --content sets
    it), an empty data folder is filled from it as by init, and its changes are published as by sync. Ctrl-C ends it.

    \b
    Examples:
      erfahrungsnetz run
      erfahrungsnetz run --port 8001
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz run --host 0.0.0.0
    """
    settings = options.settings(host=host, port=port)
    check_port(settings.host, settings.port)
    read_program(settings)
    run_in_child(partial(_make_ready, settings))
    if not (settings.static_path / "vendor" / "kern.min.css").exists():
        click.echo("KERN is not installed: pages use their own small style sheet. For KERN: make setup", err=True)
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - only shown
    click.echo(f"{settings.name}: http://{shown}:{settings.port}  (Ctrl-C ends it)", err=True)
    serve(settings)


def _make_ready(settings: Settings) -> None:
    with opened(settings) as services:
        services.complete()
        node = Node(services)
        if settings.reads_only:
            node.follow(ProgressLine)
        elif settings.follows and node.state() is Readiness.EMPTY:
            click.echo(f"Filling a new node in {settings.data} …", err=True)
            say_sync(node.init(settings.follows, ProgressLine))
        elif settings.follows and settings.follows.is_dir():
            _follow_folder(node, settings.follows)
        else:
            if settings.follows:
                click.echo(f"There is no folder {settings.follows} (NODE_CONTENT), so none is followed.", err=True)
            node.refresh(ProgressLine)
        say_broken(services)


def _follow_folder(node: Node, folder: Path) -> None:
    try:
        report = node.sync(folder, ProgressLine)
    except PublishingStopped as error:
        # Reading goes on; the folder is followed once the partners were asked.
        click.echo(f"The content folder is not followed: {error}", err=True)
        node.refresh(ProgressLine)
    else:
        if report.changed:
            say_sync(report)


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
    _become_server()


def _become_server() -> NoReturn:
    # As if Python had been called so: gunicorn reads this, and by it starts its successor on SIGUSR2.
    sys.argv = ["-Pmapp.cli.run", *_ARGUMENTS]
    Server(prog="gunicorn").run()
    sys.exit()


if __name__ == "__main__":
    _become_server()
