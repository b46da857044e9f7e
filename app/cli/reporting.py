# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences that several commands share."""

from __future__ import annotations

import click

from app.bootstrap import Services
from app.content.seed import SyncReport


def say_sync(report: SyncReport) -> None:
    """Tell what an import did, one line per record that needs attention."""
    click.echo(
        f"{len(report.added)} added, {len(report.updated)} updated, {len(report.unchanged)} unchanged, "
        f"{len(report.kept_local)} kept as edited here."
    )
    for kept in report.kept_local:
        click.echo(f"  {kept.path}: edited here and in the folder; the folder's version waits as {kept.proposal}")
    for path in report.removed_in_seed:
        click.echo(f"  {path}: gone from the folder, kept here")
    for path in report.ignored:
        click.echo(f"  {path}: belongs to no record, left out", err=True)


def say_broken(services: Services) -> None:
    """Name the records whose newest version cannot be shown."""
    broken = services.catalogue.problems()
    for entry in broken:
        click.echo(f"  {entry.kind}/{entry.slug}: version {entry.ver} breaks the rules and is not shown", err=True)
    if broken:
        click.echo("For file, line and what to do: erfahrungsnetz doctor", err=True)
