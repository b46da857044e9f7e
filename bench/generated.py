"""A node with generated records, made once for all figures of one size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.node import Node
from bench.corpus import write_corpus
from bench.vectors import give_vectors


def name_of(size: int) -> str:
    """Return a number of records as the keys of figures end in it."""
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)


@dataclass(frozen=True, slots=True)
class NodeWith:
    """The node in `folder`, with `size` records."""

    folder: Path
    size: int

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "node"

    def pages(self, number: int) -> list[str]:
        """Return addresses of so many records, each once and from everywhere in the collection."""
        return [f"/fallstudien/muster-{37 * one % self.size:05d}" for one in range(number)]

    def settings(self, meaning: str) -> dict[str, str]:
        """Return the settings of one worker, with `meaning` or without it ("off")."""
        return {"NODE_CONTENT": str(self.folder / "content"), "NODE_WORKERS": "1", "NODE_MEANING": meaning}

    def make(self) -> int:
        """Fill it where it is missing, give its passages vectors and return how many these are."""
        if not (self.folder / "content").exists():
            write_corpus(self.folder / "content", self.size)
        services = Services(load_settings(data=self.data, meaning="auto"))
        try:
            if not (self.data / "content.git").exists():
                Node(services).init(self.folder / "content", lambda _step: lambda _done, _all: None)
            services.vocabularies.refresh()
            return give_vectors(services)
        finally:
            services.close()
