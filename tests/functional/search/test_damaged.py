"""Files of the index that are not as they were written: said in its own error, and mended by building it anew."""

import struct

import pytest
from sqlalchemy.exc import DatabaseError

from app.catalogue.agreement import Disagreement
from app.search.port import IndexDamaged, SearchUnavailable
from app.search.query import SearchQuery
from tests.functional.search.conftest import Node
from tests.functional.search.damages import DAMAGES, flipped, harm

# Whoosh leaves files open that it could not read.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.mark.parametrize("ending", ["toc", "seg"])
def test_every_damage_is_named_and_building_anew_mends_it(node: Node, ending: str) -> None:
    folder = node.index / "whoosh"
    for damage in [*DAMAGES, *map(flipped, range(8))]:
        # Building anew names its files afresh.
        (file,) = folder.glob(f"*.{ending}")
        harm(file, damage)
        node.search._kept.held = None
        for asked in (node.search.cursor, lambda: node.search.search(SearchQuery(text="Rufbus")), node.search.agree):
            try:
                asked()
            except (IndexDamaged, SearchUnavailable):
                continue
        node.search._kept.held = None
        node.search.rebuild()
        assert node.search.agree() == ()
        assert [hit.slug for hit in node.search.search(SearchQuery(text="Rufbus")).hits] == ["rufbus"]
    # Nobody has to say so: whoever catches up does it.
    (file,) = folder.glob(f"*.{ending}")
    harm(file, DAMAGES[-1])
    node.search._kept.held = None
    assert node.search.agree()[0].code == Disagreement.BEHIND
    node.follow()
    assert node.search.agree() == ()


def test_what_the_library_stumbles_over_while_it_searches_is_named(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble() -> None:
        raise struct.error("unpack requires a buffer of 4 bytes")

    index = node.search._engine().index
    with monkeypatch.context() as patched:
        patched.setattr(index, "_snapshot", stumble)
        for asked in (lambda: node.search.search(SearchQuery(text="Dorfbach")), lambda: node.search.suggest("ru")):
            with pytest.raises(IndexDamaged):
                asked()
        # Whoever catches up then builds it anew.
        assert node.search.cursor() == 0
    node.search.rebuild()
    assert node.search.search(SearchQuery(text="Dorfbach")).total == 1


def test_error_of_the_database_is_not_taken_for_a_damaged_index(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def malformed(*_copies: object) -> None:
        raise DatabaseError("select", {}, Exception("database disk image is malformed"))

    index = node.search._engine().index
    monkeypatch.setattr(index, "_snapshot", malformed)
    for asked in (lambda: node.search.search(SearchQuery(text="Dorfbach")), node.search.cursor):
        with pytest.raises(DatabaseError):
            asked()
