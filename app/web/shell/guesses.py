"""Whoever tries one wrong link or key after the other from one address has to wait.

The same wrong link or key counts once, so that a program with an expired key keeps nobody in its town hall waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app
from werkzeug.exceptions import TooManyRequests

from app.web.shell.asker import asker
from app.web.shell.tally import Tally

MOST = 20
"""So many different wrong links or keys of one kind may come from one address ..."""
SECONDS = 600.0
"""... in so many seconds."""
KEY = "enet.guesses"


def register(app: Flask) -> None:
    """Count the wrong guesses that `app` is asked."""
    app.extensions[KEY] = Tally(MOST, SECONDS)


@contextmanager
def guarded(kind: str, guess: str, wrong: type[Exception]) -> Iterator[None]:
    """Try a link or key of some kind, which raises `wrong` where it does not exist.

    Raises TooManyRequests instead of trying it, with the seconds to wait, when too many were wrong from this address.
    """
    guesses, address = cast("Tally", current_app.extensions[KEY]), asker()
    if not (guess and address):
        yield
        return
    if seconds := guesses.wait(kind, address):
        raise TooManyRequests(retry_after=seconds)
    try:
        yield
    except wrong:
        guesses.count(kind, address, guess)
        raise
