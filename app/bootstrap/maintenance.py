# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a node needs once a day."""

from __future__ import annotations

from app.bootstrap.services import Services
from app.db.last_results import check_database


def maintain(services: Services) -> None:
    """Pack the repository, remove what pushes and other nodes left behind, check the database."""
    services.repository.maintain()
    services.public_copy.empty_inbox()
    services.harvest.files.held.maintain()
    check_database(services.sessions, services.results)
