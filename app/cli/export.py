# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""erfahrungsnetz export."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.bootstrap.backup.restoring import NotEmpty
from app.cli.options import EPILOG, Options, opened

FILE = "person.json"


@click.group(epilog=EPILOG)
def export() -> None:
    """Give out what is stored of somebody."""


@export.command(epilog=EPILOG)
@click.argument("person")
@click.option(
    "--out", required=True, metavar="DIR|-", help="Empty folder for it, or - for standard output, without files."
)
@click.option(
    "--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the explanations."
)
@click.pass_obj
def person(options: Options, person: str, out: str, lang: str) -> None:
    """Write all that is stored of a PERSON, named by id, pseudonym or confirmed address, as JSON with its files.

    For whoever asks under Art. 15 or 20 GDPR. Make sure before that they are who they say, and hand it over on a safe
    way. Secrets are left out, and other people in it stay unnamed.

    \b
    Examples:
      erfahrungsnetz export person kim@beispielverbund.example --out auskunft-kim
      erfahrungsnetz export person kim@beispielverbund.example --out - | less
    """
    folder = Path(out)
    if out != "-" and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise NotEmpty(folder)
    with opened(options.settings()) as services:
        personal = services.personal
        found = [personal.export.export(one, lang) for one in personal.erasure.find(person)]
    documents = [one.document for one in found]
    text = json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2)
    if out == "-":
        click.echo(text)
        return
    files = {FILE: f"{text}\n".encode(), **{name: data for one in found for name, data in one.files.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    # Nobody else on the machine may read what is stored of a person.
    folder.chmod(0o700)
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    click.echo(f"{folder / FILE}, and {len(files) - 1} files")
