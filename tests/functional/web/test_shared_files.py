# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of records lie under their hashes in a folder that all machines reach, as long as they may be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from app.bootstrap import Services, bootstrap
from app.bootstrap.node import Node
from app.bootstrap.record_erasure import RecordErasure
from app.cli.doctor.command import diagnose
from app.content.file_store import FileStore
from app.web.factory import create_app
from tests.functional.web.test_reader import quiet
from tests.webnode.node import STOPPED_PAGE, make_node, publish

FOLDER = "case-studies/beispielstadt-mitfahrbank"
PICTURE = f"{STOPPED_PAGE}/dateien/bank.png"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "shared"


@pytest.fixture
def writer(tmp_path: Path, shared: Path) -> Iterator[Services]:
    services = make_node(tmp_path, files=shared)
    services.catalogue.catch_up()
    yield services
    services.close()


def files(shared: Path) -> list[Path]:
    return sorted(file for file in (shared / "own").rglob("*") if len(file.name) == 64)


def theirs(services: Services) -> set[str]:
    """The hashes of the files of the record, in all its versions."""
    catalogue = services.catalogue
    entries = catalogue.versions(catalogue.head_by_slug("case-study", "beispielstadt-mitfahrbank").id)
    return {file.sha256 for entry in entries for file in catalogue.record(entry).files}


def names(shared: Path) -> set[str]:
    return {file.name for file in files(shared)}


def picture(services: Services) -> tuple[int, bytes]:
    answer = create_app(services, testing=True).test_client().get(PICTURE)
    return answer.status_code, answer.data


def test_a_picture_that_is_published_while_somebody_clears_up_stays(
    writer: Services, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bootstrap(writer.settings, writer.clock)
    looked = FileStore.names
    publishing = Thread(target=other.catalogue.catch_up)

    def after_another(store: FileStore) -> Iterator[str]:
        if publishing.ident is None:
            publish(other, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
            publishing.start()
            # It waits for whoever clears up, or is done by then.
            publishing.join(3)
        return looked(store)

    assert writer.own_files is not None
    monkeypatch.setattr(writer.own_files, "disagreements", lambda: (frozenset(), frozenset()))
    monkeypatch.setattr(FileStore, "names", after_another)
    writer.own_files.settle()
    # Whether it is still there, before the other one could look once more.
    publishing.join()
    assert theirs(writer) <= names(shared)
    other.close()


def wrong(services: Services) -> set[str]:
    return {found.code for found in diagnose(services).findings if found.area == "files"}


def test_a_machine_without_a_repository_shows_pictures(writer: Services, tmp_path: Path) -> None:
    shutil.copytree(writer.settings.keys_path, tmp_path / "reader" / "keys")
    given = {"data": tmp_path / "reader", "role": "reader", "database_url": writer.settings.database_url}
    writer.follow()
    reader = bootstrap(writer.settings.model_copy(update=given), writer.clock)
    Node(reader).follow(quiet)  # type: ignore[arg-type]  # reports to nobody
    assert picture(reader) == picture(writer)
    assert picture(reader)[0] == 200
    reader.close()


def test_a_new_file_comes_with_its_version_and_stays_as_long_as_one_names_it(writer: Services, shared: Path) -> None:
    before = files(shared)
    publish(writer, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
    writer.follow()
    assert len(files(shared)) == len(before) + 1
    assert set(before) < set(files(shared))


def test_a_withdrawal_takes_the_files(writer: Services, shared: Path) -> None:
    gone = theirs(writer)
    assert gone <= names(shared)
    publish(
        writer, {f"{FOLDER}/index.md": _withdrawal(writer), f"{FOLDER}/bank.png": None, f"{FOLDER}/einfach.md": None}
    )
    writer.follow()
    assert not gone & names(shared)
    assert wrong(writer) == set()


def test_an_erasure_takes_the_files(writer: Services, shared: Path) -> None:
    erasure, gone = RecordErasure(writer), theirs(writer)
    assert erasure.erase(erasure.find("case-study/beispielstadt-mitfahrbank"), "legal", quiet) == ()  # type: ignore[arg-type]  # reports to nobody
    assert gone
    assert not gone & names(shared)


def test_what_is_missing_or_damaged_is_named_comes_from_git_and_is_mended(writer: Services, shared: Path) -> None:
    first, second = files(shared)[:2]
    expected = picture(writer)
    first.chmod(0o600)
    first.write_bytes(b"damaged")
    second.unlink()
    (shared / "own" / "00").mkdir()
    (shared / "own" / "00" / ("0" * 64)).write_bytes(b"too many")
    assert wrong(writer) == {"missing", "surplus"}
    assert picture(writer) == expected
    writer.catalogue.rebuild()
    assert wrong(writer) == set()
    assert {first, second} <= set(files(shared))


def test_a_folder_that_cannot_be_reached_keeps_nobody_from_publishing(writer: Services, shared: Path) -> None:
    before = names(shared)
    shutil.rmtree(shared)
    shared.write_text("no folder", encoding="utf-8")
    publish(writer, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
    writer.follow()
    assert picture(writer)[0] == 200
    shared.unlink()
    writer.catalogue.catch_up()
    assert before < names(shared)


def _withdrawal(services: Services) -> bytes:
    entry = services.catalogue.head_by_slug("case-study", "beispielstadt-mitfahrbank")
    return f"---\nschema: withdrawn/1\nid: {entry.id}\nkind: case-study\nreason: error\n---\n".encode()
