# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database: whether its file can be read at all, and whether a server keeps texts as the program expects."""

from __future__ import annotations

from collections.abc import Iterator

from app.bootstrap import Services
from app.cli.doctor.finding import Finding, Grade
from app.db.postgresql import ways_of
from app.db.trouble import quick_check

_REMEDY = "Stop site and worker, put node.sqlite back from the backup, then: erfahrungsnetz reindex --catalogue"


def examine_database(services: Services) -> Iterator[Finding]:
    """Find damaged pages; whoever reads on with them reads something else than was written."""
    for line in quick_check(services.sessions):
        where = services.sessions.engine.url.database or ""
        message = f"the database is damaged: {' '.join(line.split())}"
        yield Finding(area="database", code="damaged", subject=where, message=message, remedy=_REMEDY)


def examine_server(services: Services) -> Iterator[Finding]:
    """Find a database of a server that cannot keep every text, or orders texts as a language does."""
    kept = ways_of(services.sessions.engine)
    if kept is None or (kept.encoding == "UTF8" and kept.is_plain):
        return
    yield Finding(
        area="database",
        code="encoding" if kept.encoding != "UTF8" else "order",
        grade=Grade.ERROR if kept.encoding != "UTF8" else Grade.WARNING,
        message=f"the database keeps texts as {kept.encoding} in the order {kept.order}",
        remedy="Make it anew with: createdb --template template0 --encoding UTF8 --locale C.UTF-8",
    )
