"""Editors change the vocabulary by git; what they push is published at once, or nothing is."""

import pytest

from app.identity import RoleKind
from app.search.query import SearchQuery
from tests.functional.git.conftest import Answer, Checkout, Site

TOPICS = "vocabulary/topics.yaml"
CASE = "case-studies/beispielkreis-starkregen/index.md"


@pytest.fixture
def editor(site: Site) -> str:
    person = site.person("Beispiel Redakteurin", RoleKind.CURATOR)
    return site.services.identity.tokens.make(person.id, "Arbeitsplatz", 30).secret


def send(clone: Checkout, site: Site, secret: str, old: str, new: str) -> Answer:
    text = clone.read(TOPICS)
    assert old in text
    clone.write(TOPICS, text.replace(old, new, 1))
    clone.commit("Sturzflut gehört zum Wasser")
    return clone.git("push", site.url(secret), "HEAD:refs/for/main")


def test_a_synonym_pushed_by_an_editor_is_found_at_once(site: Site, clone: Checkout, editor: str) -> None:
    assert site.services.search.search(SearchQuery(text="Quastenflosser")).total == 0
    answer = send(clone, site, editor, "de: [Gewässer,", "de: [Quastenflosser, Gewässer,")
    assert answer.status == 0, answer.said
    assert f"Veröffentlicht: {TOPICS}" in answer.said
    (topic,) = site.services.vocabularies["topics"].find("Quastenflosser")
    assert topic.id == "environment-water"
    assert site.services.search.search(SearchQuery(text="Quastenflosser")).total > 0
    assert site.services.review.audit.events()[0].action == "vocabulary"
    assert clone.git("pull", "--quiet", "--rebase").status == 0
    assert "Sturzflut gehört zum Wasser" in clone.git("log", "-1", "--format=%s", "origin/main").said


def test_only_editors_change_the_vocabulary(site: Site, clone: Checkout, secret: str) -> None:
    answer = send(clone, site, secret, "de: [Gewässer,", "de: [Sturzflut, Gewässer,")
    assert "Den Wortschatz ändert nur die Redaktion" in answer.said
    assert not site.services.vocabularies["topics"].find("Sturzflut")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: environment-water", "id: water", "Der veröffentlichte Begriff „environment-water“ fehlt."),
        ("- id: mobility", "- id: mobility\n    erfunden: 3", f"{TOPICS}, Zeile"),
        ("- id: mobility", "- id: [", f"{TOPICS}, Zeile"),
    ],
)
def test_a_bad_vocabulary_is_refused_with_file_and_fault(
    site: Site, clone: Checkout, editor: str, old: str, new: str, said: str
) -> None:
    before = site.services.repository.head()
    answer = send(clone, site, editor, old, new)
    assert answer.status != 0
    assert said in answer.said
    assert site.services.repository.head() == before


def test_the_vocabulary_comes_in_a_push_of_its_own_on_the_published_one(
    site: Site, clone: Checkout, editor: str
) -> None:
    clone.write(CASE, clone.read(CASE).replace("Die Warnung kommt jetzt früher", "Die Warnung kommt eher"))
    both = send(clone, site, editor, "de: [Gewässer,", "de: [Sturzflut, Gewässer,")
    assert "in einer eigenen Sendung" in both.said

    assert clone.git("reset", "--quiet", "--hard", "origin/main").status == 0
    assert send(clone, site, editor, "de: [Gewässer,", "de: [Sturzflut, Gewässer,").status == 0
    assert clone.git("reset", "--quiet", "--hard", "origin/main").status == 0
    late = send(clone, site, editor, "de: [Gewässer,", "de: [Starkregen, Gewässer,")
    assert "git pull --rebase" in late.said
    assert site.services.vocabularies["topics"].find("Sturzflut")
