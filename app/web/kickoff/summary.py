# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situation in one line: "Landkreis, Hessen, 90.000 Einw. · 12 Monate · nur Open Source"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.kickoff.situation import Situation, SummaryCode, SummaryPart, summary
from app.web import formats
from app.web.kickoff import memberships
from app.web.kickoff.labels import inhabitants, label, posts, topic_label
from app.web.wording import _, ngettext

_PLACE = frozenset((SummaryCode.NAME, SummaryCode.KIND, SummaryCode.STATE, SummaryCode.POPULATION))
WORDS: Mapping[SummaryCode, Callable[[str], str]] = {
    SummaryCode.NAME: lambda value: value,
    SummaryCode.KIND: lambda value: label("place_kind", value),
    SummaryCode.STATE: lambda value: label("state", value),
    SummaryCode.POPULATION: lambda value: inhabitants(float(value)),
    SummaryCode.SIZE_CLASS: lambda value: label("size_class", value),
    SummaryCode.COOPERATION: lambda value: label("cooperation", value),
    SummaryCode.TOPIC: topic_label,
    SummaryCode.PHASE: lambda value: _("phase: %(phase)s", phase=label("phase", value)),
    SummaryCode.MONTHS: lambda value: ngettext("%(num)s month", "%(num)s months", int(value)),
    SummaryCode.BUDGET: lambda value: formats.amount(float(value)),
    SummaryCode.STAFF: lambda value: posts(float(value)),
    SummaryCode.OPEN_SOURCE_ONLY: lambda _value: _("open source only"),
    SummaryCode.OBTAINABLE_ONLY: lambda _value: _("only what we can obtain"),
}


def in_words(situation: Situation) -> tuple[str, ...]:
    """Return the parts of the line; what belongs to the place is one part."""
    parts = summary(situation)
    place = ", ".join(_worded(part) for part in parts if part.code in _PLACE and not _told(part, situation))
    others = [_worded(part) for part in parts if part.code not in _PLACE]
    return tuple(part for part in (place, _memberships(situation), *others) if part)


def _memberships(situation: Situation) -> str:
    stated = situation.place.memberships if situation.place else frozenset()
    return _("belongs to %(bodies)s", bodies=", ".join(memberships.names(stated))) if stated else ""


def _worded(part: SummaryPart) -> str:
    return WORDS[part.code](part.params.get(part.code.value, ""))


def _told(part: SummaryPart, situation: Situation) -> bool:
    """Tell whether the name says it already: "Landkreis Fulda" is a district."""
    name = (situation.place.name if situation.place else None) or ""
    return part.code is SummaryCode.KIND and _worded(part).casefold() in name.casefold()
