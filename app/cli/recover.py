# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz recover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from app.cli.options import EPILOG, ExitCode, Options, writing
from app.cli.progress import ProgressLine
from app.federation.recovery.cases import Case, ForkSide
from app.federation.recovery.restoration import RestoredRecord, Trouble
from app.federation.recovery.service import RecoveryPlan, RecoveryReport
from app.federation.statement import Status

_TROUBLES = {
    Trouble.FILES: "not brought back: nobody has its files {files}, and without them it would be another version",
    Trouble.UNREACHABLE: (
        "waits: a node that may have {files}, or NODE_FILES, does not answer now. Try again later; if that node is"
        " gone, say so with: erfahrungsnetz peers pause ADDRESS"
    ),
    Trouble.KIND: "not brought back: this program does not know its kind; a newer release may",
    Trouble.TEXT: "not brought back: its text does not keep to the rules that this program knows; a newer release may",
    Trouble.PLACE: "not brought back: another record stands under this name, or a later version came in between",
}

_KEPT = (
    "Nothing is removed from NODE_FILES before nothing is missing and every node has answered, or before:"
    " erfahrungsnetz reindex --catalogue"
)


def plan_lines(plan: RecoveryPlan) -> Iterator[str]:
    """Yield what is missing and what would be done."""
    yield from _asked(plan)
    for case in plan.cases:
        yield from _case(case)
    if plan.behind:
        yield f"Change numbers go on above {plan.answers.seen_seq}, which others have seen already."
    if plan.is_empty:
        yield "Nothing is missing as far as these nodes know."


def report_lines(report: RecoveryReport) -> Iterator[str]:
    """Yield what became of each record."""
    for one in report.records:
        yield from _restored(one)
    if not report.waiting:
        yield "Everything is back. Publishing goes on."
    elif all(one.stuck for one in report.waiting):
        yield f"Publishing goes on, but for {len(report.waiting)} records that wait. Try again when more nodes answer,"
        yield "or let what is here go on with: erfahrungsnetz recover --yes --keep-own KIND/NAME"
    else:
        yield "Publishing stays stopped: something is still missing. Try again."


def _asked(plan: RecoveryPlan) -> Iterator[str]:
    answers = plan.answers
    if not answers.asked and not answers.failed:
        yield "There are no peers to ask. Add one with: erfahrungsnetz peers add ADDRESS"
    for address in answers.asked:
        yield f"{address}: answered"
    for address, code in answers.failed.items():
        yield f"{address}: did not answer ({code}); what only it holds is not known"
    for address in answers.unproven:
        yield f"{address}: claims versions that no key of this node signed; they are left aside"


def _case(case: Case) -> Iterator[str]:
    numbers = _numbers([one.statement.ver for one in case.lost])
    here = f"here: version {case.head.ver}" if case.head else "not here at all"
    gone = ", withdrawn" if case.newest.statement.status is Status.WITHDRAWN else ""
    yield f"{case.name}: others hold {numbers}{gone}; {here}"
    if case.forked:
        yield "    Both sides published something else since, so only one can go on."
        theirs = case.side is ForkSide.THEIRS
        yield f"    {'The version that others hold' if theirs else 'What is here'} goes on as version {case.ver}."
        if not case.withdrawn:
            yield "    The other text is kept as a proposal."
        if theirs:
            yield f"    To let what is here go on instead: --keep-own {case.name}"


def _restored(one: RestoredRecord) -> Iterator[str]:
    if one.trouble is not None:
        yield f"{one.name}: {_TROUBLES[one.trouble].format(files=', '.join(one.missing))}"
        return
    yield f"{one.name}: {_numbers(one.versions)} brought back"
    if one.missing:
        yield f"    missing files: {', '.join(one.missing)}"
    if one.skipped:
        yield f"    {_numbers(one.skipped)} left out: the files are gone, and a later version is here"
    if one.proposal:
        yield f"    the other text is kept as a proposal: {one.proposal}"


def _numbers(versions: Sequence[int]) -> str:
    return f"version{'s' if len(versions) > 1 else ''} {', '.join(map(str, versions))}"


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
    with writing(options) as services:
        plan = services.recovery.plan(ProgressLine("asking peers"), keep_own)
        click.echo("\n".join(plan_lines(plan)))
        if not yes:
            if plan.is_empty:
                return
            click.echo("Nothing was changed. Do it with: erfahrungsnetz recover --yes")
            raise click.exceptions.Exit(ExitCode.FINDINGS)
        report = services.recovery.recover(plan, ProgressLine("bringing back"))
        if not plan.is_empty:
            click.echo("\n".join(report_lines(report)))
        if services.own_files and services.restored.exists():
            click.echo(_KEPT)
    if report.waiting:
        raise click.exceptions.Exit(ExitCode.FINDINGS)
