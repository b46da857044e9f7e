# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database as a file: whether it can be read at all."""

from __future__ import annotations

from collections.abc import Iterator

from app.bootstrap import Services
from app.cli.doctor.finding import Finding
from app.db.trouble import quick_check

_REMEDY = "Stop site and worker, put node.sqlite back from the backup, then: erfahrungsnetz reindex --catalogue"


def examine_database(services: Services) -> Iterator[Finding]:
    """Find damaged pages; whoever reads on with them reads something else than was written."""
    for line in quick_check(services.sessions):
        where = services.sessions.engine.url.database or ""
        message = f"the database is damaged: {' '.join(line.split())}"
        yield Finding(area="database", code="damaged", subject=where, message=message, remedy=_REMEDY)
