# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz init."""

from __future__ import annotations

from pathlib import Path

import click

from app.bootstrap import Node
from app.cli.exit_codes import EPILOG
from app.cli.node_session import Options, opened
from app.cli.progress import ProgressLine
from app.cli.reporting import say_broken, say_sync


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to import instead of NODE_CONTENT.")
@click.pass_obj
def init(options: Options, content: Path | None) -> None:
    """Make a new node and fill it from a content folder.

    Makes the data folder with keys, repository, database and index, and publishes the folder as the first
    signed version. A record that breaks the rules is stored and reported, but not shown.

    \b
    Examples:
      erfahrungsnetz init
      erfahrungsnetz init --content ../our-content
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz init
    """
    settings = options.settings(content=content)
    with opened(settings) as services:
        report = Node(services).init(settings.content, ProgressLine)
        say_sync(report)
        click.echo(f"The node in {settings.data} is ready. Start it with: erfahrungsnetz run")
        say_broken(services)
