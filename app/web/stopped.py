# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why nothing is published at the moment, in words for whoever tried."""

from __future__ import annotations

from app.content.repository import PublishingStopped
from app.web.wording import ngettext


def stopped_words(error: PublishingStopped) -> str:
    """Return what happened and what somebody does about it."""
    if error.path:
        return stuck_words(1)
    return waiting_words(error.records)


def stuck_words(records: int) -> str:
    """Return why so many records alone are not published; the others are."""
    return ngettext(
        "This record waits: other sites have a newer version of it than this one, and it could not be brought back"
        " as a whole. The operator decides what becomes of it (erfahrungsnetz recover).",
        "These %(num)s records wait: other sites have newer versions of them than this one, and they could not be"
        " brought back as a whole. The operator decides what becomes of them (erfahrungsnetz recover).",
        records,
    )


def waiting_words(records: int) -> str:
    """Return why nothing is published, with the number of records that are to come back."""
    return ngettext(
        "Nothing is published here at the moment: other sites have a newer version of %(num)s record of this site than"
        " it has itself, most likely because it was restored from a backup. The operator brings it back"
        " (erfahrungsnetz recover). Nothing that you wrote is lost; please try again afterwards.",
        "Nothing is published here at the moment: other sites have newer versions of %(num)s records of this site than"
        " it has itself, most likely because it was restored from a backup. The operator brings them back"
        " (erfahrungsnetz recover). Nothing that you wrote is lost; please try again afterwards.",
        records,
    )
