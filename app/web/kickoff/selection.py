"""What a kickoff keeps from page to page: question, situation, and the records taken or rejected.

All of it is in the URL, so the server stores nothing and every page can be shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.kickoff.offers import record_of
from app.kickoff.situation import PARAMETERS as SITUATION
from app.records.record import Record
from app.web.shell.access import services
from app.web.shell.routing import ORIGIN, known_address

Parameters = list[tuple[str, str]]

TAKEN = "gemerkt"
REJECTED = "abgelehnt"
MAX_RECORDS = 30
"""Records of each sort; a URL must stay short enough for every browser and proxy."""
MAX_VALUE_LENGTH = 200
MAX_VALUES_PER_NAME = 20
_QUESTION, _SORT, _PAGE = "q", "sort", "seite"
OF_A_LIST = frozenset({_SORT, _PAGE})
"""Parameters of the position in the search results, not of the question or selection."""
_ID = re.compile(rf"(?:{ORIGIN}/)?[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}", re.ASCII)


def selection_id(record_id: str, origin: str = "") -> str:
    """Return the name of a record in URLs: its id, after the host of its node if foreign."""
    return f"{origin}/{record_id}" if origin else record_id


@dataclass(frozen=True, slots=True)
class Selection:
    """Records that the asker took or rejected, in the order of the decisions, none in both.

    Ids are those of `selection_id`.
    """

    taken: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Selection:
        """Read a selection from the parameters of a URL; invalid names are left out."""
        taken = _ids(args.getlist(TAKEN))
        return cls(taken=taken, rejected=tuple(one for one in _ids(args.getlist(REJECTED)) if one not in taken))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was decided yet."""
        return not self.taken and not self.rejected

    def without(self, record: str) -> Selection:
        """Return the selection without any decision on this record."""
        return Selection(
            taken=tuple(one for one in self.taken if one != record),
            rejected=tuple(one for one in self.rejected if one != record),
        )

    def parameters(self) -> Parameters:
        """Return the parameters that `read` reads as this selection."""
        return [*((TAKEN, one) for one in self.taken), *((REJECTED, one) for one in self.rejected)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """The decision on a record ("taken", "rejected" or none yet), and the URL of each decision."""

    decision: str
    take: str
    reject: str
    undo: str


def choosing(record: str, selection: Selection, address: str, parameters: Iterable[tuple[str, str]]) -> Choosing:
    """Return the decisions about a record, as variants of a URL that has `parameters` already."""
    # A page of hits needs this three times per hit, and most of the URL is the same.
    others, left = urlencode(list(parameters)), selection.without(record)

    def leading_to(other: Selection) -> str:
        return _with_carried(address, "&".join(filter(None, (others, urlencode(other.parameters())))))

    return Choosing(
        decision="taken" if record in selection.taken else "rejected" if record in selection.rejected else "",
        take=leading_to(replace(left, taken=(*left.taken, record))),
        reject=leading_to(replace(left, rejected=(*left.rejected, record))),
        undo=leading_to(left),
    )


def record_named(name: str) -> Record | None:
    """Return the record that a selection names, None if it is gone or cannot be read."""
    return record_of(services().catalogue, entry_named(name))


def entry_named(name: str) -> CatalogueEntry | None:
    """Return the visible version of the record that a selection names, None if there is none."""
    origin, _slash, record_id = name.rpartition("/")
    try:
        return services().catalogue.head(record_id, origin)
    except (RecordNotFound, RecordWithdrawn):
        return None


def kickoff_parameters(args: MultiDict[str, str] | None = None, *, selection: Selection | None = None) -> Parameters:
    """Return everything a kickoff keeps: question, filters, order and page, situation, selection.

    Reads `args` (default: this request). `selection` replaces the one in them.
    """
    given = request.args if args is None else args
    chosen = Selection.read(given) if selection is None else selection
    names = (_QUESTION, *services().search.facet_keys(), _SORT, _PAGE, *SITUATION)
    carried = [
        (name, value[:MAX_VALUE_LENGTH])
        for name in names
        for value in given.getlist(name)[:MAX_VALUES_PER_NAME]
        if value
    ]
    return [*carried, *chosen.parameters()]


def is_kickoff() -> bool:
    """Return whether the URL of this request has a situation or a selection, not only a search."""
    return any(request.args.get(name) for name in SITUATION) or not Selection.read(request.args).is_empty


def kickoff_address(address: str, parameters: Iterable[tuple[str, str]] | None = None) -> str:
    """Return a URL of this site with `parameters` before its fragment, by default all of the kickoff."""
    return _with_carried(address, urlencode(list(kickoff_parameters() if parameters is None else parameters)))


def _with_carried(address: str, carried: str) -> str:
    page, mark, fragment = address.partition("#")
    joined = f"{page}{'&' if '?' in page else '?'}{carried}" if carried else page
    return joined + mark + fragment


def search_address(parameters: Iterable[tuple[str, str]] | None = None) -> str:
    """Return the URL of the search page with the kickoff parameters."""
    return kickoff_address(known_address("search.results"), parameters)


def _ids(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if _ID.fullmatch(value)))[:MAX_RECORDS]
