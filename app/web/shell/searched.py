"""Runs the searches of a page, and notes if one failed; such pages are not cached."""

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
    """Give all templates the message about a failed search, "" if none failed."""
    app.jinja_env.globals["search_damage"] = lambda: g.get(_KEY, "")


def answered(search: Callable[[], Found]) -> Found:
    """Return the result of `search`; raises Unavailable after noting it for the page."""
    try:
        return search()
    except Unavailable as error:
        note_damage(error)
        raise


def note_damage(error: Unavailable) -> None:
    """Note for this page that results of the search are missing, and why."""
    damaged = _(
        "The search is damaged, so lists that come from it are missing here. The operator builds it"
        " anew (erfahrungsnetz reindex)."
    )
    silent = _("The search does not answer at the moment, so lists that come from it are missing here.")
    setattr(g, _KEY, damaged if isinstance(error, IndexDamaged) else silent)
    page_cache.keep_private()


def forget_damage() -> None:
    """Drop the note on a page that is itself about the failure."""
    g.pop(_KEY, None)


def entries_of(hits: Iterable[SearchHit]) -> list[CatalogueEntry]:
    """Return the catalogue entries of hits, without those removed from the catalogue in the meantime."""
    visible = services().catalogue.visible()
    return [entry for hit in hits if (entry := visible.get(hit.id, hit.origin))]
