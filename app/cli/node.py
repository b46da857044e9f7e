"""Commands for the life of a node: init, sync, reindex, reconcile, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import EPILOG, Options, ProgressLine, opened
from app.records.seed import SyncReport
from app.records.vocabulary import TOPICS
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.backup import make_backup
from app.wiring.node import Node
from app.wiring.restore import restore_backup


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


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to import and to follow from now on.")
@click.option("--empty", is_flag=True, help="Begin without records, with the vocabularies alone.")
@click.pass_obj
def init(options: Options, content: Path | None, empty: bool) -> None:
    """Make a new node and fill it from a content folder.

    Makes the data folder with keys, repository, database and index, and publishes the folder as the first
    signed version. A record that breaks the rules is stored and reported, but not shown. Without --content the
    records that come with the program are published as this node's own, once; a folder that is named is followed:
    each start publishes what changed in it.

    \b
    Examples:
      erfahrungsnetz init
      erfahrungsnetz init --empty
      erfahrungsnetz init --content ../our-content
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz init
    """
    if empty and content:
        raise click.UsageError("--empty and --content exclude each other.")
    settings = options.settings(content=content)
    with opened(settings) as services:
        node = Node(services)
        report = node.init(settings.content, ProgressLine, records=not empty, followed=content is not None)
        say_sync(report)
        if settings.follows and not empty:
            click.echo(f"Each start publishes what changed in {settings.follows}.")
        elif not empty:
            click.echo("No folder is followed: what an upgrade brings is published by `erfahrungsnetz sync` alone.")
        click.echo(f"The node in {settings.data} is ready. Start it with: erfahrungsnetz run")
        if TOPICS not in services.vocabularies:
            click.echo(
                f"There are no fields of action: the folder has no vocabulary/{TOPICS}.yaml. Copy the folder "
                "vocabulary from content/ of the program into it, then call: erfahrungsnetz sync",
                err=True,
            )
        say_broken(services)


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to take over instead of NODE_CONTENT.")
@click.pass_obj
def sync(options: Options, content: Path | None) -> None:
    """Bring in what changed in the content folder since the last time.

    A record that was edited in the node is never overwritten: the folder's version becomes a proposal.
    Nothing is deleted. The site may keep running.

    \b
    Examples:
      git pull && erfahrungsnetz sync
      erfahrungsnetz sync --content ../our-content
    """
    settings = options.settings(content=content)
    with opened(settings) as services:
        say_sync(Node(services).sync(settings.content, ProgressLine))
        say_broken(services)


@click.command(epilog=EPILOG)
@click.option("--catalogue", is_flag=True, help="Before that, mend the catalogue from the repository.")
@click.pass_obj
def reindex(options: Options, catalogue: bool) -> None:
    """Delete the search index and build it again.

    The catalogue is brought up to date before; with --catalogue every row is compared with the repository
    and mended. The site may keep running: it searches the old index until
    the new one is complete.

    \b
    Example:
      erfahrungsnetz reindex && erfahrungsnetz doctor
    """
    with opened(options.settings()) as services:
        count = Node(services).reindex(ProgressLine, catalogue=catalogue)
    click.echo(f"{count} records indexed.")


@click.command(epilog=EPILOG)
@click.pass_obj
def reconcile(options: Options) -> None:
    """Finish what a crash left half done while something was sent or published.

    Reads what the repository says about itself, completes proposals, prunes what is over, and takes in
    proposals that came by other ways. Runs at every start too; the site may keep running.

    \b
    Example:
      erfahrungsnetz reconcile && erfahrungsnetz doctor
    """
    with opened(options.settings()) as services:
        report = Node(services).reconcile(ProgressLine)
    click.echo(
        f"{report.completed} publications completed, {report.adopted} proposals and {report.rounds} rounds taken in, "
        f"{report.pruned} finished proposals pruned."
    )
    if report.returned:
        click.echo(f"{report.returned} proposals whose text the repository has lost went back to their authors.")


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
