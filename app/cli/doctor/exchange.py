# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other nodes are offered, and the keys that vouch for it."""

from __future__ import annotations

from collections.abc import Iterator

from app.bootstrap import Services
from app.cli.doctor.finding import Finding
from app.cli.doctor.stores import has_tables
from app.federation.keys import KeysUnreadable, Role

_RESTORE = "Restore it from the backup; see docs/operations.md."


def examine_exchange(services: Services) -> Iterator[Finding]:
    """Find signing keys that cannot be read, and records that are offered in another version than the catalogue's."""
    federation = services.federation
    for role in Role:
        try:
            federation.keys.ring(role)
        except KeysUnreadable as error:
            message = f"the {role} key cannot be read, so nothing can be signed for other nodes"
            yield Finding(area="keys", code="no_key", subject=str(error.path), message=message, remedy=_RESTORE)
    if not has_tables(services):
        return
    for waiting in services.recovery.waiting():
        stopped = "its record waits" if waiting.stuck else "nothing is published until it is back"
        yield Finding(
            area="exchange",
            code="lost_version",
            subject=waiting.path or waiting.record_id,
            message=f"other nodes hold a later version of this node's own record; {stopped}",
            remedy="erfahrungsnetz recover",
        )
    for found in federation.held.disagreements():
        yield Finding(
            area="exchange",
            code="wrong_item",
            subject=found.record,
            message=f"offered: {found.found or 'nothing'}, catalogue: {found.expected or 'nothing'}",
            remedy="erfahrungsnetz reindex --catalogue",
        )
