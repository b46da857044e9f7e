"""What cannot be read now is no edit for good: it is looked at again."""

from datetime import UTC, datetime

import pytest

from app.catalogue.edits import Edits
from app.catalogue.entry import CatalogueEntry, State
from app.records.git.errors import ObjectMissing, ObjectUnreadable
from app.records.record import Record
from app.shared.errors import DomainError


def version(ver: int, origin: str = "") -> CatalogueEntry:
    return CatalogueEntry(
        seq=ver, origin=origin, id="one", ver=ver, digest=str(ver), state=State.PUBLISHED,
        at=datetime(2026, ver, 1, tzinfo=UTC), kind="concept", slug="eins", problems=None, told=None,
    )  # fmt: skip


def record(last_confirmed: str) -> Record:
    return Record(
        id="one", kind="concept", slug="eins", plural="concepts", schema="concept/1", title="Eins", summary="",
        lang="de", topics=(), license="CC0-1.0", compiled_by="editors", last_confirmed=last_confirmed,
        review_by="2027-03-01", sources=(), sections=(), data={"last_confirmed": last_confirmed}, body="", files=(),
        digest="",
    )  # fmt: skip


class Texts:
    """Three versions, of which each only confirms the one before; some cannot be read."""

    def __init__(self, origin: str = "") -> None:
        self.all = tuple(version(ver, origin) for ver in (1, 2, 3))
        self.damaged: dict[int, DomainError] = {}
        self.read = 0
        self.edits = Edits(lambda _id, _origin: self.all, self.record)

    def record(self, entry: CatalogueEntry) -> Record:
        self.read += 1
        if entry.ver in self.damaged:
            raise self.damaged[entry.ver]
        return record(f"2026-0{entry.ver}-01")

    def last(self) -> int:
        return self.edits.last(self.all[-1]).ver


def test_what_only_confirms_is_no_edit_and_that_is_found_once() -> None:
    texts = Texts()
    assert (texts.last(), texts.read) == (1, 4)
    assert (texts.last(), texts.read) == (1, 4)


@pytest.mark.parametrize("damage", [ObjectUnreadable(name="x"), ObjectMissing(name="x")])
@pytest.mark.parametrize("ver", [1, 2, 3])
def test_what_cannot_be_read_now_is_read_again_when_it_was_mended(ver: int, damage: DomainError) -> None:
    texts = Texts()
    texts.damaged = {ver: damage}
    assert texts.last() == (3 if ver > 1 else 2)
    texts.damaged = {}
    assert texts.last() == 1


def test_that_others_keep_no_earlier_versions_is_found_once() -> None:
    texts = Texts(origin="https://a.example")
    texts.damaged = {2: ObjectMissing(name="x")}
    assert [texts.last(), texts.last()] == [3, 3]
    assert texts.read == 1
