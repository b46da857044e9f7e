# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A chain as the data of a small drawing."""

from __future__ import annotations

from dataclasses import dataclass

from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Chain
from app.reuse.obtaining.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`id` is unique in the picture; `party` says what to write and where to link."""

    id: str
    party: Party

    @property
    def kind(self) -> PartyKind:
        return self.party.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow between two nodes by their ids; `step` gives kind, state, date and sources."""

    source: str
    target: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`nodes` in the order in which the chain reaches them, each once."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def picture(chain: Chain) -> Picture:
    """Return the nodes and arrows of a chain."""
    parties: dict[str, Party] = {}
    edges = []
    for step in chain.steps:
        ends = [f"{party.kind}:{party.key}" for party in (step.subject, step.object)]
        parties.setdefault(ends[0], step.subject)
        parties.setdefault(ends[1], step.object)
        edges.append(Edge(source=ends[0], target=ends[1], step=step))
    return Picture(nodes=tuple(Node(id=key, party=party) for key, party in parties.items()), edges=tuple(edges))
