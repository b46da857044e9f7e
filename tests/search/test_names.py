"""Who types the name of a record gets it first, then what uses it. Over all shipped records, by words alone here."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from app.records.record import Record
from app.search.answering.heads import name_key, names_in
from app.search.query import SearchQuery
from app.wiring import Services


def shipped(node: Services) -> dict[str, Record]:
    records = map(node.catalogue.record, node.search.searched())
    return {f"{one.kind}/{one.slug}": one for one in records}


def first(node: Services, text: str, most: int) -> list[str]:
    return [f"{hit.kind}/{hit.slug}" for hit in node.search.search(SearchQuery(text=text, size=most)).hits]


def misled(node: Services, every: int = 1) -> Iterator[str]:
    """Yield the names of records, and of places with what they use, that do not lead to those called so.

    `every` third name, say, is looked at.
    """
    records, called = shipped(node), defaultdict[str, dict[str, str]](dict)
    for ref, record in records.items():
        for title in (record.title, *(one.title for one in record.translations)):
            for name in names_in(title):
                called[name_key(name)][ref] = name
        used = (records.get(one.target) for one in record.relations if one.rel == "uses_solution")
        for name in (name for one in used if one for name in names_in(one.title)):
            for place in record.municipalities:
                called[name_key(f"{place.name} {name}")][ref] = f"{place.name} {name}"
    for named in list(called.values())[::every]:
        text = next(iter(named.values()))
        if set(found := first(node, text, len(named))) != named.keys():
            yield f"{text}: {', '.join(found)} instead of {', '.join(named)}"


def hidden_users(node: Services) -> Iterator[str]:
    """Yield solutions whose name does not lead to those who use them right after it."""
    records, users = shipped(node), defaultdict[str, set[str]](set)
    for ref, record in records.items():
        for one in record.relations:
            if one.rel == "uses_solution":
                users[one.target].add(ref)
    for solution, using in users.items():
        name = records[solution].title.partition(": ")[0]
        found = first(node, name, 1 + len(using))
        if not using <= set(found):
            yield f"{name}: {', '.join(found)} without {', '.join(using - set(found))}"


def test_a_name_leads_to_what_is_called_so(node: Services) -> None:
    assert list(misled(node)) == []


def test_after_a_solution_come_those_who_use_it(node: Services) -> None:
    assert list(hidden_users(node)) == []


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("govdigital", "organisation/govdigital-marktplatz"),
        ("smart-village app", "solution/bad-belzig-smart-village-app-loesung"),
        ("Masterportal", "solution/hamburg-masterportal-loesung"),
        ("Nottuln DorfFunk", "case-study/nottuln-dorffunk-ende"),
        ("Smart Village App in Bad Belzig", "case-study/bad-belzig-smart-village-app"),
    ],
)
def test_what_is_typed_need_not_be_the_whole_name(node: Services, text: str, record: str) -> None:
    assert first(node, text, 1) == [record]
