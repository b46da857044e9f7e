"""erfahrungsnetz worker."""

from __future__ import annotations

import signal
import threading
from functools import partial
from types import FrameType

import click

from app.cli.heap import share_heap
from app.cli.options import EPILOG, Options, ready
from app.database.job_runner import Beat
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.scheduler import Scheduler

_SECONDS = 5.0


@click.command(epilog=EPILOG)
@click.option("--once", is_flag=True, help="Go round once and end; for timers.")
@click.pass_obj
def worker(options: Options, once: bool) -> None:
    """Fetch from peers when their time has come, and do what else comes up by itself; Ctrl-C ends it.

    Runs beside the site, once per node; several at a time do not get into each other's way. A peer is asked every 15
    minutes, and less and less often while it does not answer.
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
    """Do once whatever is due; stop between two peers when `over` is set."""
    do = scheduler.runner.do
    do("follow", services.follow)
    scheduler.once()

    def ask_peers() -> None:
        for peer in services.harvest.due():
            if over.is_set():
                return
            do(f"peer {peer.address}", partial(services.harvest.harvest, peer))

    do("peers", ask_peers)


def _ended() -> threading.Event:
    """Return an event that is set when the process is asked to end; the second time it ends at once."""
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        over.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return over
