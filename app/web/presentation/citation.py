# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How to cite a version, so that the citation leads to the same text for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.content.record import Record
from app.web import formats
from app.web.presentation.special import LICENCES
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation with the permanent addresses of the version and of the record."""

    text: str
    version_address: str
    record_address: str
    licence: str
    licence_href: str
    attribution: str


def citation(
    record: Record, *, site: str, version: int, at: datetime, version_address: str, record_address: str
) -> Citation:
    """Return how to cite version `version` of `record`, published at `at`."""
    name, href = LICENCES.get(record.license, (record.license, ""))
    text = _(
        "%(title)s. In: %(site)s, version %(version)s of %(date)s. Licence: %(licence)s. %(address)s",
        title=record.title,
        site=site,
        version=version,
        date=formats.day(at.date()),
        licence=name,
        address=version_address,
    )
    return Citation(
        text=text,
        version_address=version_address,
        record_address=record_address,
        licence=name,
        licence_href=href,
        attribution=str(record.data.get("attribution", "")),
    )
