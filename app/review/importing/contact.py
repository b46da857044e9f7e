# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads from the end of a report which office answers questions, and in which municipality."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ADDRESS = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[^\s@,;:<>().]+")
_PIECES = re.compile(r"[,;\n|]|\s[–-]\s")
_PLACE = re.compile(
    r"(?:große kreisstadt|stadt|gemeinde|markt|landkreis|kreis|samtgemeinde|amt) (?P<name>\S.*)", re.IGNORECASE
)
_NUMBERS = re.compile(r"\d{2,}")
_LABEL = re.compile(
    r"^(?:ansprechstelle|ansprechpartner(?:in)?|kontakt|e-?mail|telefon|tel\.?|post)\s*:\s*", re.IGNORECASE
)
_LONGEST_ROLE = 120
_DISTRICT = ("landkreis", "kreis")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContact:
    """What a report says about its contact; "" where it says nothing. `kind` is one of the schema's place kinds."""

    role: str = ""
    mailbox: str = ""
    municipality: str = ""
    kind: str = ""


def contact(text: str) -> ReportContact:
    """Return the office, its mailbox and the municipality that stand in plain words; people's names are not sought."""
    found = _ADDRESS.search(text)
    pieces = [_LABEL.sub("", piece.strip(" ()<>.")) for piece in _PIECES.split(_ADDRESS.sub("", text))]
    place = next((match for piece in pieces if (match := _PLACE.fullmatch(piece))), None)
    roles = [p for p in pieces if p and not _PLACE.fullmatch(p) and not _NUMBERS.search(p) and len(p) <= _LONGEST_ROLE]
    return ReportContact(
        role=roles[0] if roles and found else "",
        mailbox=found[0].rstrip(".") if found else "",
        municipality=place["name"].strip() if place else "",
        kind="district" if place and place[0].lower().startswith(_DISTRICT) else "",
    )
