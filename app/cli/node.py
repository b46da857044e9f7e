"""Commands for the data of a node: init, sync, reindex, reconcile, backup, restore, move-database."""

from pathlib import Path

import click

from app.cli.options import EPILOG, Options, ProgressLine, opened
from app.database import make_engine
from app.database.moving import move
from app.records.seed import SyncReport
from app.records.vocabulary import TOPICS
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.backup import make_backup
from app.wiring.node import Node
from app.wiring.restore import restore_backup


def say_sync(report: SyncReport) -> None:
    """Print what an import did, and one line for each record that needs attention."""
    click.echo(
        f"{len(report.added)} added, {len(report.updated)} updated, {len(report.unchanged)} unchanged, "
        f"{len(report.kept_local)} kept as edited here."
    )
    for kept in report.kept_local:
        click.echo(f"  {kept.path}: edited here and in the folder; the folder's version waits as {kept.proposal}")
    for path in report.removed_in_seed:
        click.echo(f"  {path}: no longer in the folder, kept here")
    for path in report.ignored:
        click.echo(f"  {path}: belongs to no record, left out", err=True)


def say_broken(services: Services) -> None:
    """Name the records whose newest version breaks the rules and is therefore not shown."""
    broken = services.catalogue.problems()
    for entry in broken:
        click.echo(f"  {entry.kind}/{entry.slug}: version {entry.ver} breaks the rules and is not shown", err=True)
    if broken:
        click.echo("For file, line and what to do: erfahrungsnetz doctor", err=True)


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to import now, and to follow from then on.")
@click.option("--empty", is_flag=True, help="Import only the vocabularies, no records.")
@click.pass_obj
def init(options: Options, content: Path | None, empty: bool) -> None:
    """Create a new node and fill it from a content folder.

    Creates the data folder with keys, repository, database and index, and publishes the folder as the first signed
    version. A record that breaks the rules is stored and reported, but not shown. Without --content, the records that
    come with the program are published once as this node's own. A folder given with --content is followed: each start
    publishes what changed in it.

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
            click.echo("No folder is followed: to publish the records of an upgrade, call `erfahrungsnetz sync`.")
        click.echo(f"The node in {settings.data} is ready. Start it with: erfahrungsnetz run")
        if TOPICS not in services.vocabularies:
            click.echo(
                f"There are no fields of action: the folder has no vocabulary/{TOPICS}.yaml. Copy the folder "
                "vocabulary from content/ of the program into it, then call: erfahrungsnetz sync",
                err=True,
            )
        say_broken(services)


@click.command(epilog=EPILOG)
@click.option("--content", type=click.Path(path_type=Path), help="Folder to import instead of NODE_CONTENT.")
@click.pass_obj
def sync(options: Options, content: Path | None) -> None:
    """Publish what changed in the content folder since the last time.

    A record that was edited in the node is never overwritten: the folder's version becomes a proposal. Nothing is
    deleted. The site may keep running.

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
@click.option("--catalogue", is_flag=True, help="First repair the catalogue from the repository.")
@click.pass_obj
def reindex(options: Options, catalogue: bool) -> None:
    """Delete the search index and build it again.

    Updates the catalogue first; --catalogue also compares every row with the repository and repairs it. The site may
    keep running: it searches the old index until the new one is complete.

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
    """Finish submissions and publications that a crash interrupted.

    Reads the state recorded in the repository, completes publications, removes finished proposals, and takes in
    proposals that the database lacks. Runs at every start too; the site may keep running.

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
    """Create or update the backup in DIR; site and worker may keep running.

    Contains the database, all texts and proposals, files, keys, settings, providers and secrets, but not the search
    index, which can be rebuilt. DIR must be new, empty, or an earlier backup, complete or interrupted. An earlier
    backup is updated: only changed files are written, and deleted ones are removed. Only the calling user can read DIR:
    it holds private keys, so encrypt copies that leave the machine.

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
    """Restore a node from the backup in DIR into an empty data folder.

    Checks the backup first, and writes nothing if it is incomplete or contains files that it does not list. Files from
    outside the data folder, such as secrets, are listed but stay in DIR/outside. Run this as the service's user, or the
    site cannot read the files. Then run erfahrungsnetz doctor, which asks the partners for newer versions, before
    anything is published.

    \b
    Example:
      NODE_DATA=/var/lib/erfahrungsnetz erfahrungsnetz restore /backup/node
    """
    settings = options.settings()
    done = restore_backup(folder.absolute(), settings.data, lambda data: load_settings(data=data), ProgressLine)
    click.echo(f"{settings.data}: {done.records} records, as of {done.manifest.made_at}")
    for name, place in done.manifest.outside.items():
        # Paths from a backup may contain control characters that a terminal would obey.
        click.echo(
            f"  {place!r} is not in the data folder and not changed; compare {str(folder / 'outside' / name)!r}",
            err=True,
        )
    if done.issuer != done.manifest.issuer:
        click.echo(f"  NODE_ISSUER is {done.issuer}; it was {done.manifest.issuer} when the backup was made", err=True)
    click.echo(
        "Next: run erfahrungsnetz doctor, which asks your partners for newer versions, and then start site and worker."
    )


@click.command("move-database", epilog=EPILOG)
@click.argument("url")
@click.pass_obj
def move_database(options: Options, url: str) -> None:
    """Copy all rows of this node into the empty database at URL.

    Use this to move from SQLite to PostgreSQL. Stop site and worker first: what they write afterwards is not in the new
    database. Accounts, open proposals and records of other nodes are copied too; the old database stays unchanged. All
    rows are copied in one transaction, and only into a database without rows. Texts, keys and files stay where they
    are.

    \b
    Example:
      erfahrungsnetz move-database postgresql://erfahrungsnetz@db.example/erfahrungsnetz
    """
    target = make_engine(options.settings(database_url=url).database_url)
    try:
        with opened(options.settings()) as services:
            number = move(services.sessions.engine, target)
    finally:
        target.dispose()
    click.echo(
        f"{number} rows copied. Next: set NODE_DATABASE_URL to this address in node.env, erfahrungsnetz doctor, start "
        "site and worker, and remove node.sqlite once all is well."
    )
