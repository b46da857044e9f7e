"""erfahrungsnetz export: what is stored of somebody, and the published pages as a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from app.cli.options import EPILOG, Options, matching, ready
from app.cli.progress import ProgressLine
from app.privacy.export import PersonExport
from app.wiring.backup.restoring import NotEmpty

FILE = "person.json"


@click.group(epilog=EPILOG)
def export() -> None:
    """Give out what is stored of somebody, or all that is published as a folder to read without a server."""


_out = click.option(
    "--out", required=True, metavar="DIR|-", help="Empty folder for it, or - for standard output, without files."
)
_lang = click.option(
    "--lang", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the explanations."
)


@export.command(epilog=EPILOG)
@click.argument("person")
@_out
@_lang
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
    folder = _empty(out)
    with matching(options) as services:
        personal = services.privacy
        found = [personal.export.export(one, lang) for one in personal.erasure.find(person)]
    _write(found, folder)


@export.command(epilog=EPILOG)
@click.argument("address")
@_out
@_lang
@click.pass_obj
def address(options: Options, address: str, out: str, lang: str) -> None:
    """Write all that is stored of an ADDRESS that has no account: subscriptions, questions, and what it was told.

    For whoever asks under Art. 15 GDPR. Send it to this address and nowhere else: only who reads its messages is who it
    belongs to. Somebody who has an account is a case for `export person`, which gives out this too.

    \b
    Example:
      erfahrungsnetz export address kim@beispielverbund.example --out -
    """
    folder = _empty(out)
    with matching(options) as services:
        found = [services.privacy.export.of_address(address, lang)]
    _write(found, folder)


def _empty(out: str) -> Path | None:
    """Return the folder for it, None for standard output; raises NotEmpty."""
    folder = Path(out)
    if out != "-" and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise NotEmpty(folder)
    return folder if out != "-" else None


def _write(found: Sequence[PersonExport], folder: Path | None) -> None:
    documents = [one.document for one in found]
    text = json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2)
    if folder is None:
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


@export.command(epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def site(options: Options, folder: Path) -> None:
    """Write the published pages into DIR, to be browsed from there or from any web server, with a search.

    Records, lists, map and overview in German and English; what needs a server stays away, and each page says so.
    DIR is new, empty or an older copy. That one stays whole until the new one is, and files that have not changed
    stay as they are. The site may keep running.

    \b
    Examples:
      erfahrungsnetz export site kopie
      erfahrungsnetz export site /srv/www/kopie && rsync -a --delete /srv/www/kopie/ usb-stick/
    """
    # Named as servers name the application: the pages lie above the command line.
    copying = import_module("app.web.offline.copying")
    with ready(options) as services:
        report = copying.write_copy(services, folder, ProgressLine("pages"))
    click.echo(
        f"{report.pages} pages and the search over {report.records} records in {folder}: "
        f"{report.written} files written, {report.kept} as before."
    )
