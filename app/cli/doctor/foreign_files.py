# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures and files of other nodes' records."""

from __future__ import annotations

from collections.abc import Iterator

from app.bootstrap import Services
from app.cli.doctor.finding import Finding
from app.cli.doctor.stores import has_tables
from app.federation.harvest.files.store import StoreBusy


def examine_foreign_files(services: Services) -> Iterator[Finding]:
    """Find files that are not as they were signed, or not there. They are wanted again: the next run fetches them."""
    if not has_tables(services):
        return
    try:
        lost = services.harvest.files.keeping.examine()
    except (OSError, StoreBusy) as error:
        yield Finding(
            area="foreign files",
            code="not_readable",
            subject=str(services.settings.foreign_files_path),
            message=f"cannot be worked on ({type(error).__name__})",
            remedy="Make the folder writable for the service's user and call again.",
        )
        return
    for file in lost:
        yield Finding(
            area="foreign files",
            code="damaged_file",
            subject=f"{file.origin}/{file.record_id}/v/{file.ver}/{file.name}",
            message="is damaged or missing; it is put aside and fetched again from a node that has it",
            remedy="erfahrungsnetz harvest",
        )
