# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Compares the catalogue with what git says it should hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue.assessment import Assessed
from app.catalogue.entry import CatalogueEntry


class Difference(StrEnum):
    """How catalogue and git disagree about one version."""

    MISSING_ROW = "missing_row"
    EXTRA_ROW = "extra_row"
    WRONG_DIGEST = "wrong_digest"
    WRONG_ROW = "wrong_row"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFinding:
    """One disagreement: `version` is `<kind>/<slug>/v/<ver>`, empty when the catalogue as a whole is behind.

    `expected` is what git says and `found` what the catalogue holds; each is empty when there is nothing.
    """

    difference: Difference
    version: str = ""
    expected: str = ""
    found: str = ""


def compare(expected: Sequence[Assessed], rows: Sequence[CatalogueEntry]) -> tuple[CatalogueFinding, ...]:
    """Return every disagreement between the own versions of git and of the catalogue, by version."""
    wanted = {version.key: version for version in expected}
    present = {(row.kind, row.slug, row.ver): row for row in rows}
    return tuple(_findings(wanted, present))


_Key = tuple[str, str, int]


def _findings(wanted: Mapping[_Key, Assessed], present: Mapping[_Key, CatalogueEntry]) -> Iterator[CatalogueFinding]:
    for key in sorted(wanted.keys() | present.keys()):
        version, row = wanted.get(key), present.get(key)
        name = f"{key[0]}/{key[1]}/v/{key[2]}"
        if row is None:
            yield CatalogueFinding(difference=Difference.MISSING_ROW, version=name)
        elif version is None:
            yield CatalogueFinding(difference=Difference.EXTRA_ROW, version=name, found=row.digest)
        elif row.digest != version.digest:
            yield _unequal(Difference.WRONG_DIGEST, name, version.digest, row.digest)
        elif _rest(version) != _rest(row):
            yield _unequal(Difference.WRONG_ROW, name, _rest(version), _rest(row))


def _unequal(difference: Difference, name: str, expected: str, found: str) -> CatalogueFinding:
    return CatalogueFinding(difference=difference, version=name, expected=expected, found=found)


def _rest(version: Assessed | CatalogueEntry) -> str:
    record_id = version.record_id if isinstance(version, Assessed) else version.id
    return f"{version.state} {record_id or '-'} {version.at.isoformat()} {version.problems or '-'}"
