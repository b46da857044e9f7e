# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was put aside so far, and where to go with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.web.kickoff.found import Choosing, choosing
from app.web.kickoff.selection import Parameters, Selection, kickoff_address
from app.web.kickoff.situation import Kickoff
from app.web.shell.access import services
from app.web.shell.routing import page_address
from app.web.shell.shown import Link
from app.web.shell.wording import _

PLACE = "auswahl"
"""Where the tray stands on its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    """A record that was put aside."""

    link: Link
    choosing: Choosing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """The records taken and rejected, and the pages that work with them."""

    taken: tuple[PutAside, ...]
    rejected: tuple[PutAside, ...]
    ways: tuple[Link, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was put aside yet."""
        return not self.taken and not self.rejected


def tray(kickoff: Kickoff, address: str, parameters: Parameters, *, starting: bool = False) -> Tray | None:
    """Return the tray for the page at `address`; None for a plain search.

    `parameters` are all of the kickoff, the selection among them. `starting`: it is the page on which projects start.
    """
    if kickoff.is_empty and not starting:
        return None
    chosen = set(kickoff.selection.parameters())
    others = [pair for pair in parameters if pair not in chosen]
    page = f"{address}#{PLACE}"
    return Tray(
        taken=tuple(_records(kickoff.selection.taken, kickoff.selection, page, others, parameters)),
        rejected=tuple(_records(kickoff.selection.rejected, kickoff.selection, page, others, parameters)),
        ways=ways(kickoff.selection, parameters),
    )


def _records(
    ids: Iterable[str], selection: Selection, page: str, others: Parameters, parameters: Parameters
) -> Iterator[PutAside]:
    catalogue = services().catalogue
    for one in ids:
        origin, _slash, record_id = one.rpartition("/")
        try:
            entry = catalogue.head(record_id, origin)
            record = catalogue.record(entry)
        except (RecordNotFound, RecordWithdrawn):
            continue
        href = kickoff_address(page_address(entry), parameters)
        yield PutAside(
            link=Link(label=record.title, href=href, lang=record.lang),
            choosing=choosing(one, selection, page, others),
        )


def ways(selection: Selection, parameters: Parameters) -> tuple[Link, ...]:
    """Return the pages that work with a selection; `parameters` are as for the tray."""
    # One record alone has nothing to be compared with.
    several = len(selection.taken) + len(selection.rejected) > 1
    pages = [(url_for("compare.page"), _("Compare"))] if several else []
    pages += [
        (url_for("goal_check.form"), _("Check goals and backing")),
        (url_for("memo.draft"), _("Write the reuse memo")),
    ]
    return tuple(Link(label=words, href=kickoff_address(page, parameters)) for page, words in pages)
