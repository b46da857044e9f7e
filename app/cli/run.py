"""erfahrungsnetz run."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from app.cli.node import say_broken, say_sync
from app.cli.options import EPILOG, Options, opened
from app.cli.progress import ProgressLine
from app.cli.run_in_child import run_in_child
from app.cli.serving import check_port, read_program, serve
from app.records.repository import PublishingStopped
from app.shared.config import Settings
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
    click.echo(f"{settings.name}: {_address(settings)}  (Ctrl-C ends it)", err=True)
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


def _address(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - only shown
    return f"http://{host}:{settings.port}"
