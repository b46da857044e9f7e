# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz reconcile."""

from __future__ import annotations

import click

from app.bootstrap import Node
from app.cli.exit_codes import EPILOG
from app.cli.node_session import Options, opened
from app.cli.progress import ProgressLine


@click.command(epilog=EPILOG)
@click.pass_obj
def reconcile(options: Options) -> None:
    """Finish what a crash left half done while something was sent or published.

    Reads what the repository says about itself, completes proposals, prunes what is over, and takes in
    proposals that came by other ways. Runs at every start too; the site may keep running.

    \b
    Example:
      erfahrungsnetz reconcile && erfahrungsnetz doctor
    """
    with opened(options.settings()) as services:
        report = Node(services).reconcile(ProgressLine)
    click.echo(
        f"{report.completed} publications completed, {report.adopted} proposals and {report.rounds} rounds taken in, "
        f"{report.pruned} finished proposals pruned."
    )
    if report.returned:
        click.echo(f"{report.returned} proposals whose text the repository has lost went back to their authors.")
