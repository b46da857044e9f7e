"""What a page asks the search, and what it says where that cannot be had; nobody keeps such a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import Flask, g

from app.catalogue import CatalogueEntry
from app.search.port import IndexDamaged
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.wording import _

Found = TypeVar("Found")
_KEY = "search_damage"


def register(app: Flask) -> None:
    """Let the frame of all pages ask what is missing, "" where nothing is."""
    app.jinja_env.globals["search_damage"] = lambda: g.get(_KEY, "")


def answered(search: Callable[[], Found]) -> Found:
    """Return what the search says; raises Unavailable, which the page tells of."""
    try:
        return search()
    except Unavailable as error:
        note_damage(error)
        raise


def note_damage(error: Unavailable) -> None:
    """Let this page say that it lacks what the search would have given it, and why."""
    damaged = _(
        "The search is damaged, so lists that come from it are missing here. The operator builds it"
        " anew (erfahrungsnetz reindex)."
    )
    silent = _("The search does not answer at the moment, so lists that come from it are missing here.")
    setattr(g, _KEY, damaged if isinstance(error, IndexDamaged) else silent)
    page_cache.keep_private()


def forget_damage() -> None:
    """Say nothing on a page that is about nothing else."""
    g.pop(_KEY, None)


def entries_of(hits: Iterable[SearchHit]) -> list[CatalogueEntry]:
    """Return the versions that were found; one that has left the catalogue in between is left out."""
    visible = services().catalogue.visible()
    return [entry for hit in hits if (entry := visible.get(hit.id, hit.origin))]
