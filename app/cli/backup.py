"""erfahrungsnetz backup and restore."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import EPILOG, Options, opened
from app.cli.progress import ProgressLine
from app.shared.config import load_settings
from app.wiring.backup.making import make_backup
from app.wiring.backup.restoring import restore_backup


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def backup(options: Options, folder: Path) -> None:
    """Bring the backup in DIR to what the node is now, while site and worker go on.

    Takes database, texts with proposals, files, keys, settings, providers and secrets; not the search index, which is
    built anew. DIR has to be new, empty, or an earlier backup, whole or interrupted; then only what differs is written,
    and what is gone is removed. DIR can be read by the calling user alone: it holds private keys, so encrypt what you
    carry away.

    \b
    Example:
      erfahrungsnetz backup /backup/node
    """
    with opened(options.settings()) as services:
        made = make_backup(services, folder.absolute())
    click.echo(f"{folder}: change {made.change}, {len(made.files)} files, as of {made.made_at}")


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def restore(options: Options, folder: Path) -> None:
    """Make the node in an empty data folder from the backup in DIR.

    Checks the backup first, and writes nothing where it is not whole or holds files that it does not name. What lay
    outside of the data folder, such as secrets, is named and left: it stays in DIR/outside. Call it as
    the service's user, or the site cannot read what it writes. Ask the partners what they hold that is newer
    before anything is published: erfahrungsnetz doctor.

    \b
    Example:
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz restore /backup/node
    """
    settings = options.settings()
    done = restore_backup(folder.absolute(), settings.data, lambda data: load_settings(data=data), ProgressLine)
    click.echo(f"{settings.data}: {done.records} records, as of {done.manifest.made_at}")
    for name, place in done.manifest.outside.items():
        # What a backup says may hold what a terminal obeys.
        click.echo(
            f"  {place!r} lies outside and is left as it is; compare {str(folder / 'outside' / name)!r}", err=True
        )
    if done.issuer != done.manifest.issuer:
        click.echo(f"  NODE_ISSUER is {done.issuer}; it was {done.manifest.issuer} when the backup was made", err=True)
    click.echo(
        "Next: erfahrungsnetz doctor, which asks your partners what they hold, and only then start site and worker."
    )
