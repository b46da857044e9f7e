"""In which order ways are told: what holds first, then what asks least of a place, then what was shown last.

Only the first of these decides the answer, so that an order by effort or age never makes it better or worse.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.reuse.front_matter import UNKNOWN, Citation
from app.reuse.obtaining.answer import Chain
from app.reuse.place import Place

_ORDERED = ("inhouse_municipal_it", "inhouse_govdigital", "fit_store", "efa_marketplace", "dvc_portal")
_RUN_BY_MANY, _JOINED, _BOUGHT, _RUN_BY_FEW = 10, 15, 20, 30
_EFFORT = {
    **{code: number for number, code in enumerate(_ORDERED)},
    "public_cooperation": _JOINED,
    "direct_award": _BOUGHT,
    "tender": _BOUGHT + 1,
}

YEARS = 3
"""A place of source code that nobody has shown for longer than this may not be kept up any more."""


def ranked(chains: Iterable[Chain], place: Place) -> tuple[Chain, ...]:
    """Return the ways best first, equals in the order given; `place` tells whether it has people to run software."""
    by_day = sorted(chains, key=_day_of_offer, reverse=True)
    return tuple(sorted(by_day, key=lambda chain: (-chain.verdict.hope, _effort(chain, place))))


def _day_of_offer(chain: Chain) -> str:
    day = chain.offer.as_of or UNKNOWN
    return "" if day == UNKNOWN else day


def newest(sources: tuple[Citation, ...], read: str) -> str:
    """Return the newest day that sources speak of; what has no date of its own speaks of the day it was `read`.

    A fresh source beside an old one counts, and losing one never makes a statement look newer.
    """
    return max((source.date if source.date and source.date != UNKNOWN else read for source in sources), default=read)


def own_day(sources: tuple[Citation, ...]) -> str:
    """Return the newest day that sources bear themselves, "unknown" where none does."""
    return max((source.date for source in sources if source.date and source.date != UNKNOWN), default=UNKNOWN)


def is_old(day: str, today: date) -> bool:
    """Tell whether a day, possibly partial, lies more than YEARS before today."""
    limit = f"{today.year - YEARS}-{today.month:02}-{today.day:02}"
    return day != UNKNOWN and day < limit[: len(day)]


def _effort(chain: Chain, place: Place) -> int:
    if chain.route.code == "self_host_oss":
        return _RUN_BY_MANY if place.is_large else _RUN_BY_FEW
    return _EFFORT.get(chain.route.code, _BOUGHT)
