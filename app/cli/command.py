"""The command line's root. It starts quickly because each command is imported when it is called."""

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
    "backup": ("app.cli.node", "Bring the backup in DIR to what the node is now, while site and worker go on."),
    "check": (
        "app.cli.check",
        "Check content files and say in which file, line and field something has to be mended, and how.",
    ),
    "doctor": (
        "app.cli.doctor.command",
        "Prove that repository, catalogue and index agree, and look at keys, settings and files.",
    ),
    "embed": ("app.cli.worker", "Compute now what the search by meaning lacks, on several cores."),
    "erase": ("app.cli.stored", "Remove for good what is stored of somebody, or a record with all its versions."),
    "export": (
        "app.cli.stored",
        "Give out what is stored of somebody, or all that is published as a folder to read without a server.",
    ),
    "grant": (
        "app.cli.people",
        "Give the person with the e-mail ADDRESS a ROLE, as a new node needs it for its first operator.",
    ),
    "harvest": ("app.cli.peers", "Fetch what is new at PEER, or at all peers."),
    "init": ("app.cli.node", "Make a new node and fill it from a content folder."),
    "keys": ("app.cli.keys", "Look after the keys by which other nodes recognise this one."),
    "mail": ("app.cli.people", "Look after the messages that this node sends."),
    "mirror": ("app.cli.worker", "Take the branches of the forge in as proposals, and send it what is published."),
    "peers": ("app.cli.peers", "Say which other nodes this one fetches records from."),
    "places": (
        "app.cli.check",
        "Look after the list of places that fills in the situation of whoever starts a project.",
    ),
    "providers": ("app.cli.people", "Look after the providers with which people sign in."),
    "reconcile": ("app.cli.node", "Finish what a crash left half done while something was sent or published."),
    "reindex": ("app.cli.node", "Delete the search index and build it again."),
    "restore": ("app.cli.node", "Make the node in an empty data folder from the backup in DIR."),
    "run": ("app.cli.run", "Serve the site, after making sure that the node is there and up to date."),
    "sync": ("app.cli.node", "Bring in what changed in the content folder since the last time."),
    "worker": (
        "app.cli.worker",
        "Fetch from peers when their time has come, and do what else comes up by itself; Ctrl-C ends it.",
    ),
}
"""Where each command is defined, under its own name, and how its help begins."""


class Root(click.Group):
    """Imports a command when it is called, and words the program's errors in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        # What is imported stays: looking for garbage among it takes a fifth of the time.
        gc.disable()
        try:
            found: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        finally:
            gc.enable()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        del ctx
        width = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            listed = (click.Command(name, help=text) for name, (_, text) in COMMANDS.items())
            formatter.write_dl([(str(one.name), one.get_short_help_str(width)) for one in listed])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; print an error of the program in one place and exit with its code."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(_exit_code(error))
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except Exception as error:
            # Whatever raised an error of SQLAlchemy has imported it; whoever asks for help waits for no database.
            if not isinstance(error, OSError) and "sqlalchemy" not in sys.modules:
                raise
            from app.database.trouble import said  # noqa: PLC0415

            if not (words := said(error)):
                raise
            click.echo(f"Error: {words}", err=True)
            ctx.exit(ExitCode.UNAVAILABLE)


def _exit_code(error: DomainError) -> ExitCode:
    from app.shared.config import SettingsInvalid  # noqa: PLC0415 - nor for settings

    if isinstance(error, SettingsInvalid):
        return ExitCode.USAGE
    if isinstance(error, NotFound):
        return ExitCode.NOT_FOUND
    return ExitCode.UNAVAILABLE if isinstance(error, Unavailable) else ExitCode.FINDINGS


@click.group(
    cls=Root,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="erfahrungsnetz", prog_name="erfahrungsnetz")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder of the node; instead of the variable NODE_DATA.",
)
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Run a node of Erfahrungsnetz and look after it.

    Results go to standard output, progress and log to standard error. All settings are NODE_ variables
    or lines in node.env in the data folder.
    """
    # What a node writes down is read by its own user alone: people, drafts, keys.
    os.umask(0o077)
    context.obj = Options(data=data)
