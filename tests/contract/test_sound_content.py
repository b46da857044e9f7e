"""What the records that come with the program owe their readers beyond the schema."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from yaml import CSafeLoader

from app.records.record_reader import RecordReader
from app.search.document import facet_values
from tests.unit.records import examples

CONTENT = Path(__file__).resolve().parents[2] / "content"


@cache
def fronts(kind: str = "*") -> tuple[tuple[str, Mapping[str, Any]], ...]:
    paths = sorted(CONTENT.glob(f"{kind}/*/index.md"))
    return tuple((path.parent.name, yaml.load(path.read_text().split("---\n", 2)[1], CSafeLoader)) for path in paths)


def test_who_maintains_a_solution_is_not_named_where_no_source_says_so() -> None:
    named = [
        slug
        for slug, front in fronts("solutions")
        if "org" in front.get("maintainer", {}) and "nennt keine" in front["maintainer"].get("note", "")
    ]
    assert named == []


def test_a_price_that_the_provider_does_not_state_says_who_states_it() -> None:
    silent = []
    for slug, front in fronts("solutions"):
        reported = {source["key"] for source in front["sources"] if source["self_reported"]}
        price = front.get("price", {})
        prices = [(price, price.get("per"))] if "setup" in price or "annual" in price else []
        prices = [(cost, cost.get("note")) for cost in front.get("costs", ()) if cost["basis"] != "budgeted"] or prices
        silent += [slug for told, note in prices if not reported & set(told["sources"]) and not note]
    assert silent == []


def test_an_attack_is_an_event_and_counts_as_no_phase_of_a_project() -> None:
    schemas = examples.schemas()
    reader, seen = RecordReader(schemas), 0
    for slug, front in fronts("case-studies"):
        if "angriff" in front["title"].casefold():
            seen += 1
            record = reader.read(f"case-studies/{slug}", (CONTENT / "case-studies" / slug / "index.md").read_text())
            found = facet_values(record, schemas)
            assert (found["ergebnis"], "phase" in found) == (("event",), False), slug
    assert seen == 4


def test_a_grant_has_the_key_of_the_programme_that_its_words_name() -> None:
    concepts = yaml.load((CONTENT / "vocabulary" / "programmes.yaml").read_text(), CSafeLoader)["concepts"]
    labels = {one["id"]: [one["pref"]["de"], *one.get("alt", {}).get("de", ())] for one in concepts}

    def named(words: str) -> set[str]:
        return {key for key, known in labels.items() if any(label.casefold() in words.casefold() for label in known)}

    wrong = [
        (slug, grant["programme"], grant.get("programme_id"))
        for slug, front in fronts()
        for grant in front.get("funding", ())
        if grant.get("programme_id", "") not in (named(grant["programme"]) or {""})
    ]
    assert wrong == []


def test_every_programme_is_named_by_a_record() -> None:
    concepts = yaml.load((CONTENT / "vocabulary" / "programmes.yaml").read_text(), CSafeLoader)["concepts"]
    named = {grant.get("programme_id") for _slug, front in fronts() for grant in front.get("funding", ())}
    assert {one["id"] for one in concepts} - named == set()
