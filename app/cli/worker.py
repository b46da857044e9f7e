# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz worker."""

from __future__ import annotations

import signal
import threading
from functools import partial
from types import FrameType

import click
import structlog
from sqlalchemy.exc import DatabaseError

from app.bootstrap import Services
from app.bootstrap.maintenance import maintain
from app.bootstrap.scheduler import Scheduler
from app.cli.heap import share_heap
from app.cli.options import EPILOG, Options, ready
from app.errors import DomainError

_SECONDS = 5.0
_log = structlog.get_logger(__name__)


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
        over = threading.Event() if once else _ended()
        rounds = Scheduler(
            services.review,
            partial(maintain, services),
            services.schedule,
            services.clock,
            mirror=services.mirror,
            personal=services.personal,
            following=services.following,
            compute=services.derivation.work,
        )
        while True:
            go_round(services, rounds, over)
            if once or over.wait(_SECONDS):
                return


def go_round(services: Services, rounds: Scheduler, over: threading.Event) -> None:
    """Do once whatever is due; stop between two peers when `over` is set."""
    try:
        services.follow()
        rounds.once()
        for peer in services.harvest.due():
            if over.is_set():
                return
            services.harvest.harvest(peer)
    except (DomainError, DatabaseError, OSError) as error:
        # A database that is busy or damaged, a full disk or a peer that was removed meanwhile is no reason to end.
        _log.warning("worker.interrupted", reason=type(error).__name__)


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
