from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from app.federation.listing import reading
from app.federation.listing.reading import ITEMS, TARGET_LIMIT, ListRefused, kept_metadata
from app.fetching import FetchFailed, FetchRefused
from tests.unit.federation.listing.lists import ONE, TWO, Folder, Written, read, reader
from tests.webnode.clock import Clock


@pytest.fixture
def written(tmp_path: Path) -> Written:
    written = Written(tmp_path / "a", Clock())
    written.publish({ONE: b"eins", TWO: b"zwei"})
    return written


@pytest.fixture
def folder(written: Written) -> Folder:
    return Folder(written)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "reader"


def taken(folder: Folder, place: Path) -> dict[str, int]:
    """Read everything and return the number of each part."""
    listed = reader(folder, place)
    listed.refresh()
    found = {name: number for name, number, _targets in listed.changes({})}
    folder.asked.clear()
    return found


def refused(folder: Folder, place: Path) -> str:
    """Return why a reader who comes now takes nothing."""
    with pytest.raises(ListRefused) as error:
        read_anew(folder, place)
    return error.value.code


def read_anew(folder: Folder, place: Path) -> dict[str, bytes]:
    listed = reader(folder, place)
    listed.refresh()
    return read(listed)


def test_nothing_new_is_two_requests(folder: Folder, place: Path) -> None:
    before = taken(folder, place)
    listed = reader(folder, place)
    listed.refresh()
    assert list(listed.changes(before)) == []
    assert folder.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def test_one_change_is_five_requests(written: Written, folder: Folder, place: Path) -> None:
    before = taken(folder, place)
    number = written.publish({ONE: b"neu"})
    listed = reader(folder, place)
    state = listed.refresh()
    ((name, found, targets),) = listed.changes(before)
    assert listed.fetch(targets[ONE]) == b"neu"
    assert (state.version, found, name) == (number, number, listed.bin_of(ONE))
    assert len(folder.asked) == 5


def test_the_state_says_until_when_the_list_is_confirmed(written: Written, folder: Folder, place: Path) -> None:
    state = reader(folder, place).refresh()
    assert (state.version, state.expires, state.root_version) == (written.list.version(), written.list.expires(), 1)
    assert len(state.sha256) == 64


def test_other_bytes_than_the_list_names_are_refused(folder: Folder, place: Path) -> None:
    listed = reader(folder, place)
    listed.refresh()
    target = next(found[ONE] for _name, _number, found in listed.changes({}) if ONE in found)
    (path,) = target.get_prefixed_paths()
    for body in (b"zwei", b"ein"):
        folder.changed[f"targets/{path}"] = body
        with pytest.raises(FetchRefused) as refused:
            listed.fetch(target)
        assert refused.value.code == "hash"
    folder.changed[f"targets/{path}"] = b"eins und mehr"
    with pytest.raises(FetchRefused):
        listed.fetch(target)
    target.length = TARGET_LIMIT + 1
    with pytest.raises(ListRefused) as error:
        listed.fetch(target)
    assert error.value.code == "too_large"


@pytest.mark.parametrize("name", ["timestamp.json", "2.snapshot.json", "1.targets.json", "2.bin-00.json"])
def test_metadata_that_another_key_signed_are_refused(written: Written, folder: Folder, place: Path, name: str) -> None:
    written.forge(name, lambda _signed: None, CryptoSigner.generate_ed25519())
    assert refused(folder, place) == "signature"


@pytest.mark.parametrize("name", ["timestamp.json", "2.snapshot.json", "1.targets.json", "2.bin-00.json"])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"signed":{},"signatures":[]}', b"[" * 100])
def test_anything_else_than_metadata_is_refused(folder: Folder, place: Path, name: str, body: bytes) -> None:
    folder.changed[f"metadata/{name}"] = body or b" "
    assert refused(folder, place) == "signature"


def test_a_list_that_was_not_confirmed_for_a_week_is_refused(written: Written, folder: Folder, place: Path) -> None:
    taken(folder, place)
    written.clock.forward(days=7, seconds=-1)
    assert read_anew(folder, place) == {ONE: b"eins", TWO: b"zwei"}
    written.clock.forward(seconds=2)
    assert refused(folder, place) == "expired"
    written.list.renew(written.key.signer())
    assert read_anew(folder, place) == {ONE: b"eins", TWO: b"zwei"}


@pytest.mark.parametrize("rolled", ["timestamp", "snapshot", "part"])
def test_an_earlier_list_is_refused(written: Written, folder: Folder, place: Path, rolled: str) -> None:
    earlier = (written.metadata / "timestamp.json").read_bytes()
    number = written.publish({ONE: b"neu"})
    (name,) = [path.name.split(".")[1] for path in written.metadata.glob(f"{number}.bin-*")]
    taken(folder, place)
    if rolled == "timestamp":
        folder.changed["metadata/timestamp.json"] = earlier
    elif rolled == "snapshot":
        written.forge("timestamp.json", lambda signed: _lead(signed, number - 1))
    else:
        last = written.publish({ONE: b"auch neu"})
        written.forge(f"{last}.snapshot.json", lambda signed: setattr(signed.meta[f"{name}.json"], "version", 2))
        written.forge("timestamp.json", lambda signed: _lead(signed, last))
    assert refused(folder, place) == "signature"


def _lead(signed: Any, version: int) -> None:
    signed.version += 1
    signed.snapshot_meta.version, signed.snapshot_meta.hashes, signed.snapshot_meta.length = version, None, None


def test_a_snapshot_that_leaves_a_part_out_is_refused(written: Written, folder: Folder, place: Path) -> None:
    written.forge("2.snapshot.json", lambda signed: signed.meta.pop("bin-00.json"))
    written.forge("timestamp.json", lambda signed: _lead(signed, 2))
    assert refused(folder, place) == "bins"


def test_a_list_of_more_parts_than_256_is_refused(written: Written, folder: Folder, place: Path) -> None:
    def split(signed: Any) -> None:
        signed.delegations.succinct_roles.bit_length = 9

    written.forge("1.targets.json", split)
    assert refused(folder, place) == "bins"


def test_a_list_of_over_20000_targets_is_refused(folder: Folder, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ITEMS == 20_000
    monkeypatch.setattr(reading, "ITEMS", 1)
    assert refused(folder, place) == "items"


@pytest.mark.parametrize(
    ("name", "most"), [("timestamp.json", 16), ("2.snapshot.json", 256), ("1.targets.json", 2048), ("2.root.json", 64)]
)
def test_endless_metadata_end_at_a_limit(folder: Folder, place: Path, name: str, most: int) -> None:
    folder.changed[f"metadata/{name}"] = b" " * (most * 1024 + 1)
    with pytest.raises(FetchRefused) as error:
        read_anew(folder, place)
    assert error.value.code == "too_large"


def test_more_roots_than_one_look_follows_wait_for_the_next(written: Written, folder: Folder, place: Path) -> None:
    for _ in range(70):
        written.recover()
    assert refused(folder, place) == "signature"
    assert sum(name.endswith("root.json") for name in folder.asked) == 64
    assert read_anew(folder, place) == {ONE: b"eins", TWO: b"zwei"}


@pytest.mark.parametrize("failure", [FetchFailed("unreachable"), FetchFailed("tls_expired"), FetchRefused("redirect")])
def test_why_nothing_was_fetched_reaches_the_caller(folder: Folder, place: Path, failure: FetchFailed) -> None:
    folder.changed["metadata/timestamp.json"] = failure
    with pytest.raises(FetchFailed) as error:
        reader(folder, place).refresh()
    assert error.value == failure


def test_a_missing_list_is_told_from_one_that_does_not_hold(written: Written, folder: Folder, place: Path) -> None:
    (written.metadata / "timestamp.json").unlink()
    with pytest.raises(FetchFailed) as error:
        read_anew(folder, place)
    assert error.value.is_absence


def test_after_recovery_nothing_the_stolen_key_signs_is_taken(written: Written, folder: Folder, place: Path) -> None:
    taken(folder, place)
    stolen = written.key.signer()
    written.list.publish(stolen, {}, total=1, above=1000)
    taken(folder, place)
    written.recover()
    written.publish({ONE: b"wieder da"})
    assert read_anew(folder, place)[ONE] == b"wieder da"
    written.forge("timestamp.json", lambda signed: setattr(signed, "version", signed.version + 1), stolen)
    assert refused(folder, place) == "signature"


def test_another_root_is_no_next_root(tmp_path: Path, written: Written, folder: Folder, place: Path) -> None:
    taken(folder, place)
    other = Written(tmp_path / "other", written.clock)
    other.recover()
    folder.changed["metadata/2.root.json"] = other.list.root(2).data
    assert refused(folder, place) == "signature"


def test_a_root_that_is_none_is_refused(folder: Folder, place: Path) -> None:
    with pytest.raises(ListRefused) as error:
        reader(folder, place, b"{}")
    assert error.value.code == "root"


def test_only_what_was_read_is_kept_as_it_was(written: Written, folder: Folder, place: Path, tmp_path: Path) -> None:
    taken(folder, place)
    for name in ("timestamp.json", "2.snapshot.json", "1.targets.json", "2.bin-00.json", "1.root.json"):
        assert kept_metadata(place, name) == (written.metadata / name).read_bytes(), name
    (tmp_path / "secret.json").write_bytes(b"{}")
    for name in ("3.snapshot.json", "root.json", "1.secret.json", "../secret.json", "2.bin-0g.json", "", "2.root.json"):
        assert kept_metadata(place, name) is None, name
