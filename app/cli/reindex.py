# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz reindex."""

from __future__ import annotations

import click

from app.bootstrap import Node
from app.cli.exit_codes import EPILOG
from app.cli.node_session import Options, opened
from app.cli.progress import ProgressLine


@click.command(epilog=EPILOG)
@click.option("--catalogue", is_flag=True, help="Before that, mend the catalogue from the repository.")
@click.pass_obj
def reindex(options: Options, catalogue: bool) -> None:
    """Delete the search index and build it again.

    The catalogue is brought up to date before; with --catalogue every row is compared with the repository
    and mended. The site may keep running: it searches the old index until
    the new one is complete.

    \b
    Example:
      erfahrungsnetz reindex && erfahrungsnetz doctor
    """
    with opened(options.settings()) as services:
        count = Node(services).reindex(ProgressLine, catalogue=catalogue)
    click.echo(f"{count} records indexed.")
