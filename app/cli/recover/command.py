# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz recover."""

from __future__ import annotations

import click

from app.cli.exit_codes import EPILOG, ExitCode
from app.cli.node_session import Options
from app.cli.peers.indexing import ready
from app.cli.progress import ProgressLine
from app.cli.recover.wording import plan_lines, report_lines


@click.command(epilog=EPILOG)
@click.option("--yes", is_flag=True, help="Do it; without it the command only says what it would do.")
@click.option(
    "--keep-own",
    multiple=True,
    metavar="KIND/NAME",
    help="Let this node's version of a record go on instead of the one that others hold; can be given several times.",
)
@click.pass_obj
def recover(options: Options, yes: bool, keep_own: tuple[str, ...]) -> None:
    """Bring back what this node published and lost, from the nodes that fetched it.

    After a backup was restored: all peers are asked for later versions of this node's own records. Only what one of its
    own keys signed is believed. The versions come back under their numbers, so that everybody agrees again, and
    publishing goes on. Where something else was published meanwhile, the version that others hold goes on (a
    withdrawal, if there is one), and the other text waits as a proposal.

    Exit code 1: there is something to bring back, or something could not be.

    \b
    Examples:
      erfahrungsnetz recover
      erfahrungsnetz recover --yes
      erfahrungsnetz recover --yes --keep-own case-study/musterstadt-rufbus
    """
    with ready(options) as services:
        plan = services.recovery.plan(ProgressLine("asking peers"), keep_own)
        click.echo("\n".join(plan_lines(plan)))
        if plan.is_empty:
            return
        if not yes:
            click.echo("Nothing was changed. Do it with: erfahrungsnetz recover --yes")
            raise click.exceptions.Exit(ExitCode.FINDINGS)
        report = services.recovery.recover(plan, ProgressLine("bringing back"))
        click.echo("\n".join(report_lines(report)))
    if report.waiting:
        raise click.exceptions.Exit(ExitCode.FINDINGS)
