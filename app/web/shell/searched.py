"""What a page asks the search, and the versions that were found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from app.catalogue import CatalogueEntry
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.web.shell import search_damage
from app.web.shell.access import services

Found = TypeVar("Found")


def answered(search: Callable[[], Found]) -> Found:
    """Return what the search says; raises Unavailable, which the page tells of."""
    try:
        return search()
    except Unavailable as error:
        search_damage.noticed(error)
        raise


def entries_of(hits: Iterable[SearchHit]) -> list[CatalogueEntry]:
    """Return the versions that were found; one that has left the catalogue in between is left out."""
    visible = services().catalogue.visible()
    return [entry for hit in hits if (entry := visible.get(hit.id, hit.origin))]
