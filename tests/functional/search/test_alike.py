"""What is there already by the title of a new record, with the model and by words alone, in the published records."""

from collections.abc import Iterator, Mapping

import pytest

from app.kickoff.goals import goal_questions
from app.search.alike import AlreadyThere
from app.search.engine import IndexPlace
from app.search.service import SearchService
from app.wiring import Services
from tests.prepared import seeded_node
from tests.search.vectors import compute
from tests.webnode.node import settings

THERE = {
    "Landbus im Hofer Land fährt auf Abruf": "hof-landbus",
    "Bürger reden mit: Online-Beteiligung mit Touchtisch in Hamburg": "hamburg-dipas",
    "Offene Datenplattform für Sensoren in Ulm": "ulm-datenplattform",
    "App der Stadt Solingen als offener Quellcode": "solingen-open-smart-city-app",
    "Digitaler Zwilling eines Dorfes mit Vereinen": "etteln-digitaler-dorfzwilling",
    "Smart City Gera braucht Personal": "gera-smartcity",
    "Routenplaner für Bus, Rad und Parken in Herrenberg": "herrenberg-stadtnavi-loesung",
}
BY_MEANING = {
    "Marktplatz für lokale Läden im Internet scheitert": "digitale-doerfer",
    "Ridepooling in Leverkusen nach der Förderung beendet": "leverkusen-efi-on-demand",
}
"""Titles whose words stand elsewhere in the record."""
NEW = (
    "Taubenvergrämung am Rathaus", "Digitales Fundbüro mit Versteigerung", "Riesenrutsche für das Hallenbad",
    "Drohnen zur Deichkontrolle",
)  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = seeded_node(settings(tmp_path_factory.mktemp("alike"), meaning="auto"))
    compute(services)
    yield services
    services.close()


@pytest.fixture(scope="module")
def ways(services: Services) -> Mapping[str, AlreadyThere]:
    index, catalogue = services.settings.index_path, services.catalogue
    words = SearchService(IndexPlace(index), catalogue, services.schemas, services.vocabularies)
    return {"both": services.already_there, "words": AlreadyThere(words)}


@pytest.mark.parametrize("way", ["both", "words"])
@pytest.mark.parametrize("title", THERE)
def test_title_for_what_is_there_finds_it(ways: Mapping[str, AlreadyThere], title: str, way: str) -> None:
    assert THERE[title] in [hit.slug for hit in ways[way].like(title)]


@pytest.mark.parametrize("title", BY_MEANING)
def test_meaning_finds_more(ways: Mapping[str, AlreadyThere], title: str) -> None:
    assert BY_MEANING[title] in [hit.slug for hit in ways["both"].like(title)]


@pytest.mark.parametrize("way", ["both", "words"])
@pytest.mark.parametrize("title", NEW)
def test_title_for_something_new_finds_nothing(ways: Mapping[str, AlreadyThere], title: str, way: str) -> None:
    assert [hit.slug for hit in ways[way].like(title)] == []


def test_record_that_is_meant_is_left_out(services: Services) -> None:
    title, slug = next(iter(THERE.items()))
    hit = next(hit for hit in services.already_there.like(title) if hit.slug == slug)
    assert hit.uid not in [other.uid for other in services.already_there.like(title, hit.uid)]


def test_further_lessons_of_other_records_stand_behind_the_chosen(services: Services) -> None:
    for question in goal_questions():
        lessons, chosen = services.kickoff.goal_lessons.of(question), len(question.evidence)
        assert [one.lesson.id for one in lessons[:chosen]] == [ref.lesson for ref in question.evidence]
        assert len({one.entry.id for one in lessons[chosen:]}) == len(lessons) - chosen == 2
