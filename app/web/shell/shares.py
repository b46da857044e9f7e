"""Of what anybody may have done without an account, such as messages to an address, one asker never gets all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from app.web.shell.access import services
from app.web.shell.asker import asker
from app.web.shell.tally import Tally

_PART = 3
"""One network address gets this part of what the node does for everybody; its processes share it evenly."""
KEY = "enet.shares"
_Tallies = dict[tuple[str, int], Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What the node does for everybody: at most `most` in so many `hours`."""

    kind: str
    most: int
    hours: int


def register(app: Flask) -> None:
    """Count what `app` does for whom."""
    app.extensions[KEY] = _Tallies()


def refuse(refusal: type[Exception], *shares: Share) -> None:
    """Raise `refusal` where the part of whoever asks is used up."""
    address = asker()
    if address and any(_tally(share).wait(share.kind, address) for share in shares):
        raise refusal


def count(*shares: Share) -> None:
    """Remember that something was done for whoever asks."""
    if address := asker():
        for share in shares:
            _tally(share).count(share.kind, address, secrets.token_hex())


def _tally(share: Share) -> Tally:
    part = max(1, share.most // _PART // services().settings.workers)
    known = cast("_Tallies", current_app.extensions[KEY])
    return known.setdefault((share.kind, share.hours), Tally(part, share.hours * 3600.0))
