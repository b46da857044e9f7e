"""erfahrungsnetz mirror."""

from __future__ import annotations

import click

from app.cli.options import EPILOG, ExitCode, Options, matching
from app.review.by_git.mirror import BranchReport


@click.command(epilog=EPILOG)
@click.pass_obj
def mirror(options: Options) -> None:
    """Take the branches of the forge in as proposals, and send it what is published.

    The forge is named by NODE_MIRROR_URL. The running site does the same every few minutes.

    \b
    Example:
      NODE_MIRROR_URL=https://forge.example/stadt/erfahrungen.git erfahrungsnetz mirror
    """
    with matching(options) as services:
        if services.mirror is None:
            raise click.UsageError("Name the forge with NODE_MIRROR_URL first.")
        report = services.mirror.run()
    for branch in report.branches:
        _tell(branch)
    if report.failure is not None:
        raise report.failure
    if report.kept:
        click.echo(f"Somebody else wrote on main of the forge; that is in the branch {report.kept} now.", err=True)
    click.echo("The forge shows what is published.")
    if any(branch.refused for branch in report.branches):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _tell(branch: BranchReport) -> None:
    for proposal_id in branch.proposals:
        click.echo(f"{branch.branch}: proposal {proposal_id}")
    for path in branch.cleaned:
        click.echo(f"{branch.branch}: {path} is taken without what it says about its makers")
    for line in branch.refused:
        click.echo(f"{branch.branch}: {line}", err=True)
