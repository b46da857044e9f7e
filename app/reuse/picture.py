"""A chain as the data of a small drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.reuse.naming import Party
from app.reuse.obtaining.answer import Chain
from app.reuse.obtaining.step import ChainLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow between two parties by their names in the picture; `step` gives kind, state, date and sources."""

    source: str
    target: str
    step: ChainLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`parties` in the order in which the chain reaches them, each under a name that it alone has."""

    parties: Mapping[str, Party]
    edges: tuple[Edge, ...]


def picture(chain: Chain) -> Picture:
    """Return the parties and arrows of a chain."""
    parties: dict[str, Party] = {}
    edges = []
    for step in chain.steps:
        ends = [f"{party.kind}:{party.key}" for party in (step.subject, step.object)]
        parties.setdefault(ends[0], step.subject)
        parties.setdefault(ends[1], step.object)
        edges.append(Edge(source=ends[0], target=ends[1], step=step))
    return Picture(parties=parties, edges=tuple(edges))
