# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz sync."""

from __future__ import annotations

from pathlib import Path

import click

from app.bootstrap import Node
from app.cli.exit_codes import EPILOG
from app.cli.node_session import Options, opened
from app.cli.progress import ProgressLine
from app.cli.reporting import say_broken, say_sync


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to follow instead of NODE_CONTENT.")
@click.pass_obj
def sync(options: Options, content: Path | None) -> None:
    """Bring in what changed in the content folder since the last time.

    A record that was edited in the node is never overwritten: the folder's version becomes a proposal.
    Nothing is deleted. The site may keep running.

    \b
    Examples:
      git pull && erfahrungsnetz sync
      erfahrungsnetz sync --content ../our-content
    """
    settings = options.settings(content=content)
    with opened(settings) as services:
        say_sync(Node(services).sync(settings.content, ProgressLine))
        say_broken(services)
