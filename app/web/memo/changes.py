# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of a memo's records since it was written, in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.kickoff.memo import Change, RecordChange, ReuseMemo
from app.kickoff.memo.pinning import origin_of
from app.web.access import services
from app.web.formats import moment
from app.web.presentation.shown import Link
from app.web.routing import difference_address, version_address
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A sentence about a record, where to see more, and the number of its find if a newer version can be taken."""

    title: str
    lang: str
    text: str
    links: tuple[Link, ...] = ()
    renewable: int = -1


def shown_changes(memo: ReuseMemo) -> tuple[ShownChange, ...]:
    """Return what changed, in the order of the finds."""
    numbers = {find.record.key: number for number, find in enumerate(memo.finds)}
    return tuple(_shown(change, numbers[change.record.key]) for change in services().memos.changes_since(memo))


def _shown(change: RecordChange, number: int) -> ShownChange:
    return ShownChange(
        title=change.record.title,
        lang=change.record.lang,
        text=_words(change),
        links=_links(change),
        renewable=number if change.change is Change.NEWER else -1,
    )


def _words(change: RecordChange) -> str:
    at = moment(change.at) if change.at else ""
    match change.change:
        case Change.NEWER:
            return _(
                "You read version %(read)s. Since %(at)s there is version %(newest)s.",
                read=change.record.ver,
                at=at,
                newest=change.ver,
            )
        case Change.WITHDRAWN:
            return _("The record was withdrawn on %(at)s. The page says why.", at=at)
        case Change.ALTERED:
            return _(
                "Under version %(read)s another text stands today than the one in the memo. "
                "Either the memo or the record was changed afterwards.",
                read=change.record.ver,
            )
        case Change.UNKNOWN:
            return _("This site does not have the record in that version, so it cannot say whether it changed.")


def _links(change: RecordChange) -> tuple[Link, ...]:
    record = change.record
    if change.change in (Change.ALTERED, Change.UNKNOWN):
        return ()
    origin = origin_of(record.home, services().settings.issuer)
    if change.change is Change.WITHDRAWN:
        return (Link(label=_("To the withdrawn record"), href=version_address(record.id, record.ver, origin)),)
    difference = difference_address(record.id, record.ver, change.ver or 0, origin)
    return (Link(label=_("See what changed"), href=difference),)
