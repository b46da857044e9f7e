"""erfahrungsnetz harvest."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.cli.options import EPILOG, ExitCode, Options, writing
from app.cli.peer_report import report_lines
from app.cli.progress import ProgressLine
from app.federation.harvest.report import End, RunReport
from app.federation.harvest.service import RUN_SECONDS
from app.federation.issuer import Issuer, IssuerInvalid


class _Address(click.ParamType[Issuer]):
    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Issuer:
        try:
            return Issuer.parse(value.rstrip("/"))
        except IssuerInvalid:
            self.fail("a node's address looks like https://erfahrungen.example, in lower case", param, ctx)


ADDRESS = _Address()


@click.command(epilog=EPILOG)
@click.argument("peer", nargs=-1, type=ADDRESS)
@click.option("--due", is_flag=True, help="Ask only those whose time has come, as the worker does.")
@click.option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=RUN_SECONDS,
    show_default=True,
    help="Time for each peer; what is left comes with the next run.",
)
@click.pass_obj
def harvest(options: Options, peer: tuple[Issuer, ...], due: bool, seconds: float) -> None:
    """Fetch what is new at PEER, or at all peers.

    Everything is verified, then both sides are compared and what is missing is fetched, last of all the pictures and
    files of the records. Exit code 1 means that something was set aside or does not fit, 3 that a peer did not answer.

    \b
    Examples:
      erfahrungsnetz harvest
      erfahrungsnetz harvest https://erfahrungen.example
      erfahrungsnetz harvest --due
    """
    with writing(options) as services:
        active = tuple(view.peer.issuer for view in services.harvest.peers() if view.peer.state == "active")
        chosen = peer or (services.harvest.due() if due else active)
        reports = []
        for one in chosen:
            report = services.harvest.harvest(one, ProgressLine(f"fetching from {one.origin}"), seconds)
            click.echo("\n".join(report_lines(report)))
            reports.append(report)
    if not chosen:
        click.echo("Nobody to ask.", err=True)
    code = exit_code(reports)
    if code is not ExitCode.OK:
        raise click.exceptions.Exit(code)


def exit_code(reports: Sequence[RunReport]) -> ExitCode:
    """Return what a script should know: findings weigh more than silence."""
    if any(report.findings for report in reports):
        return ExitCode.FINDINGS
    if any(report.end is End.FAILED for report in reports):
        return ExitCode.UNAVAILABLE
    return ExitCode.OK
