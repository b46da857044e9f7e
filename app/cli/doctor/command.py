"""erfahrungsnetz doctor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import click

from app.catalogue import State
from app.cli.doctor.exchange import (
    examine_exchange,
    examine_foreign_files,
    examine_statements,
    figure_lines,
)
from app.cli.doctor.finding import Diagnosis, Finding
from app.cli.doctor.stores import (
    REBUILD,
    examine_database,
    examine_growth,
    examine_meaning,
    examine_place_of_files,
    examine_projections,
    examine_repository,
    examine_server,
)
from app.cli.doctor.surroundings import (
    examine_condition,
    examine_files,
    examine_keys,
    examine_secrets,
    examine_settings,
)
from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, format_option, opened
from app.database import schema_version
from app.shared.errors import DomainError
from app.wiring import Services
from app.wiring.node import Node


@click.command(epilog=EPILOG)
@format_option("Form of the report.")
@click.option("--repair", is_flag=True, help="Before, fetch damaged statements of other nodes again from a peer.")
@click.pass_obj
def doctor(options: Options, style: str, repair: bool) -> None:
    """Prove that repository, catalogue and index agree, and look at keys, settings and files.

    Reads everything and, without --repair, changes nothing, except that publications that a killed process left half
    done are completed, damaged files of other nodes put aside and fetched again, and that what partners hold of this
    node is noted, below which it publishes nothing then. Reads each object and signature of the history, which takes
    about ten seconds for a thousand versions, and each statement of other nodes. Warnings alone do not count as
    findings.

    \b
    Examples:
      erfahrungsnetz doctor
      erfahrungsnetz doctor --format json
      erfahrungsnetz doctor --repair
    """
    with opened(options.settings()) as services:
        if repair:
            _repair(services)
        diagnosis = diagnose(services)
    click.echo(diagnosis.to_json() if style == "json" else diagnosis.to_text())
    if diagnosis.errors:
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def diagnose(services: Services) -> Diagnosis:
    """Return everything that is wrong with a node; raises NotInitialised, TextsLost and OtherTables."""
    if not services.settings.reads_only:
        Node(services).need_texts()
    services.projections.head()
    services.vocabularies.refresh()
    if services.settings.reads_only:
        found = [*_around(services), *examine_projections(services, ProgressLine), *examine_meaning(services)]
        return _diagnosis(services, found)
    damage = tuple(examine_database(services))
    if damage:
        # Whatever else would be read from it proves nothing.
        return Diagnosis(findings=(*damage, *examine_repository(services)), records=0, versions=0)
    schema_version.check(services.sessions.engine)
    if schema_version.current(services.sessions.engine) is None:
        empty = Finding("catalogue", "no_tables", "the database is empty", REBUILD)
        return Diagnosis(findings=(*examine_repository(services), empty, *_around(services)), records=0, versions=0)
    # What keeps it from that is among the findings.
    with suppress(DomainError):
        # Complete what a killed process left between git and the catalogue.
        if services.review.reconciliation.repair().changed:
            services.follow()
    verification = services.harvest.check_integrity(ProgressLine("statements"))
    found = [
        *examine_repository(services),
        *examine_projections(services, ProgressLine),
        *examine_growth(services),
        *examine_meaning(services),
        *examine_exchange(services),
        *examine_foreign_files(services),
        *_around(services),
        *examine_statements(verification),
    ]
    return _diagnosis(services, found, *figure_lines(verification))


def _diagnosis(services: Services, found: Sequence[Finding], *figures: str) -> Diagnosis:
    records = sum(entry.state is State.PUBLISHED for entry in services.catalogue.newest())
    versions = services.catalogue.version_count()
    return Diagnosis(findings=tuple(found), records=records, versions=versions, figures=figures)


def _repair(services: Services) -> None:
    """Fetch damaged statements again, and bring search and offers up to date."""
    services.repository.head()
    services.vocabularies.refresh()
    found = services.harvest.check_integrity(ProgressLine("statements"))
    mended, left = services.harvest.repair.run(found.faults, ProgressLine("fetching again"))
    services.search.catch_up()
    services.federation.held.catch_up()
    click.echo(f"{mended} records of other nodes mended, {len(left)} left.", err=True)
    for origin, record_id in left:
        click.echo(f"    {origin}/{record_id}: no peer gave a good statement", err=True)


def _around(services: Services) -> Iterator[Finding]:
    """Look at what every machine has."""
    yield from examine_server(services)
    yield from examine_condition(services)
    yield from examine_place_of_files(services)
    yield from examine_keys(services.settings)
    yield from examine_secrets(services.settings)
    yield from examine_settings(services.settings)
    yield from examine_files(services.settings)
