# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the official directory of municipalities, GV100AD of the Federal Statistical Office (Destatis).

Fixed-width text, described in the PDF that comes with each edition; read by the optional package gv100ad-py.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.errors import OfficialReaderMissing, PlaceListInvalid
from app.kickoff.places.official_records import OfficialRecords
from app.official_key import state_of


def read_official(path: Path, nuts: Mapping[str, str], population_as_of: str | None = None) -> list[PlaceEntry]:
    """Return the districts, municipalities and associations of the file.

    `nuts` gives the NUTS 3 region of a district key. The file tells the date of the territory but not that of
    the inhabitants, so `population_as_of` is what the operator read on the publisher's page.

    Raises OfficialReaderMissing, PlaceListInvalid with the line, or OSError.
    """
    reader = _reader()
    records = OfficialRecords(nuts, population_as_of)
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            _take(reader, line, records, path, number)
    entries = records.entries()
    if not entries:
        raise PlaceListInvalid(path, "empty")
    return entries


def _reader() -> ModuleType:
    try:
        return import_module("gv100ad")
    except ImportError as error:
        raise OfficialReaderMissing from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        # Editions of old are in a DOS code page; guessing which would give wrong umlauts without a word.
        raise PlaceListInvalid(path, "encoding") from error


def _check(record: Any) -> None:
    state_of(record.regional_code)
    if not record.name.strip():
        raise ValueError("a place needs a name")


def _take(reader: ModuleType, line: str, records: OfficialRecords, path: Path, number: int) -> None:
    try:
        record = next(iter(reader.GV100ADReader(StringIO(line)).read()))
        _check(record)
    except (ValueError, KeyError) as error:
        raise PlaceListInvalid(path, "row", number) from error
    if isinstance(record, reader.District):
        records.add_district(record)
    elif isinstance(record, reader.MunicipalAssociation):
        records.add_association(record)
    elif isinstance(record, reader.Municipality):
        records.add_municipality(record)
