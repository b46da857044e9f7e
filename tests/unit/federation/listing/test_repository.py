import os
from pathlib import Path

import pytest

from app.federation.listing.repository import (
    KEPT,
    LARGE,
    SMALL,
    SMALL_LIST,
    TIMESTAMP_LIFETIME,
    ListDamaged,
    OwnList,
    Target,
)
from tests.unit.federation.listing.lists import ONE, TWO, Folder, Written, read, reader
from tests.webnode.clock import Clock


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path / "a", Clock())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "reader"


def content(written: Written, place: Path) -> dict[str, bytes]:
    """Return what a reader gets who comes now."""
    listed = reader(Folder(written), place)
    listed.refresh()
    return read(listed)


def bins(written: Written) -> int:
    """Return how many parts the newest list has."""
    return sum(name.startswith("bin-") for name in written.list._snapshot().meta)


def test_before_the_first_publication_there_is_a_root_and_nothing_else(written: Written, tmp_path: Path) -> None:
    assert (written.list.has_root(), written.list.version(), written.list.expires()) == (True, 0, None)
    assert (written.list.listed(), written.list.entry(ONE)) == ({}, None)
    empty = OwnList(tmp_path / "empty", written.clock)
    assert not empty.has_root()
    with pytest.raises(ListDamaged):
        empty.root()


def test_what_is_published_changed_and_taken_off_the_list_is_so_for_readers(written: Written, place: Path) -> None:
    first = written.publish({ONE: b"eins", TWO: b"zwei"})
    assert content(written, place) == {ONE: b"eins", TWO: b"zwei"}
    assert written.publish({ONE: b"neu"}) == first + 1 == written.list.version()
    assert content(written, place) == {ONE: b"neu", TWO: b"zwei"}
    written.publish({ONE: None})
    assert content(written, place) == {TWO: b"zwei"} == dict.fromkeys(written.list.listed(), b"zwei")
    written.publish({"records/none.json": None})
    assert content(written, place) == {TWO: b"zwei"}


def test_what_a_list_says_of_a_target_stands_beside_its_hash(written: Written, place: Path) -> None:
    said = {"state": "withdrawn", "reason": "error", "since": "2026-11-24"}
    written.list.publish(written.key.signer(), {ONE: written.list.stage(ONE, Target(b"x", said))}, total=1)
    entry = written.list.entry(ONE)
    assert entry
    assert entry.custom == said
    listed = reader(Folder(written), place)
    listed.refresh()
    assert [one.custom for _name, _number, found in listed.changes({}) for one in found.values()] == [said]


def test_one_publication_signs_one_part_of_the_list(written: Written) -> None:
    written.publish({ONE: b"eins", TWO: b"zwei"})
    before = {path.name for path in written.metadata.iterdir()}
    number = written.publish({ONE: b"neu"})
    new = {path.name for path in written.metadata.iterdir()} - before
    assert {name.partition("-")[0] for name in new} == {f"{number}.snapshot.json", f"{number}.bin"}
    assert len(new) == 2


def test_a_list_that_grows_has_more_parts_and_loses_nothing(written: Written, place: Path) -> None:
    written.publish({ONE: b"eins"}, total=SMALL_LIST)
    assert bins(written) == 1 << SMALL
    assert content(written, place) == {ONE: b"eins"}
    written.publish({TWO: b"zwei"}, total=SMALL_LIST + 1)
    assert bins(written) == 1 << LARGE
    assert content(written, place) == {ONE: b"eins", TWO: b"zwei"}
    # A reader takes no list that lacks a part, so it keeps them when it shrinks.
    written.publish({ONE: None}, total=1)
    assert bins(written) == 1 << LARGE
    assert content(written, place) == {TWO: b"zwei"}


def test_a_list_is_confirmed_for_a_week_and_renewed_without_another_number(written: Written) -> None:
    number = written.publish({ONE: b"eins"})
    assert written.list.expires() == written.clock() + TIMESTAMP_LIFETIME
    written.clock.forward(days=1)
    written.list.renew(written.key.signer())
    assert written.list.expires() == written.clock() + TIMESTAMP_LIFETIME
    assert written.list.version() == number


def test_what_is_not_named_any_more_goes_a_day_later_with_the_renewal(written: Written, place: Path) -> None:
    written.publish({ONE: b"eins", TWO: b"zwei"})
    written.publish({ONE: b"neu", TWO: None})
    old = [path for path in (written.folder / "netz").rglob("*") if path.is_file()]
    written.list.renew(written.key.signer())
    assert all(path.exists() for path in old)
    moment = written.clock().timestamp() - KEPT.total_seconds() - 1
    for path in old:
        os.utime(path, (moment, moment))
    written.list.renew(written.key.signer())
    assert content(written, place) == {ONE: b"neu"}
    kept = [path.read_bytes() for path in (written.folder / "netz" / "targets").rglob("*") if path.is_file()]
    assert kept == [b"neu"]
    assert len([path for path in written.metadata.iterdir() if path.name.endswith("snapshot.json")]) == 1
    assert content(written, place) == {ONE: b"neu"}


def test_a_reader_amid_a_run_finds_what_lay_there_for_months_a_day_longer(written: Written, place: Path) -> None:
    written.publish({ONE: b"eins", TWO: b"zwei"})
    written.clock.forward(days=90)
    for path in (path for path in (written.folder / "netz").rglob("*") if path.is_file()):
        os.utime(path, (written.clock().timestamp() - 90 * 86_400,) * 2)
    written.list.renew(written.key.signer())
    listed = reader(Folder(written), place)
    listed.refresh()
    written.publish({ONE: b"neu", TWO: None})
    moment = written.clock().timestamp()
    os.utime(written.metadata / f"{written.list.version()}.snapshot.json", (moment, moment))
    written.clock.forward(hours=23)
    written.list.renew(written.key.signer())
    assert read(listed) == {ONE: b"eins", TWO: b"zwei"}
    written.clock.forward(hours=2)
    written.list.renew(written.key.signer())
    assert len(list(written.metadata.glob("*.snapshot.json"))) == 1


def test_a_list_whose_numbers_were_lost_goes_on_above_them(written: Written, place: Path) -> None:
    for number in range(5):
        written.publish({ONE: b"%d" % number})
    assert content(written, place) == {ONE: b"4"}
    for path in (path for path in (written.folder / "netz").rglob("*") if path.is_file() and "root" not in path.name):
        path.unlink()
    written.list.replace(written.key.signer(), {TWO: written.list.stage(TWO, Target(b"zwei"))}, anew=True)
    assert content(written, place) == {TWO: b"zwei"}


@pytest.mark.parametrize(
    "name", ["*snapshot.json", "*.targets.json", "timestamp.json", "*bin-*.json", "targets/**/*.json"]
)
def test_a_damaged_file_of_the_list_is_found_and_written_anew(written: Written, place: Path, name: str) -> None:
    written.publish({ONE: b"eins"})
    written.list.check()
    folder = written.folder / "netz"
    for path in folder.glob(name if "/" in name else f"metadata/{name}"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"e", b"f", 1) if b"{" not in path.read_bytes() else b"{}")
    with pytest.raises(ListDamaged):
        written.list.check()
    written.list.replace(written.key.signer(), {ONE: written.list.stage(ONE, Target(b"eins"))})
    written.list.check()
    assert content(written, place) == {ONE: b"eins"}


def test_after_a_restore_the_number_goes_on_above_what_others_have_seen(written: Written, place: Path) -> None:
    written.publish({ONE: b"eins"})
    assert written.publish({}, above=41) == 42
    assert content(written, place) == {ONE: b"eins"}
    assert written.publish({TWO: b"zwei"}) == 43


@pytest.mark.parametrize("damage", [b"", b"{", b"{}"])
@pytest.mark.parametrize("name", ["timestamp", "snapshot", "targets", "bin-00"])
def test_damaged_metadata_stop_a_publication(written: Written, name: str, damage: bytes) -> None:
    written.publish({ONE: b"eins"})
    for path in written.metadata.glob(f"*{name}.json"):
        path.write_bytes(damage)
    with pytest.raises(ListDamaged):
        written.publish({f"records/{number}.json": b"x" for number in range(200)})


@pytest.mark.parametrize("damaged", [False, True])
def test_a_list_that_starts_over_is_taken_by_earlier_readers(written: Written, place: Path, damaged: bool) -> None:
    written.publish({ONE: b"eins"}, total=SMALL_LIST + 1)
    written.recover()
    assert content(written, place) == {ONE: b"eins"}
    if damaged:
        for path in written.metadata.glob("*.targets.json"):
            path.write_bytes(b"")
    written.list.replace(written.key.signer(), {})
    assert content(written, place) == {}
    written.publish({TWO: b"zwei"})
    assert content(written, place) == {TWO: b"zwei"}
