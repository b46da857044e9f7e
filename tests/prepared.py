"""Nodes that are made once in a run and copied, and the words of the search that every node needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from app.search import engine
from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.analysis.lexicon import load_lexicon
from app.search.engine import LEXICON
from app.shared.config import PROJECT_ROOT, Settings
from app.wiring import Services
from app.wiring.node import Node
from tests.once import made_once


def lexicon() -> Path:
    """Return the file with the words of the search, which is the same for every node."""
    return made_once("lexicon", lambda folder: load_lexicon(folder / LEXICON)) / LEXICON


def with_lexicon(data: Path) -> Path:
    """Give the data folder of a node the words of the search; a node replaces that file and never writes into it."""
    index = data / "index"
    index.mkdir(parents=True, exist_ok=True)
    os.link(lexicon(), index / LEXICON)
    return data


def copied(made: Path, folder: Path) -> Path:
    """Copy nodes into `folder`; all of them share one file with the words of the search."""
    shutil.copytree(made, folder, dirs_exist_ok=True, copy_function=_copy)
    return folder


def _copy(source: str, target: str) -> None:
    if source.endswith(f"/{LEXICON}"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def seeded_node(settings: Settings) -> Services:
    """Return a node that has published the content of this repository; all nodes of one address have its keys."""

    def make(folder: Path) -> None:
        given = {"data": with_lexicon(folder), "issuer": settings.issuer}
        services = Services(Settings.model_validate(given))
        Node(services).init(PROJECT_ROOT / "content", lambda _step: lambda _done, _all: None)
        services.close()

    copied(made_once(f"seeded-{settings.issuer}", make), settings.data)
    services = Services(settings)
    services.vocabularies.refresh()
    return services


def hand_out_lexicon() -> None:
    """Give each node that has no words of the search yet those of the run; to make them takes two seconds."""
    vars(engine)["load_analyser"] = _load


def _load(saved: Path) -> GermanAnalyser:
    if not saved.exists():
        saved.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(lexicon(), saved)
    return load_analyser(saved)
