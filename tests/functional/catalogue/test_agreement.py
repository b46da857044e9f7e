import pytest
from sqlalchemy import text

from app.catalogue.agreement import Difference, Disagreement
from tests.functional.catalogue.conftest import Node
from tests.webnode.texts import concept, record_id, withdrawn

SECOND = "WHERE slug = 'eins' AND ver = 2"


def damage(node: Node, statement: str) -> None:
    with node.engine.begin() as db:
        db.execute(text(statement))


@pytest.fixture
def settled(node: Node) -> Node:
    node.edit("eins", concept("eins", "Zweite."))
    node.edit("zwei", withdrawn("concept", record_id("zwei")))
    node.edit("eins", b"broken")
    node.catalogue.catch_up()
    return node


def test_a_catalogue_that_caught_up_agrees(settled: Node) -> None:
    seen: list[tuple[int, int]] = []
    assert settled.catalogue.disagreements(lambda done, total: seen.append((done, total))) == ()
    assert seen == [(5, 5)]


def test_a_catalogue_that_is_behind_says_what_is_missing(settled: Node) -> None:
    behind = settled.repository.head()
    head = settled.edit("drei", concept("drei"))
    assert settled.catalogue.disagreements() == (
        Difference(code=Disagreement.BEHIND, expected=head, found=behind),
        Difference(code=Disagreement.MISSING_ROW, subject="concept/drei/v/1"),
    )


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (f"DELETE FROM catalogue_version {SECOND}", Disagreement.MISSING_ROW),
        (f"UPDATE catalogue_version SET digest = 'sha256:00' {SECOND}", Disagreement.WRONG_DIGEST),
        (f"UPDATE catalogue_version SET state = 'withdrawn' {SECOND}", Disagreement.WRONG_ROW),
        (f"UPDATE catalogue_version SET record_id = 'x' {SECOND}", Disagreement.WRONG_ROW),
        (f"UPDATE catalogue_version SET at = '2020-01-01' {SECOND}", Disagreement.WRONG_ROW),
        ("UPDATE catalogue_version SET problems = NULL WHERE slug = 'eins' AND ver = 3", Disagreement.WRONG_ROW),
        ("UPDATE catalogue_version SET ver = 9 WHERE slug = 'eins' AND ver = 3", Disagreement.EXTRA_ROW),
    ],
)
def test_every_damage_is_found_and_a_rebuild_mends_it(settled: Node, statement: str, difference: Disagreement) -> None:
    damage(settled, statement)
    if difference is Disagreement.WRONG_DIGEST:
        # It is found even after the record was read with it.
        settled.catalogue.record(settled.catalogue.head_by_slug("concept", "eins"))
    found = settled.catalogue.disagreements()
    assert difference in {finding.code for finding in found}
    assert all(finding.subject.startswith("concept/eins/v/") for finding in found)
    settled.catalogue.rebuild()
    assert settled.catalogue.disagreements() == ()


def test_a_rebuild_keeps_the_change_numbers_of_rows_that_are_right(settled: Node) -> None:
    before = [(one.slug, one.ver, one.seq) for one in settled.catalogue.changes(0, 1000)]
    settled.catalogue.rebuild()
    after = [(one.slug, one.ver, one.seq) for one in settled.catalogue.changes(0, 1000)]
    assert after[:-1] == before[:-1]
    assert after[-1][:2] == before[-1][:2]
    assert after[-1][2] > before[-1][2], "whoever follows the catalogue has to notice"


def test_rows_of_other_nodes_are_none_of_its_business(settled: Node) -> None:
    damage(
        settled,
        "INSERT INTO catalogue_version (origin, record_id, ver, digest, state, at, kind, slug) "
        "VALUES ('other.example', 'x', 1, 'sha256:0', 'published', '2026-01-01 00:00:00', 'concept', 'eins')",
    )
    assert settled.catalogue.disagreements() == ()
    settled.catalogue.rebuild()
    assert settled.catalogue.head("x", "other.example").slug == "eins"
