# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a report gives to a draft beside its sections: a title, and a source on which the rest can rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.content.json_value import LIST, JsonValue
from app.content.schema import KindSchema
from app.content.structure import source_keys
from app.review.importing import ImportedDocument
from app.review.importing.titles import record_title
from app.review.model.draft import DraftContent
from app.web.forms.basis import BASIS, with_basis
from app.web.forms.completing import by_municipality
from app.web.forms.keys import with_source_keys
from app.web.forms.steps import SOURCES

CITE = "als_quelle"
"""Name of the box that names the report as a source."""
WISH = "cite_report"
"""Key in the draft beside the record: False where the author does not want the report to be a source."""
CITED = "cited_report"
"""Key in the draft beside the record: the key of the source that the report is."""


def begun(found: ImportedDocument) -> dict[str, JsonValue]:
    """Return what a draft begins with: the report's title, where it says what the report is about."""
    title = record_title(found.title)
    return {"title": title} if title else {}


def can_cite(content: DraftContent, kind: KindSchema) -> bool:
    """Tell whether the report can become the source of what names none."""
    is_listed = content.extra.get(CITED) in source_keys(content.front)
    open_to_it = BASIS not in content.extra and not is_listed
    return open_to_it and SOURCES in kind.by_key and by_municipality(content.front)


def is_wished(content: DraftContent) -> bool:
    """Tell whether the author wants the report to be a source; nobody has to say so."""
    return content.extra.get(WISH) is not False


def decided(content: DraftContent, title: str, *, cite: bool) -> DraftContent:
    """Return the draft with what its author decided about the report as a source."""
    noted = replace(content, extra={**content.extra, WISH: cite})
    return _cited(noted, title) if cite else noted


def _cited(content: DraftContent, title: str) -> DraftContent:
    """Put the report among the sources and let everything rest on it that names none."""
    listed = content.front.get(SOURCES)
    before = [row for row in listed if row != {}] if isinstance(listed, LIST) else []
    # Without a publisher it is the author's own; its key comes from its title then, which tells more.
    front = with_source_keys({**content.front, SOURCES: [*before, {"title": title}]})
    rows = front[SOURCES]
    last = rows[-1] if isinstance(rows, LIST) else None
    key = str(last.get("key") or "") if isinstance(last, Mapping) else ""
    return replace(content, front=front, extra={**with_basis(content.extra, key), CITED: key})
