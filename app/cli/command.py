"""The root of the command line. It starts quickly because a command is imported only when it is called."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from app.cli.options import EPILOG, ExitCode, Options
from app.shared.errors import DomainError, NotFound, Unavailable

COMMANDS = {
    "backup": ("app.cli.node", "Create or update the backup in DIR; site and worker may keep running."),
    "check": ("app.cli.files", "Check content files; report each problem with file, line, field and how to fix it."),
    "conformance": (
        "app.cli.conformance",
        "Judge the list of the node at ADDRESS by the rules of docs/federation.md, one line each.",
    ),
    "doctor": (
        "app.cli.doctor.command",
        "Check that repository, catalogue and index agree, and examine keys, settings and files.",
    ),
    "embed": ("app.cli.worker", "Compute the vectors that the search by meaning still lacks, on several cores."),
    "erase": ("app.cli.stored", "Permanently delete all stored data of a person, or a record with all its versions."),
    "export": (
        "app.cli.stored",
        "Export the data of a person, the published pages, or the list for other nodes, as files.",
    ),
    "grant": (
        "app.cli.people",
        "Give a ROLE to the person with the e-mail ADDRESS, for example to the first operator of a new node.",
    ),
    "harvest": ("app.cli.peers", "Fetch new and changed records of PEER, or of all peers, with pictures and files."),
    "init": ("app.cli.node", "Create a new node and fill it from a content folder."),
    "join": ("app.cli.members", "Join the association that made LINK."),
    "keys": ("app.cli.keys", "Manage the keys by which other nodes recognise this one."),
    "leave": ("app.cli.members", "Leave ASSOCIATION."),
    "mail": ("app.cli.people", "Manage the e-mails that this node sends."),
    "members": ("app.cli.members", "Manage the members of this association."),
    "mirror": ("app.cli.worker", "Import branches of the forge as proposals, and push what is published to it."),
    "move-database": ("app.cli.node", "Copy all rows of this node into the empty database at URL."),
    "peers": ("app.cli.peers", "Manage the nodes whose lists this node reads."),
    "places": ("app.cli.files", "Manage the list of places from which the form for starting a project is filled in."),
    "providers": ("app.cli.people", "Manage the providers with which people sign in."),
    "reconcile": ("app.cli.node", "Finish submissions and publications that a crash interrupted."),
    "reindex": ("app.cli.node", "Delete the search index and build it again."),
    "restore": ("app.cli.node", "Restore a node from the backup in DIR into an empty data folder."),
    "run": ("app.cli.run", "Serve the site, after bringing the node up to date."),
    "sync": ("app.cli.node", "Publish what changed in the content folder since the last time."),
    "try": ("app.cli.trial", "Publish the records that come with the program, and serve them, to try it out."),
    "webhooks": ("app.cli.webhooks", "Manage the programs to which this site sends events."),
    "worker": (
        "app.cli.worker",
        "Fetch from peers when they are due, and do the other background work; stop with Ctrl-C.",
    ),
}
"""For each command: the module that defines a function of the same name, and the first sentence of its help."""
_FUNCTIONS = {"try": "try_out", "move-database": "move_database"}
"""What is a word of Python has a function of another name."""


class Root(click.Group):
    """Imports a command when it is called, and prints all errors of the program in the same way."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        # Imported objects are never freed, and collecting garbage among them takes a fifth of the time.
        gc.disable()
        try:
            found: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), _FUNCTIONS.get(cmd_name, cmd_name))
        finally:
            gc.enable()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        width = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            listed = (click.Command(name, help=text) for name, (_, text) in COMMANDS.items())
            formatter.write_dl([(str(one.name), one.get_short_help_str(width)) for one in listed])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print an error of the program and exit with its code."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(_exit_code(error))
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except Exception as error:
            # An error of SQLAlchemy can only occur once SQLAlchemy is imported; importing it here would slow down
            # --help.
            if not isinstance(error, OSError) and "sqlalchemy" not in sys.modules:
                raise
            from app.database.trouble import said  # noqa: PLC0415

            if not (words := said(error)):
                raise
            click.echo(f"Error: {words}", err=True)
            ctx.exit(ExitCode.UNAVAILABLE)


def _exit_code(error: DomainError) -> ExitCode:
    from app.shared.config import SettingsInvalid  # noqa: PLC0415 - slows down --help

    if isinstance(error, SettingsInvalid):
        return ExitCode.USAGE
    if isinstance(error, NotFound):
        return ExitCode.NOT_FOUND
    return ExitCode.UNAVAILABLE if isinstance(error, Unavailable) else ExitCode.FINDINGS


@click.group(
    cls=Root, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="erfahrungsnetz", prog_name="erfahrungsnetz")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder of the node; overrides NODE_DATA."
)
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Run and manage a node of Erfahrungsnetz.

    Results go to standard output, progress and log to standard error. All settings are NODE_ variables in the
    environment or lines of node.env in the data folder.
    """
    # The files of a node hold people, drafts and keys, so only its own user may read them.
    os.umask(0o077)
    context.obj = Options(data=data)
