# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of places: what a town hall types becomes a state, a kind and a number of inhabitants."""

from app.kickoff.places.directory import OWN_FILE, PlaceDirectory
from app.kickoff.places.entry import PART, UNKNOWN, Attribution, PlaceEntry
from app.kickoff.places.official import Imported, import_official
from app.kickoff.places.table import OfficialReaderMissing, PlaceListInvalid

__all__ = [
    "OWN_FILE",
    "PART",
    "UNKNOWN",
    "Attribution",
    "Imported",
    "OfficialReaderMissing",
    "PlaceDirectory",
    "PlaceEntry",
    "PlaceListInvalid",
    "import_official",
]
