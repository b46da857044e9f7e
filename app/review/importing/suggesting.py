# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a section of a report probably belongs, by the words of its heading. The author decides."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS: tuple[tuple[str, str], ...] = (
    ("summary", r"zusammenfassung|kurzfassung|abstract|überblick|auf einen blick|management summary"),
    (
        "lessons",
        r"lehre|erkenntnis|lessons|erfolgsfaktor|empfehlung|erfahrung|stolperstein|gelernt|anders machen|bewährt",
    ),
    ("open_questions", r"offene (?:frage|punkt)"),
    ("goals", r"\bziele?\b|zielsetzung|projektziel"),
    ("body.transfer", r"nachnutz|übertrag|transfer|verstetigung"),
    ("contact", r"ansprech|kontakt|rückfragen"),
    ("body.cost", r"kosten|finanz|förder|budget|haushalt|aufwand"),
    ("body.results", r"ergebnis|wirkung|evaluation|auswertung|nutzung|bilanz|fazit|resultat"),
    ("body.problem", r"ausgangslage|problem|anlass|hintergrund|einleitung|bedarf|situation|motivation"),
    ("body.transfer", r"ausblick"),
    ("sources", r"quelle|literatur|nachweis|verzeichnis der"),
    (
        "body.approach",
        r"vorgehen|umsetzung|durchführung|maßnahme|projektverlauf|ablauf|methode|beteiligung|technik|getan|unternommen",
    ),
    ("body.background", r"hintergrund|ausgangslage|anlass|einleitung"),
    ("body.findings", r"ergebnis|befund|erkenntnis"),
    ("body.method", r"methode|vorgehen"),
    ("body.limits", r"grenze|risik|schwäche|einschränkung"),
    ("body.description", r"beschreibung|überblick|funktion|einleitung"),
    ("body.operation", r"betrieb|technik|architektur"),
    ("body.reuse", r"nachnutz|übertrag|lizenz"),
)
_PATTERNS = tuple((target, re.compile(words)) for target, words in _WORDS)


def suggested(title: str, targets: Collection[str]) -> str:
    """Return the first of `targets` whose words stand in a heading, "" where none does."""
    heading = title.lower()
    return next((target for target, words in _PATTERNS if target in targets and words.search(heading)), "")
