"""Pages that can be read without what the search gives them: they say that it is missing, and nobody keeps them."""

from __future__ import annotations

from enum import Enum, auto

from flask import Flask, g

from app.search.errors import IndexDamaged
from app.shared.errors import Unavailable
from app.web.shell import caching
from app.web.shell.wording import _

_KEY = "search_damage"


def register(app: Flask) -> None:
    """Let the frame of all pages ask whether something is missing."""
    app.jinja_env.globals["search_damage"] = words


class Damage(Enum):
    """Why a page lacks what the search would have given it."""

    DAMAGED = auto()
    SILENT = auto()


def noticed(error: Unavailable) -> None:
    """Remember that this page lacks what the search would have given it, and why."""
    setattr(g, _KEY, Damage.DAMAGED if isinstance(error, IndexDamaged) else Damage.SILENT)
    caching.keep_private()


def words() -> str:
    """Return what the reader of this page is told, "" where nothing is missing."""
    damage = g.get(_KEY)
    if damage is None:
        return ""
    if damage is Damage.SILENT:
        return _("The search does not answer at the moment, so lists that come from it are missing here.")
    return _(
        "The search is damaged, so lists that come from it are missing here. The operator builds it"
        " anew (erfahrungsnetz reindex)."
    )


def forget() -> None:
    """Say nothing on a page that is about nothing else."""
    g.pop(_KEY, None)
