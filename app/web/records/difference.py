# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What differs between two texts, in words: a summary of the changes, and the values themselves."""

from __future__ import annotations

from app.content.difference import ItemCount, RecordDifference
from app.content.fields import ValueText
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.wording import _, ngettext


def value_text(origin: str = "") -> ValueText:
    """Return what words the values of a record of `origin`, this node's own where it is ""."""
    return ValueText(lang=current_language(), vocabularies=services().vocabularies, title_of=SiteLinks(origin).title)


def in_words(difference: RecordDifference) -> tuple[str, ...]:
    """Return the summary as phrases: "3 fields changed", "Lessons: 1 added"."""
    counts = difference.summary
    phrases = []
    if counts.changed:
        phrases.append(ngettext("%(num)s field changed", "%(num)s fields changed", counts.changed))
    if counts.added:
        phrases.append(ngettext("%(num)s field added", "%(num)s fields added", counts.added))
    if counts.removed:
        phrases.append(ngettext("%(num)s field removed", "%(num)s fields removed", counts.removed))
    return (*phrases, *(_list(count) for count in counts.items))


def _list(count: ItemCount) -> str:
    parts = []
    if count.added:
        parts.append(ngettext("%(num)s added", "%(num)s added", count.added))
    if count.changed:
        parts.append(ngettext("%(num)s changed", "%(num)s changed", count.changed))
    if count.removed:
        parts.append(ngettext("%(num)s removed", "%(num)s removed", count.removed))
    return _("%(list)s: %(changes)s", list=count.label, changes=", ".join(parts))
