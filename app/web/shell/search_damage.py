# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages that can be read without what the search gives them: they say that it is missing, and nobody keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from app.web.shell import caching
from app.web.shell.wording import _

if TYPE_CHECKING:
    from flask import Flask

_KEY = "search_damaged"


def register(app: Flask) -> None:
    """Let the frame of all pages ask whether something is missing."""
    app.jinja_env.globals["search_damage"] = words


def noticed() -> None:
    """Remember that this page lacks what the search would have given it."""
    setattr(g, _KEY, True)
    caching.keep_private()


def words() -> str:
    """Return what the reader of this page is told, "" where nothing is missing."""
    if _KEY not in g:
        return ""
    return _(
        "The search is damaged, so lists that come from it are missing here. The operator builds it"
        " anew (erfahrungsnetz reindex)."
    )


def forget() -> None:
    """Say nothing on a page that is about nothing else."""
    g.pop(_KEY, None)
