"""Files of records lie under their hashes in a folder that all machines reach, while they may be read."""

import errno
import shutil
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs

from app.cli.doctor.command import diagnose
from app.records.file_store import FileStore, StoreUnreachable
from app.records.git.errors import ObjectUnreadable
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.record_erasure import RecordErasure
from app.wiring.scheduler import Scheduler
from tests.file_places import FilePlace
from tests.functional.web.test_reader import quiet
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish
from tests.webnode.texts import withdrawn

FOLDER = "case-studies/beispielstadt-mitfahrbank"
OTHER_FOLDER = "concepts/beispiel-pruefliste"
WORDS = ("klein", "zu gross", "klein")
PICTURE = f"{STOPPED_PAGE}/dateien/bank.png"
WITHDRAWAL: dict[str, bytes | None] = {f"{FOLDER}/{name}": None for name in ("bank.png", "einfach.md")}
WITHDRAWAL[f"{FOLDER}/index.md"] = withdrawn("case-study", STOPPED)


@pytest.fixture
def writer(tmp_path: Path, file_place: FilePlace) -> Iterator[Services]:
    services = make_node(tmp_path, **file_place.settings)
    services.catalogue.catch_up()
    yield services
    services.close()


def names(place: FilePlace) -> set[str]:
    return set(place.store().sizes())


def theirs(services: Services) -> set[str]:
    """The hashes of the files of the record, in all its versions."""
    catalogue = services.catalogue
    entries = catalogue.versions(catalogue.head_by_slug("case-study", "beispielstadt-mitfahrbank").id)
    return {file.sha256 for entry in entries for file in catalogue.record(entry).files}


def picture(services: Services) -> tuple[int, bytes]:
    answer = create_app(services, testing=True).test_client().get(PICTURE)
    return answer.status_code, answer.data


def test_a_picture_that_is_published_while_somebody_clears_up_stays(
    writer: Services, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Services(writer.settings, writer.clock)
    store = type(file_place.store())
    looked = store.sizes
    publishing = Thread(target=other.catalogue.catch_up)

    def after_another(self: FileStore, name: str = "") -> Mapping[str, int]:
        if publishing.ident is None:
            publish(other, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
            publishing.start()
            # It waits for whoever clears up, or is done by then.
            publishing.join(3)
        return looked(self, name)

    assert writer.own_files is not None
    monkeypatch.setattr(writer.own_files, "disagreements", lambda: (frozenset(), frozenset()))
    monkeypatch.setattr(store, "sizes", after_another)
    writer.own_files.settle()
    # Whether it is still there, before the other one could look once more.
    publishing.join()
    assert theirs(writer) <= names(file_place)
    other.close()


def wrong(services: Services) -> set[str]:
    return {found.code for found in diagnose(services).findings if found.area == "files"}


@pytest.fixture
def reader(writer: Services, tmp_path: Path) -> Iterator[Services]:
    """A machine without a repository."""
    shutil.copytree(writer.settings.keys_path, tmp_path / "reader" / "keys")
    given = {"data": tmp_path / "reader", "role": "reader", "database_url": writer.settings.database_url}
    writer.follow()
    services = Services(writer.settings.model_copy(update=given), writer.clock)
    Node(services).follow(quiet)  # type: ignore[arg-type]  # reports to nobody
    yield services
    services.close()


def said_of_files(services: Services, client: FlaskClient, path: str) -> str:
    """What a monitor is told after the look that a process takes every few seconds."""
    assert services.own_files is not None
    services.own_files.check()
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.get_json()["files"])


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    services = make_node(tmp_path, files=tmp_path / "mounted")
    services.catalogue.catch_up()
    assert wrong(services) == {"unreached"}
    assert not (tmp_path / "mounted").exists()
    services.close()


def test_a_machine_without_a_repository_shows_pictures_and_says_so_where_they_cannot_be_reached(
    writer: Services, reader: Services, file_place: FilePlace
) -> None:
    assert picture(reader) == picture(writer)
    client = create_app(reader, testing=True).test_client()
    with file_place.away():
        assert client.get(STOPPED_PAGE).status_code == 200
        answer = client.get(PICTURE, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "Alle Texte können gelesen werden." in answer.get_data(as_text=True)
        assert said_of_files(reader, client, "/readyz") == "unreachable"
        assert wrong(reader) == {"unreached"}
    assert client.get(PICTURE).status_code == 200


def test_a_new_file_comes_with_its_version_and_goes_with_a_withdrawal(writer: Services, file_place: FilePlace) -> None:
    before = names(file_place)
    publish(writer, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
    writer.follow()
    assert before < names(file_place), "it stays as long as a version names it"
    gone = theirs(writer)
    assert len(names(file_place)) == len(before) + 1
    assert gone <= names(file_place)
    publish(writer, WITHDRAWAL)
    writer.follow()
    assert not gone & names(file_place)
    assert wrong(writer) == set()


def test_an_erasure_takes_the_files(writer: Services, file_place: FilePlace) -> None:
    erasure, gone = RecordErasure(writer), theirs(writer)
    assert erasure.erase(erasure.find("case-study/beispielstadt-mitfahrbank"), "legal", quiet) == ()  # type: ignore[arg-type]  # reports to nobody
    assert gone
    assert not gone & names(file_place)


def test_an_erasure_waits_for_a_place_that_cannot_be_reached(writer: Services, file_place: FilePlace) -> None:
    erasure, gone = RecordErasure(writer), theirs(writer)
    entry = erasure.find("case-study/beispielstadt-mitfahrbank")
    with file_place.away():
        assert erasure.erase(entry, "legal", quiet) == ("files", "list")  # type: ignore[arg-type]  # reports to nobody
    assert gone <= names(file_place)
    assert writer.privacy.erasure.finish() == ()
    assert not gone & names(file_place)


def test_missing_or_damaged_files_are_named_read_from_git_and_mended(writer: Services, file_place: FilePlace) -> None:
    first, second = sorted(names(file_place))[:2]
    expected = picture(writer)
    file_place.write(first, b"damaged")
    file_place.store().remove(second)
    file_place.write("0" * 64, b"too many")
    assert wrong(writer) == {"missing", "surplus"}
    assert picture(writer) == expected
    writer.catalogue.rebuild()
    assert wrong(writer) == set()
    assert {first, second} <= names(file_place)


def test_without_the_file_store_reading_and_publishing_go_on(writer: Services, file_place: FilePlace) -> None:
    before = names(file_place)
    client = create_app(writer, testing=True).test_client()
    assert "files" not in client.get("/readyz").get_json()
    assert said_of_files(writer, client, "/readyz") == "ok"
    with file_place.away():
        publish(writer, {f"{FOLDER}/bank.png": (writer.settings.static_path / "img" / "mark.svg").read_bytes()})
        writer.follow()
        assert (client.get(STOPPED_PAGE).status_code, client.get(PICTURE).status_code) == (200, 200)
        assert said_of_files(writer, client, "/readyz") == "unreachable"
        assert said_of_files(writer, client, "/healthz") == "unreachable"
        assert wrong(writer) == {"unreached"}
    # The rounds do this every quarter of a minute.
    Scheduler(writer, lambda _stop: False).once()
    assert before < names(file_place)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE catalogue_text SET content = 'x{'",
        "UPDATE catalogue_text SET content = CAST(x'c328' AS TEXT)",
        "DELETE FROM catalogue_text",
    ],
)
def test_a_text_that_is_damaged_or_missing_keeps_no_node_from_starting_and_no_file_is_removed_for_it(
    writer: Services, file_place: FilePlace, damage: str
) -> None:
    if "CAST(x" in damage and writer.sessions.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no text that is none")
    before = names(file_place)
    [entry] = [one for one in writer.catalogue.heads() if one.slug == "beispielstadt-mitfahrbank"]
    with writer.sessions.begin() as db:
        db.execute(text(f"{damage} WHERE digest = :digest"), {"digest": entry.digest})
    file_place.write("0" * 64, b"too many")
    # A process that starts with it, while git cannot help.
    other = Services(writer.settings, writer.clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(other.content, "text", _unreadable)
        with capture_logs() as logged:
            other.catalogue.catch_up()
        assert [line["event"] for line in logged if line["event"].startswith("files.")] in (
            ["files.text_damaged", "files.nothing_removed"],
            ["files.nothing_removed"],
        )
        assert wrong(other) == set()
    other.close()
    assert before < names(file_place)
    assert "files" in writer.privacy.erasure.finish()
    writer.catalogue.rebuild()
    assert names(file_place) == before


def _unreadable(*_asked: object) -> bytes:
    raise ObjectUnreadable("0")


def refuse_large(patch: pytest.MonkeyPatch, store: type[FileStore]) -> None:
    """Let a place refuse what says that it is too large."""
    put = store.put

    def picky(self: FileStore, name: str, data: bytes) -> None:
        if b"zu gross" in data:
            raise StoreUnreachable("status 413")
        put(self, name, data)

    patch.setattr(store, "put", picky)


def test_other_files_are_stored_and_removed_even_if_one_is_refused(
    writer: Services, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = theirs(writer)
    refuse_large(monkeypatch, type(file_place.store()))
    new = {
        f"{OTHER_FOLDER}/{letter}.csv": f"{letter};{word}\n".encode() for letter, word in zip("abc", WORDS, strict=True)
    }
    publish(writer, {**WITHDRAWAL, **new})
    with capture_logs() as logged:
        writer.catalogue.catch_up()
    hashes = [sha256(data).hexdigest() for data in new.values()]
    assert not gone & names(file_place)
    assert [name in names(file_place) for name in hashes] == [True, False, True]
    assert [line["sha256"] for line in logged if line["event"] == "files.one_left"] == [hashes[1]]
    monkeypatch.undo()
    writer.catalogue.catch_up()
    assert set(hashes) <= names(file_place)


def test_a_place_that_refuses_everything_is_not_asked_for_each_file(
    writer: Services, monkeypatch: pytest.MonkeyPatch, file_place: FilePlace
) -> None:
    asked: list[str] = []

    def full(_self: FileStore, name: str, _data: bytes) -> None:
        asked.append(name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(file_place.store()), "put", full)
    publish(writer, {f"{OTHER_FOLDER}/{number}.csv": f"{number}\n".encode() for number in range(30)})
    writer.catalogue.catch_up()
    assert len(asked) == 10


def test_who_publishes_does_not_wait_while_another_process_works_there(writer: Services, file_place: FilePlace) -> None:
    assert writer.own_files is not None
    new = b"neu;und klein\n"
    publish(writer, {f"{OTHER_FOLDER}/a.csv": new})
    with writer.own_files._store.exclusive():
        begun = time.monotonic()
        writer.catalogue.catch_up()
        assert time.monotonic() - begun < 5
    Scheduler(writer, lambda _stop: False).once()
    assert sha256(new).hexdigest() in names(file_place)


def test_an_erasure_believes_no_server_that_only_says_it_removes(
    writer: Services, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_place.write("0" * 64, b"too many")
    with monkeypatch.context() as patch:
        patch.setattr(type(file_place.store()), "remove", lambda _self, _name: None)
        assert writer.privacy.erasure.finish() == ("files",)
    assert writer.privacy.erasure.finish() == ()
    assert "0" * 64 not in names(file_place)


def test_a_version_of_an_unknown_kind_keeps_no_node_from_starting(writer: Services, file_place: FilePlace) -> None:
    entry = writer.catalogue.head_by_slug("case-study", "beispielstadt-mitfahrbank")
    with writer.sessions.begin() as db:
        db.execute(text("UPDATE catalogue_version SET kind = 'newer' WHERE record_id = :id"), {"id": entry.id})
    first, *_others = sorted(theirs_of(file_place, b"\x89PNG"))
    file_place.store().remove(first)
    other = Services(writer.settings, writer.clock)
    with capture_logs() as logged:
        other.catalogue.catch_up()
    assert "files.unreadable" in {line["event"] for line in logged}
    other.close()


def theirs_of(place: FilePlace, begin: bytes) -> set[str]:
    """The hashes of files that begin like this."""
    store = place.store()
    return {name for name in store.sizes() if (store.read(name) or b"").startswith(begin)}


def test_a_file_that_cannot_be_read_now_is_not_called_damaged(
    writer: Services, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(file_place)
    monkeypatch.setattr(type(file_place.store()), "read", _too_many_open_files)
    assert picture(writer)[0] == 200
    assert wrong(writer) == {"unreached"}
    with pytest.raises((OSError, StoreUnreachable)):
        writer.catalogue.rebuild()
    assert names(file_place) == before


def _too_many_open_files(*_asked: object) -> bytes:
    raise OSError(errno.EMFILE, "Too many open files")


def test_a_damaged_file_is_not_removed_before_there_is_a_whole_one(
    writer: Services, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = min(names(file_place))
    file_place.write(first, b"damaged")
    monkeypatch.setattr(writer.own_files, "_read", _unreadable)
    assert writer.own_files is not None
    writer.own_files.settle()
    assert first in names(file_place)
