"""Goes one round of a node in a process of its own, which kills itself at a step."""

import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.following.letters import Letters
from app.review.notices.mail import SmtpMail
from app.review.notices.notice import Notices
from app.wiring import Services
from app.wiring.scheduler import Scheduler
from tests.database import on_postgresql, put_all_nodes_there
from tests.webnode.clock import SteppingClock
from tests.webnode.node import settings

STEPS: dict[str, tuple[type[Any], str, bool]] = {
    # The message is written down, the transaction is not over.
    "digest": (Notices, "add", True),
    "claimed": (Letters, "digest", False),
    "handing over": (SmtpMail, "send", False),
    "accepted": (SmtpMail, "send", True),
}
"""What is going on at the step, and whether it is done by then."""


def main(folder: Path, mail: dict[str, Any], now: datetime, step: str) -> None:
    if on_postgresql():
        put_all_nodes_there()
    _die_at(*STEPS[step])
    services = Services(settings(folder, **mail), SteppingClock(now))
    rounds = Scheduler(services, lambda _stop: False)
    rounds.once()
    rounds.once()
    services.close()


def _die_at(owner: type[Any], name: str, after: bool) -> None:
    do: Callable[..., Any] = getattr(owner, name)

    def dying(*args: Any, **values: Any) -> None:
        if after:
            do(*args, **values)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dying)
