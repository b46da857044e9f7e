"""What can be wrong with a search index."""

from __future__ import annotations

from app.shared.errors import Unavailable
from app.shared.wording import N_


class IndexDamaged(Unavailable):
    """The index cannot be read: its files are not as they were written. It has to be built anew."""

    directory: str

    headline = N_("The search does not work at the moment")
    message = N_(
        "The search is damaged, so nothing can be searched. No text is lost, and all records can be read."
        " The operator builds it anew (erfahrungsnetz reindex); please try again afterwards."
    )


class SearchUnavailable(Unavailable):
    """The index cannot be used now: another process writes for too long."""

    directory: str

    message = "the search index cannot be used now (%(directory)s): another process writes it. Try again"
