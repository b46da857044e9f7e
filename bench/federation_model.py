"""What a network of 1,000 nodes and a million records would cost: a sample is measured, the rest is worked out.

python -m bench.federation_model            the table of docs/federation.md, section 11
"""

from __future__ import annotations

import gzip
import random
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.harvest import PAGE, measure_harvest, played_peer

NODES, RECORDS, CHANGES_A_DAY = 1_000, 1_000_000, 3_000
POLL_MINUTES = 15.0
HUBS = 16
DOWN = 0.05
"""Part of the nodes that do not answer for 2 to 14 days."""

RECEIVERS = 60
SAMPLE = 1_000
HEADERS = 600
"""Bytes of request and answer that carry no body, TLS left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Measured: bytes on the wire and in the database per record, bytes of a configuration, records per second."""

    wire: float
    stored: float
    configuration: int
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """`stations` are the waits between an author and a reader; `links` are the polls that everybody makes together."""

    name: str
    stations: int
    links: int
    busiest: int

    def arrival(self, chance: random.Random) -> float:
        """Return after how many minutes one change is seen at one node."""
        waits = sum(chance.uniform(0, POLL_MINUTES) for _ in range(self.stations))
        away = chance.uniform(0, 14 * 1440) if chance.random() < DOWN * 0.5 else 0.0
        return waits + away

    @property
    def polls_a_day(self) -> float:
        """Return how often anybody asks anybody."""
        return self.links * 1440 / POLL_MINUTES

    @property
    def busiest_per_second(self) -> float:
        """Return the requests that the busiest server answers in a second."""
        return self.busiest / (POLL_MINUTES * 60)

    def megabytes_a_day(self, costs: Costs) -> float:
        """Return what one node sends and receives in a day."""
        polls = 2 * self.links / NODES * 1440 / POLL_MINUTES * HEADERS
        news = CHANGES_A_DAY * (costs.wire + costs.configuration * 2 / 5)
        return (polls + news) / 1e6


TOPOLOGIES = (
    Topology(name="everybody asks everybody", stations=1, links=NODES * (NODES - 1), busiest=NODES - 1),
    Topology(name="one hub", stations=2, links=2 * NODES, busiest=NODES),
    Topology(
        name="16 hubs (Länder) that ask each other",
        stations=3,
        links=2 * NODES + HUBS * (HUBS - 1),
        busiest=NODES // HUBS + HUBS - 1,
    ),
)


def main() -> None:
    """Measure the sample and print the table."""
    costs = measured()
    print("\n".join(table(costs)))


def measured() -> Costs:
    """Return what one record costs, from a harvest of a thousand."""
    peer = played_peer(SAMPLE)
    wire = sum(len(gzip.compress(page, 6)) for page in peer.pages) / SAMPLE
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_harvest(Path(folder), SAMPLE)
        files = Path(folder).glob("node/node.sqlite*")
        stored = sum(file.stat().st_size for file in files) / SAMPLE
    return Costs(
        wire=wire,
        stored=stored,
        configuration=len(peer.configuration),
        per_second=figures["harvest_records_per_s"],
    )


def table(costs: Costs) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    chance = random.Random(7)
    yield f"One record: {costs.wire / 1000:.1f} kB on the wire, {costs.stored / 1000:.1f} kB stored."
    yield f"Configuration: {costs.configuration / 1000:.1f} kB. {costs.per_second:.0f} records a second taken in."
    yield ""
    yield "| Who asks whom | seen after (median / 95 %) | polls a day | busiest server | traffic per node |"
    yield "|---|---|---|---|---|"
    for topology in TOPOLOGIES:
        times = sorted(topology.arrival(chance) for _ in range(CHANGES_A_DAY * RECEIVERS))
        yield (
            f"| {topology.name} | {statistics.median(times):.0f} / {times[int(len(times) * 0.95)]:.0f} min "
            f"| {topology.polls_a_day / 1e6:.2f} million | {topology.busiest_per_second:.2f} requests/s "
            f"| {topology.megabytes_a_day(costs):.0f} MB a day |"
        )
    yield ""
    yield (
        f"Everything from the beginning: {RECORDS * costs.wire / 1e9:.1f} GB on the wire in {RECORDS // PAGE:,} pages, "
        f"{RECORDS / costs.per_second / 60:.0f} minutes on one core, {RECORDS * costs.stored / 1e9:.1f} GB stored."
    )


if __name__ == "__main__":
    main()
