"""erfahrungsnetz check."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import EPILOG, ExitCode, Options, format_option
from app.records.checks.checker import Checker
from app.records.schema import SchemaSet


@click.command(epilog=EPILOG)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@format_option("Form of the report.")
@click.option(
    "--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the report."
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.pass_obj
def check(options: Options, path: Path | None, style: str, lang: str, strict: bool) -> None:
    """Check content files and say in which file, line and field something has to be mended, and how.

    PATH is a content folder, a record's folder or one file; without it NODE_CONTENT is checked. A part is
    checked against the rest of its folder, so that references resolve. Needs no node.

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
