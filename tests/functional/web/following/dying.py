"""Goes one round of a node in a process of its own, which kills itself at a step."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.following.letters import Letters
from app.review.notices.mail import MailSender, SmtpMail
from app.review.notices.notice import Notices
from app.wiring import Services
from app.wiring.scheduler import Scheduler
from tests.database import on_postgresql, put_all_nodes_there
from tests.webnode.clock import SteppingClock
from tests.webnode.node import settings


def main(folder: str, port: str, now: str, step: str) -> None:
    if on_postgresql():
        put_all_nodes_there()
    _die_at(step)
    mail = {"smtp_host": "127.0.0.1", "smtp_port": int(port), "smtp_security": "none", "smtp_from": "n@verbund.example"}
    services = Services(settings(Path(folder), **mail), SteppingClock(datetime.fromisoformat(now)))
    rounds = Scheduler(services, lambda _stop: False)
    rounds.once()
    rounds.once()
    services.close()


def _die_at(step: str) -> None:
    if step == "digest":
        # The message is written down, the transaction is not over.
        _around(Notices, "add", after=True)
    elif step == "round":
        _around(MailSender, "deliver", after=False, times=2)
    elif step == "claimed":
        _around(Letters, "digest", after=False)
    elif step == "handing over":
        _around(SmtpMail, "send", after=False)
    elif step == "accepted":
        _around(SmtpMail, "send", after=True)


def _around(owner: type[Any], name: str, *, after: bool, times: int = 1) -> None:
    do: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dying(*args: Any, **values: Any) -> Any:
        nonlocal calls
        calls += 1
        if not after and calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        result = do(*args, **values)
        if after and calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


if __name__ == "__main__":
    main(*sys.argv[1:])
