# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How municipalities responded, in words, by the site on whose word it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for

from app.identity import Action, Person, may
from app.review.responses.response import Relation, Response, ResponseCount
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.nodes import node_name, node_title
from app.web.shell.wording import _, ngettext

SHOWN = 5
"""Responses of one site that are shown at once; others are folded."""
FOLDED = 45
"""Responses of one site that can be unfolded; of more only the number is told, so that nobody fills a page."""
SITES = 10
"""Sites whose responses are shown; of the others only the number is told."""
NAMED = 3
"""Sites that are named with their share of the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseLine:
    """One response: who says what, and in which words.

    `replaced` tells that a newer one of the same municipality counts instead; `moderate` is where the reader takes
    that of another site out of sight, "" where they may not.
    """

    place: str
    relation: str
    note: str
    at: datetime
    lesson: str | None
    replaced: bool
    moderate: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseGroup:
    """The responses on the word of one site, which `source` names ("" where all are this site's own)."""

    source: str
    lines: tuple[ResponseLine, ...]
    folded: tuple[ResponseLine, ...]
    more: str
    own: bool


def count_words(count: ResponseCount) -> str:
    """Return how many municipalities said what, and on whose word; "" where none said anything."""
    parts = [
        ngettext("%(num)s municipality uses it too", "%(num)s municipalities use it too", count.reuses)
        if count.reuses
        else "",
        ngettext("%(num)s confirms it", "%(num)s confirm it", count.confirms) if count.confirms else "",
        ngettext("it was different with %(num)s", "it was different with %(num)s", count.contradicts)
        if count.contradicts
        else "",
    ]
    said = " · ".join(part for part in parts if part)
    shares = "; ".join(_shares(count))
    return _("%(said)s (of these %(shares)s)", said=said, shares=shares) if said and shares else said


def _shares(count: ResponseCount) -> Iterator[str]:
    for origin, number in count.elsewhere[:NAMED]:
        yield _("%(count)s according to %(site)s", count=number, site=node_name(origin))
    rest = count.elsewhere[NAMED:]
    if rest:
        yield ngettext(
            "%(count)s according to %(num)s other site",
            "%(count)s according to %(num)s other sites",
            len(rest),
            count=sum(number for _origin, number in rest),
        )


def relation_words(relation: Relation) -> str:
    """Return what a response says, as the schema puts it."""
    return services().schemas.label("relation", relation.value, current_language())


def response_groups(found: Iterable[Response], person: Person | None) -> tuple[ResponseGroup, ...]:
    """Return responses by site, this one's first, then by the newest; few of each, because anybody can run a site."""
    ordered = sorted(found, key=lambda one: one.origin)
    by_site = [tuple(group) for _origin, group in groupby(ordered, key=lambda one: one.origin)]
    by_site.sort(key=lambda group: group[0].at, reverse=True)
    by_site.sort(key=lambda group: bool(group[0].origin))
    foreign = any(group[0].origin for group in by_site)
    moderates = may(person, Action.MODERATE)
    groups = [_group(group, foreign=foreign, moderates=moderates) for group in by_site[:SITES]]
    hidden = sum(len(group) for group in by_site[SITES:])
    return (*groups, _rest(hidden, len(by_site) - SITES)) if hidden else tuple(groups)


def _group(found: tuple[Response, ...], *, foreign: bool, moderates: bool) -> ResponseGroup:
    origin = found[0].origin
    lines = [_line(one, moderates=moderates) for one in found[: SHOWN + FOLDED]]
    more = len(found) - len(lines)
    return ResponseGroup(
        source=_("According to %(site)s", site=node_title(origin)) if foreign else "",
        lines=tuple(lines[:SHOWN]),
        folded=tuple(lines[SHOWN:]),
        more=ngettext("and %(num)s more response", "and %(num)s more responses", more) if more else "",
        own=not origin,
    )


def _rest(number: int, sites: int) -> ResponseGroup:
    more = ngettext("%(num)s response", "%(num)s responses", number)
    source = ngettext("According to %(num)s other site", "According to %(num)s other sites", sites)
    return ResponseGroup(source=source, lines=(), folded=(), more=more, own=False)


def _line(one: Response, *, moderates: bool) -> ResponseLine:
    href = url_for("moderation.record", origin=one.origin, record_id=one.record_id) if one.origin else ""
    return ResponseLine(
        place=f"{one.place.name} ({services().schemas.label('state', one.place.state, current_language())})",
        relation=relation_words(one.relation),
        note=one.note,
        at=one.at,
        lesson=one.lesson,
        replaced=not one.counts,
        moderate=href if moderates else "",
        slug=one.slug,
    )
