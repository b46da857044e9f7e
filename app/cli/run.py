"""The command run: prepares the node, then turns into the web server."""

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
from app.shared.config import Settings
from app.shared.errors import Unavailable
from app.wiring.node import Node, Readiness


@click.command(epilog=EPILOG)
@click.option("--host", help="Address to listen on; overrides NODE_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; overrides NODE_PORT.")
@click.pass_obj
def run(options: Options, host: str | None, port: int | None) -> None:
    """Serve the site, after bringing the node up to date.

    Upgrades a node that an older release left. If NODE_CONTENT names a folder (init --content sets it), an empty data
    folder is first filled from it as by init, and its changes are published as by sync. Stop with Ctrl-C.

    \b
    Examples:
      erfahrungsnetz run
      erfahrungsnetz run --port 8001
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz run --host 0.0.0.0
    """
    settings = options.settings(host=host, port=port)
    check_port(settings.host, settings.port)
    read_program()
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
        # The site still serves readers; it follows the folder again once the partners have been asked.
        click.echo(f"The content folder is not followed: {error}", err=True)
        node.refresh(ProgressLine)
    else:
        if report.changed:
            say_sync(report)


_PROGRAM = ("app.web.factory", "app.wiring.derivation_process", "app.wiring.scheduler", "gunicorn.workers.gthread")
"""Modules that import nearly all others. They are named as strings, since some lie in higher layers."""
_ARGUMENTS = ("--config", "python:app.cli.gunicorn_config", "app.wsgi:application")


class PortTaken(Unavailable):
    """Another program already listens on `port`."""

    host: str
    port: int

    message = (
        "port %(port)s on %(host)s is taken by another program. "
        "Choose another one: make run PORT=8001, or erfahrungsnetz run --port 8001"
    )


class PortRefused(Unavailable):
    """This user may not listen on `host` and `port`; `reason` is the system's message."""

    host: str
    port: int
    reason: str

    message = "cannot listen on %(host)s port %(port)s: %(reason)s"


def check_port(host: str, port: int) -> None:
    """Raise PortTaken or PortRefused if the server would be unable to listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # gunicorn does the same, so that a port with recently closed connections does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host, port) from error
            raise PortRefused(host, port, reason=error.strerror or str(error)) from error


def read_program() -> None:
    """Import the program and load its dictionaries once, for this process and all its forks."""
    # Imported objects are never freed, and collecting garbage among them takes a fifth of the time.
    gc.disable()
    for name in _PROGRAM:
        import_module(name)
    load_analyser()


class Server(WSGIApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, importing modules from this program's sys.path and none from the current folder."""

    def chdir(self) -> None:
        """Do not change the folder, and add nothing to sys.path, which Confinement passes on."""


def serve(settings: Settings) -> NoReturn:
    """Turn this process into gunicorn, which so receives its signals and reuses what is loaded; never returns."""
    os.environ |= {
        "NODE_DATA": str(settings.data),
        "NODE_HOST": settings.host,
        "NODE_PORT": str(settings.port),
        "NODE_WORKERS": str(settings.workers),
    }
    _become_server()


def _become_server() -> NoReturn:
    # As if Python had been called this way: gunicorn starts its successor with these arguments on SIGUSR2.
    sys.argv = ["-Pmapp.cli.run", *_ARGUMENTS]
    Server(prog="gunicorn").run()
    sys.exit()


if __name__ == "__main__":
    _become_server()
