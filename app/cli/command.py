# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line's root."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from app.cli.check import check
from app.cli.doctor import doctor
from app.cli.failure import ErrorHandlingGroup
from app.cli.grant import grant
from app.cli.keys import keys
from app.cli.mirror import mirror
from app.cli.node import init, reconcile, reindex, sync
from app.cli.options import EPILOG, Options
from app.cli.peers import harvest, peers, worker
from app.cli.places import places
from app.cli.recover import recover
from app.cli.run import run


@click.group(
    cls=ErrorHandlingGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("erfahrungsnetz"), prog_name="erfahrungsnetz")
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
    context.obj = Options(data=data)


for command in (
    init,
    run,
    check,
    sync,
    reindex,
    reconcile,
    recover,
    mirror,
    keys,
    places,
    doctor,
    grant,
    peers,
    harvest,
    worker,
):
    main.add_command(command)
