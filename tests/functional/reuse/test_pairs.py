"""Real places ask for real solutions; `pairs.yaml` says what they should hear and by which chain."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.reuse.obtaining.answer import Answer, Chain, ChainLink, Verdict
from app.reuse.obtaining.deciding import obtainable
from app.reuse.obtaining.rules import HUBS
from app.reuse.place import Place
from tests.functional.reuse.content import network, records

PAIRS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))


TODAY = date(2026, 11, 27)


def answer(pair: dict[str, Any]) -> Answer:
    place = Place(**pair["place"], memberships=frozenset(pair.get("says", ())))
    return obtainable(place, records("solutions")[pair["solution"]], network(), TODAY)


def name(pair: dict[str, Any]) -> str:
    return "-".join((pair["place"]["name"], *pair.get("says", ()), pair["solution"]))


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_a_place_hears_the_expected_verdicts_by_the_expected_chain_and_whom_to_ask(pair: dict[str, Any]) -> None:
    found = answer(pair)
    chains = {chain.route.code: chain for chain in found.chains}
    assert found.verdict == pair["verdict"]
    assert {code: worded(chain) for code, chain in chains.items()} == pair["routes"]
    if "chain" in pair:
        chain = chains[pair["of"]] if "of" in pair else found.best
        assert chain is not None
        assert [link(step) for step in chain.steps] == pair["chain"]
    assert bool(found.ask) == (found.verdict is not Verdict.YES)
    if "ask" in pair:
        assert [[ask.code, ask.party.key if ask.party else None] for ask in found.ask] == pair["ask"]


def test_routes_over_a_common_body_name_bodies_that_are_recorded() -> None:
    assert {slug for slugs in HUBS.values() for slug in slugs} <= set(network().organisations)


def test_every_link_of_a_recorded_chain_cites_a_source_that_its_record_lists() -> None:
    everything = {record.ref: record for kind in ("solutions", "organisations") for record in records(kind).values()}
    for step in (step for pair in PAIRS for chain in answer(pair).chains for step in chain.steps if step.known):
        assert step.stated or step.sources
        assert all(everything[source.record].source(source.key) for source in step.sources)


def worded(chain: Chain) -> str:
    missing = chain.missing
    return f"{chain.verdict}: {missing.code} {missing.reason}" if missing else str(chain.verdict)


def link(step: ChainLink) -> list[Any]:
    as_of = "stated" if step.stated else step.as_of
    return [step.code, step.subject.key, step.object.key, as_of, [source.key for source in step.sources]]
