"""Two nodes that were given one folder for their files never remove each other's."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.cli.doctor.command import diagnose
from app.cli.doctor.finding import Finding
from app.cli.doctor.stores import of_another
from app.records.file_store import OWNER, FileStore, SharedFileStore, StoreOfAnother
from app.shared.config import Settings
from app.wiring import Services
from app.wiring.backup import make_backup
from app.wiring.foundation import OWN
from app.wiring.node import Node
from tests.file_places import FilePlace
from tests.functional.web.test_reader import quiet
from tests.functional.wiring.conftest import restored, settings_of
from tests.webnode.node import one_node, publish

HERE, THERE = "https://erfahrungen.example", "https://anderswo.example"
NEW = "concepts/beispiel-pruefliste/neu.csv"
FOREIGN = b"von einem anderen Ort"
FOREIGN_NAME = sha256(FOREIGN).hexdigest()


def hashed(text: bytes) -> str:
    return sha256(text).hexdigest()


@contextmanager
def opened(folder: Path, **values: object) -> Iterator[Services]:
    yield from one_node(folder, **values)


@pytest.fixture
def first(tmp_path: Path, file_place: FilePlace) -> Iterator[Services]:
    """A node that keeps files there, of its own and of others."""
    with opened(tmp_path / "first", issuer=HERE, **file_place.settings) as services:
        services.catalogue.catch_up()
        services.harvest.files.maintain()
        yield services


@pytest.fixture
def second(tmp_path: Path, file_place: FilePlace) -> Iterator[Services]:
    """Another node, whose operator entered the same place."""
    with opened(tmp_path / "second", issuer=THERE, **file_place.settings) as services:
        yield services


def kept(place: FilePlace) -> dict[str, set[str]]:
    return {name: set(place.store(name).sizes()) for name in ("own", "foreign-files")}


def found(services: Services) -> list[Finding]:
    return [one for one in diagnose(services).findings if one.code == "other_node"]


def step(told: Finding) -> str:
    """Return what the operator is told to do where the files are this node's own."""
    return told.remedy.rpartition("names will be removed): ")[2]


def by_hand(services: Services, folder: str) -> str:
    return f"echo {services.settings.issuer} > {services.settings.files}/{folder}/node"


def test_another_node_adds_and_removes_nothing(first: Services, second: Services, file_place: FilePlace) -> None:
    file_place.write(FOREIGN_NAME, FOREIGN, "foreign-files")
    before = kept(file_place)
    publish(second, {NEW: b"nur hier\n"})
    with capture_logs() as logged:
        second.catalogue.catch_up()
    assert ("files.not_kept", "StoreOfAnother") in {(line["event"], line.get("reason")) for line in logged}
    second.harvest.files.maintain(even_all=True)
    second.harvest.files.maintain()
    assert second.privacy.erasure.finish() == ("files",)
    with pytest.raises(StoreOfAnother):
        Node(second).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert kept(file_place) == before
    assert [one.area for one in found(first)] == []
    # Whoever finds it out later has lost nothing.
    publish(first, {NEW: b"kommt dazu\n"})
    first.catalogue.catch_up()
    assert hashed(b"kommt dazu\n") in kept(file_place)["own"]


def test_doctor_names_the_other_node_and_what_to_do(first: Services, second: Services) -> None:
    own, foreign = sorted(found(second), key=lambda one: one.area)
    assert {own.area, foreign.area} == {"files", "foreign files"}
    assert HERE in own.message
    assert "NODE_FILES" in own.remedy
    assert step(own) == by_hand(second, "own")
    assert step(foreign) == by_hand(second, "foreign-files")
    assert second.own_files is not None
    assert HERE in second.own_files.trouble()


def test_the_command_that_doctor_names_holds_whatever_the_address_is_for_a_shell(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "node", files=str(tmp_path), issuer="https://erfahrungen.example/$(exit);amt")
    (tmp_path / OWN).mkdir()
    subprocess.run(step(of_another(StoreOfAnother(""), settings, OWN)), shell=True, check=True)
    assert (tmp_path / OWN / OWNER).read_text(encoding="utf-8").strip() == settings.issuer


def test_another_machine_of_the_node_can_use_the_folder(first: Services, file_place: FilePlace, tmp_path: Path) -> None:
    other = Services(first.settings.model_copy(update={"machine": "zwei"}), first.clock)
    publish(other, {NEW: b"von der zweiten\n"})
    other.catalogue.catch_up()
    other.harvest.files.maintain()
    assert hashed(b"von der zweiten\n") in kept(file_place)["own"]
    assert found(other) == []
    other.close()


def test_a_node_that_has_moved_takes_its_files_along(first: Services, file_place: FilePlace) -> None:
    first.close()
    moved = Services(first.settings.model_copy(update={"issuer": THERE, "moved_from": HERE}), first.clock)
    moved.catalogue.catch_up()
    moved.harvest.files.maintain()
    assert found(moved) == []
    publish(moved, {NEW: b"umgezogen\n"})
    moved.catalogue.catch_up()
    assert hashed(b"umgezogen\n") in kept(file_place)["own"]
    moved.close()
    # What goes on at the old address has to keep its files elsewhere.
    left = Services(first.settings, first.clock)
    assert THERE in found(left)[0].message
    left.close()


def test_a_node_restored_elsewhere_touches_nothing(first: Services, file_place: FilePlace, tmp_path: Path) -> None:
    make_backup(first, tmp_path / "backup")
    publish(first, {NEW: b"nach der Sicherung\n"})
    first.catalogue.catch_up()
    before = kept(file_place)
    first.close()
    for name, address in (("drill", THERE), ("again", HERE)):
        values = {**file_place.settings, "issuer": address}
        restored(tmp_path / "backup", tmp_path / name, **values)
        there = Services(settings_of(tmp_path / name, **values))
        there.restored.unlink()
        there.catalogue.catch_up()
        assert bool(found(there)) == (address == THERE)
        assert (kept(file_place) == before) == (address == THERE)
        there.close()


def test_files_of_an_earlier_release_are_known(tmp_path: Path, file_place: FilePlace, second: Services) -> None:
    with opened(tmp_path / "first", issuer=HERE, **file_place.settings) as first:
        publish(first, {NEW: b"schon lange da\n"})
        file_place.write(hashed(b"schon lange da\n"), b"schon lange da\n")
        file_place.write("0" * 64, b"zu viel")
        second.catalogue.catch_up()
        assert kept(file_place)["own"] == {hashed(b"schon lange da\n"), "0" * 64}
        assert "their owner is unknown" in found(second)[0].message
        first.catalogue.catch_up()
        assert "0" * 64 not in kept(file_place)["own"]
        assert found(first) == []
        assert HERE in found(second)[0].message


def test_files_that_nobody_names_are_given_to_a_node_by_hand(tmp_path: Path, file_place: FilePlace) -> None:
    for folder in ("own", "foreign-files"):
        file_place.write("0" * 64, b"zu viel", folder)
    before = kept(file_place)
    with opened(tmp_path / "first", issuer=HERE, **file_place.settings) as first:
        first.catalogue.catch_up()
        first.harvest.files.maintain()
        assert kept(file_place) == before
        assert first.privacy.erasure.finish() == ("files",)
        steps = [step(one) for one in found(first)]
        assert sorted(steps) == sorted(by_hand(first, folder) for folder in ("own", "foreign-files"))
        for command in steps:
            subprocess.run(["/bin/sh", "-c", command], check=True)
        first.catalogue.catch_up()
        first.harvest.files.maintain()
        assert not any("0" * 64 in names for names in kept(file_place).values())
        assert kept(file_place)["own"]
        assert first.privacy.erasure.finish() == ()
        assert found(first) == []
    moved = Services(first.settings.model_copy(update={"issuer": THERE, "moved_from": HERE}), first.clock)
    moved.harvest.files.maintain()
    assert file_place.store("foreign-files").owner() == THERE.encode()
    moved.close()


def test_what_stands_there_brings_nothing_else_into_a_message(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "own")
    with store.exclusive():
        store.mark(b"https://a.example\x1b[31m\n\xff" + b"x" * 1000)
    with pytest.raises(StoreOfAnother) as refused:
        SharedFileStore(tmp_path / "own", THERE, "", lambda _names: False).sizes()
    assert refused.value.owner.startswith("https://a.example[31m")
    assert refused.value.owner.isprintable()
    assert len(refused.value.owner) <= 300
    assert (tmp_path / "own" / OWNER).is_file()
