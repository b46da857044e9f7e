"""Answers to „Für uns beziehbar?“ in words: what stands together belongs together, and nothing contradicts itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.records.record import Record
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from app.web.compare.words import answers_differ
from app.web.records.blocks import panel, routes
from app.web.records.writer import writer_for
from app.web.reuse.answer import asked_lines, sentence
from app.web.reuse.panel import chain_drawing, step_state
from app.web.reuse.ways import answer_lead, headline, obtainable_brief, obtainable_line, verdict_word
from tests.unit.reuse.examples import SOURCE, org, organisation, route, solution

FREE = {
    "openness": "open_source",
    "software_license": "MIT",
    "repository": {"url": "https://code.example/", "sources": ["b"]},
}
TENDER = route("tender", "=Firma")
SMALL, LARGE = 1_200, 96_000


@pytest.fixture(autouse=True)
def german(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def answered(record: Record, *organisations: Record, population: int = LARGE, member: str = "") -> Answer:
    memberships = frozenset((member,)) if member else frozenset()
    place = Place(state="NI", kind="town", name="Lingen (Ems)", population=population, memberships=memberships)
    return obtainable(place, record, Network.from_records(organisations), date(2026, 11, 27))


def test_what_lies_nowhere_is_not_documented_to_be_found_there() -> None:
    (chain,) = answered(solution(route(status="unknown"))).chains
    said = [(step_state(step), sentence(step, chain)) for step in chain.steps]
    assert said == [
        ("offen", "Unter welcher Lizenz der Quellcode steht, ist nicht belegt."),
        ("offen", "Wo der Quellcode veröffentlicht ist, ist nicht belegt."),
    ]
    assert "unbekannt" not in str(chain_drawing(chain)["words"])
    assert "enthält" not in str(chain_drawing(chain)["words"])


def test_a_small_place_reads_why_its_answer_is_another_one() -> None:
    record = solution(TENDER, route(), **FREE)
    small, large = answered(record, population=SMALL), answered(record)
    said = "möglich durch Kauf; auch mit Dienstleister"
    assert headline(small, "Ort") == f"Ort: {said}"
    assert headline(large, "Ort") == "Ort: ja, ein Weg ist belegt"
    why = (
        "Ohne Ausschreibung: nur mit eigenen Leuten. Orte unter 20.000 Einwohnern lassen offene Software meist von "
        "einem Dienstleister betreiben, und das ist ein Auftrag; größere betreiben sie selbst."
    )
    assert answer_lead(small).startswith(why)
    assert f"M{said[1:]}: Ausschreibung oder andere Vergabe, Firma, Stand 2025" in obtainable_line(small)
    assert obtainable_brief(small) == f"M{said[1:]}: Firma, Stand 2025."
    assert obtainable_line(small).startswith(why)
    assert obtainable_line(large).startswith("Ohne Ausschreibung: möglich. Ja: selbst betreiben (Open Source)")


def test_a_date_stands_beside_the_source_that_bears_it_and_the_law_beside_none() -> None:
    sources = [
        {**SOURCE, "key": "a", "publisher": "Zeitung", "date": "unknown"},
        {**SOURCE, "key": "b", "publisher": "Hersteller", "date": "2024-10-29"},
    ]
    line = obtainable_line(answered(solution(route("direct_award", "=Firma", sources=["a", "b"]), sources=sources)))
    assert line.endswith(
        "Direktauftrag, Firma, Stand 29.\u00a0Oktober\u00a02024 (Quelle: Hersteller). "
        "So versteht diese Seite das Vergaberecht: Kauf, kein Fall des § 108 GWB."
    )


def test_code_shown_long_ago_is_told_with_who_keeps_it_up() -> None:
    kept = {"type": "community", "org": org("=Landesbetrieb"), "until": "unknown", "sources": ["b"]}
    aged = {**FREE, "repository": {"url": "https://code.example/", "sources": ["old"]}, "maintainer": kept}
    joining = route("public_cooperation", "=Verbund")
    found = answered(solution(joining, route(), **aged))
    assert [verdict_word(chain) for chain in found.chains] == [
        "möglich, wenn Sie den heutigen Quellcode erfragen",
        "möglich, Sie können die Aufnahme anfragen",
    ]
    told = [sentence(step, found.chains[0]) for step in found.chains[0].steps]
    assert told[1] == (
        "Dort ist der Quellcode zuletzt mit Stand 2019 belegt, gepflegt wird er weiter. Fragen Sie, wo er heute liegt."
    )
    assert told[3] == "Landesbetrieb pflegt Musterlösung."
    assert answer_lead(found).startswith("Ohne Ausschreibung: möglich, wenn Sie den heutigen Quellcode erhalten.")


@pytest.mark.parametrize(("member", "named"), [("", "Ihr eigener IT-Dienstleister"), ("itebo", "itebo")])
def test_the_own_provider_is_named_once_it_is_ticked(member: str, named: str) -> None:
    record = solution(route("inhouse_municipal_it", "haus"))
    bodies = organisation("haus"), organisation("itebo", org_type="cooperative")
    first: Any = asked_lines(answered(record, *bodies, member=member).ask)[0]
    assert first.text == named
    assert first.notes == (("Ihr eigener IT-Dienstleister",) if member else ())


def test_cells_that_read_differently_are_not_marked_as_the_same() -> None:
    bought, again = answered(solution(TENDER)), answered(solution(route("tender", "=Andere Firma")))
    joined = answered(solution(route("public_cooperation", "=Verbund")))
    assert answers_differ([[bought], [joined]]) is True
    assert answers_differ([[bought], [again]]) is False
    assert answers_differ([[bought], []]) is None


def test_a_badge_promises_no_more_than_the_sources_of_the_route() -> None:
    kept = {"type": "community", "org": org("=Landesbetrieb"), "until": "unknown", "sources": ["b"]}
    code = {**FREE, "repository": {"url": "https://code.example/", "sources": ["old"]}}
    old, upkept, sold = (
        routes(writer_for(record))[0]
        for record in (solution(route(), **code), solution(route(), **code, maintainer=kept), solution(TENDER))
    )
    assert (old.status, old.tone, old.age) == ("nur ein alter Beleg", "info", "neueste Quelle: 2019")
    assert (upkept.status, upkept.age) == ("verfügbar", "Quellcode Stand 2019, gepflegt Stand 2025")
    assert (sold.title, sold.status) == ("Ausschreibung oder andere Vergabe", "Angebot belegt")


def test_code_without_licence_or_place_is_not_called_open_without_a_word() -> None:
    claimed, proven = ({"openness": "open_source"}, FREE)
    for fields, notes in ((claimed, ("Lizenz oder Fundort des Codes nicht belegt",)), (proven, ())):
        facts = {fact.label: fact.lines for fact in panel(writer_for(solution(route(), **fields)))[1]}
        assert (facts["Offenheit"][0].text, facts["Offenheit"][0].notes) == ("Open Source", notes)
