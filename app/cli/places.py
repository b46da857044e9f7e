"""erfahrungsnetz places."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.cli.options import EPILOG, Options
from app.kickoff.places.directory import OWN_FILE, PlaceDirectory
from app.kickoff.places.official import Imported, import_official

_KINDS = (
    ("city_state", "city states"),
    ("independent_city", "cities without a district"),
    ("district", "districts"),
    ("town", "towns"),
    ("municipality", "other municipalities"),
    ("municipal_association", "associations of municipalities"),
)


@click.group(epilog=EPILOG)
def places() -> None:
    """Look after the list of places that fills in the situation of whoever starts a project."""


@places.command("import", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--population-as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Date of the numbers of inhabitants as the publisher gives it; the file itself does not tell.",
)
@click.pass_obj
def import_(options: Options, file: Path, population_as_of: datetime | None) -> None:
    """Use the official directory of German municipalities instead of the list that comes with the program.

    FILE is the text file of GV100AD, which the Federal Statistical Office (Destatis) publishes as a ZIP file
    each quarter; unpack it first. A running site takes the new list up by itself. To return to the list that comes with
    the program, delete places.csv in the data folder.

    Needs the package gv100ad-py, which is not part of the installation.

    \b
    Examples:
      .venv/bin/pip install gv100ad-py==0.2.0
      erfahrungsnetz places import GV100AD_31122025.txt --population-as-of 2024-12-31
    """
    settings = options.settings()
    target, known = settings.data / OWN_FILE, PlaceDirectory(None, settings.places_path)
    day = population_as_of.date().isoformat() if population_as_of else None
    _say(import_official(file, target, population_as_of=day, known=known), target)


def _say(imported: Imported, target: Path) -> None:
    click.echo(f"{imported.total} places as of {imported.as_of} written to {target}:")
    for kind, words in _KINDS:
        click.echo(f"  {imported.kinds.get(kind, 0)} {words}")
