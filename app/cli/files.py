"""Commands that read files and need no node: check and places."""

from datetime import datetime
from pathlib import Path

import click

from app.cli.options import EPILOG, ExitCode, Options, format_option
from app.kickoff.places.directory import OWN_FILE, PlaceDirectory
from app.kickoff.places.official import import_official
from app.records.checks.checker import Checker
from app.records.schema import SchemaSet

_PLACES = (
    ("city_state", "city states"),
    ("independent_city", "cities without a district"),
    ("district", "districts"),
    ("town", "towns"),
    ("municipality", "other municipalities"),
    ("municipal_association", "associations of municipalities"),
)


@click.group(epilog=EPILOG)
def places() -> None:
    """Manage the list of places from which the form for starting a project is filled in."""


@places.command("import", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--population-as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Date of the population figures as stated by the publisher; the file does not contain it.",
)
@click.pass_obj
def import_(options: Options, file: Path, population_as_of: datetime | None) -> None:
    """Replace the list of places that comes with the program by the official directory of German municipalities.

    FILE is the text file of GV100AD, which the Federal Statistical Office (Destatis) publishes as a ZIP file each
    quarter; unpack it first. A running site picks up the new list by itself. To return to the list that comes with the
    program, delete places.csv in the data folder.

    Needs the package gv100ad-py, which is not installed with the program.

    \b
    Examples:
      .venv/bin/pip install gv100ad-py==0.2.0
      erfahrungsnetz places import GV100AD_31122025.txt --population-as-of 2024-12-31
    """
    settings = options.settings()
    target, known = settings.data / OWN_FILE, PlaceDirectory(None, settings.places_path)
    day = population_as_of.date().isoformat() if population_as_of else None
    imported = import_official(file, target, population_as_of=day, known=known)
    click.echo(f"{imported.total} places as of {imported.as_of} written to {target}:")
    for kind, words in _PLACES:
        click.echo(f"  {imported.kinds.get(kind, 0)} {words}")


@click.command(epilog=EPILOG)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@format_option("Format of the report.")
@click.option(
    "--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the report."
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.pass_obj
def check(options: Options, path: Path | None, style: str, lang: str, strict: bool) -> None:
    """Check content files; report each problem with file, line, field and how to fix it.

    PATH is a content folder, the folder of one record, or a file; the default is NODE_CONTENT. A part of a folder is
    checked against the rest of it, so that references resolve. Needs no node.

    \b
    Examples:
      erfahrungsnetz check content
      erfahrungsnetz check content/case-studies/ulm --lang en
      erfahrungsnetz check --format json content > report.json
    """
    settings = options.settings()
    report = Checker(SchemaSet.load(settings.schemas_path)).check_path(path or settings.content)
    click.echo(report.to_json(lang) if style == "json" else report.to_text(lang))
    if report.errors or (strict and report.warnings):
        raise click.exceptions.Exit(ExitCode.FINDINGS)
