# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What only a bucket on a server can meet: a wrong key, no bucket, silence, versions, many files, strange answers."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from app.cli.doctor.stores import examine_place_of_files
from app.records.bucket_files import READ_SECONDS, UNKNOWN, Bucket, BucketFiles, Request
from app.records.file_store import StoreUnreachable
from app.records.s3_signature import Signer
from app.shared.config import Settings
from app.wiring.bucket import wire_bucket
from tests.seaweedfs import KEY, SECRET, SeaweedFs
from tests.webnode.node import make_node

DATA = b"ein Bild"
NAME = sha256(DATA).hexdigest()


@pytest.fixture
def folder() -> str:
    return uuid4().hex


@pytest.fixture
def store(seaweedfs: SeaweedFs, folder: str, tmp_path: Path) -> BucketFiles:
    return BucketFiles(seaweedfs.bucket(), folder, tmp_path / "lock")


def opened(bucket: Bucket, tmp_path: Path) -> BucketFiles:
    return BucketFiles(bucket, "own", tmp_path / "lock")


def test_nothing_is_written_over(store: BucketFiles, seaweedfs: SeaweedFs, folder: str) -> None:
    store.put(NAME, DATA)
    store.put(NAME, DATA)
    seaweedfs.bucket().put(f"{folder}/{NAME[:2]}/{NAME}", b"etwas anderes")
    assert (store.read(NAME), store.sizes()) == (DATA, {NAME: len(DATA)})


def test_a_mark_takes_the_place_of_no_other_than_was_seen(store: BucketFiles) -> None:
    store.mark(b"https://a.example")
    store.mark(b"https://b.example")
    store.mark(b"https://c.example", over=b"https://b.example")
    assert store.owner() == b"https://a.example"
    store.mark(b"https://c.example", over=b"https://a.example")
    assert store.owner() == b"https://c.example"


def test_a_changed_object_is_no_file(store: BucketFiles, seaweedfs: SeaweedFs, folder: str) -> None:
    for body in (b"ein BILD", bytes(11 * 1024 * 1024)):
        seaweedfs.bucket().delete(f"{folder}/{NAME[:2]}/{NAME}")
        seaweedfs.bucket().put(f"{folder}/{NAME[:2]}/{NAME}", body)
        with capture_logs() as logged:
            assert store.read(NAME) is None
        assert [line["event"] for line in logged] == ["files.damaged"]


def test_what_is_removed_is_gone_and_may_be_removed_again(store: BucketFiles) -> None:
    store.put(NAME, DATA)
    store.remove(NAME)
    store.remove(NAME)
    assert (store.read(NAME), store.sizes(), store.sizes(NAME)) == (None, {}, {})


def test_what_a_server_does_not_know_is_removed() -> None:
    def ask(asked: Request) -> bytes:
        raise StoreUnreachable("status 404" if asked.path.endswith("gone") else "status 403")

    _bucket(ask).delete("gone")
    with pytest.raises(StoreUnreachable):
        _bucket(ask).delete("other")


def test_more_files_than_a_page_of_a_list_are_found(store: BucketFiles, seaweedfs: SeaweedFs, folder: str) -> None:
    bucket = seaweedfs.bucket()
    for number in range(1003):
        bucket.put(f"{folder}/00/{number:064}", b"x")
    assert len(store.sizes()) == 1003
    assert store.sizes(f"{7:064}") == {f"{7:064}": 1}


def test_a_bucket_that_is_not_there_is_no_empty_one(seaweedfs: SeaweedFs, tmp_path: Path) -> None:
    store = opened(seaweedfs.bucket("gibt-es-nicht"), tmp_path)
    for ask in (store.sizes, lambda: store.read(NAME)):
        with pytest.raises(StoreUnreachable) as refused:
            ask()
        assert refused.value.reason == "status 404"


def test_a_wrong_secret_is_refused_and_stands_in_no_message(seaweedfs: SeaweedFs, tmp_path: Path) -> None:
    credentials, secret = tmp_path / "credentials", uuid4().hex
    credentials.write_text(f"{KEY}:{secret}", encoding="utf-8")
    given = {**seaweedfs.settings(), "s3_credentials_file": credentials}
    store = opened(wire_bucket(Settings.model_validate(given), "erfahrungsnetz"), tmp_path)
    with capture_logs() as logged, pytest.raises(StoreUnreachable) as refused:
        store.read(NAME)
    assert refused.value.reason == "status 403"
    assert secret not in f"{logged} {refused.getrepr(chain=True, showlocals=False)}"


def test_a_hanging_server_is_waited_for_once_and_asked_again_later(seaweedfs: SeaweedFs, tmp_path: Path) -> None:
    moment = 0.0
    bucket = seaweedfs.bucket()
    bucket._now = lambda: moment
    store = opened(bucket, tmp_path)
    os.kill(seaweedfs.process, signal.SIGSTOP)
    try:
        with capture_logs() as logged:
            assert _seconds(lambda: store.read(NAME)) < READ_SECONDS + 1.5
            assert _seconds(lambda: store.read(NAME)) < 0.1
            assert _seconds(lambda: store.has_room(1)) < 0.1
    finally:
        os.kill(seaweedfs.process, signal.SIGCONT)
    assert [(line["event"], line["reason"]) for line in logged] == [("files.unreachable", "deadline")]
    moment = 31.0
    with capture_logs() as logged:
        assert store.read(NAME) is None
    assert [line["event"] for line in logged] == ["files.reachable_again"]


def _seconds(ask: Callable[[], object]) -> float:
    begun = time.monotonic()
    with pytest.raises(StoreUnreachable):
        ask()
    return time.monotonic() - begun


def test_a_file_that_takes_too_long_to_write_keeps_nobody_from_reading() -> None:
    def ask(asked: Request) -> bytes:
        if asked.method == "PUT":
            raise StoreUnreachable("deadline")
        return DATA

    bucket = _bucket(ask)
    with pytest.raises(StoreUnreachable):
        bucket.put("x", DATA)
    assert bucket.get("x") == DATA


def test_one_file_that_takes_too_long_to_read_keeps_nobody_from_others() -> None:
    asked: list[Request] = []

    def ask(request: Request) -> bytes:
        asked.append(request)
        if request.path.endswith("slow"):
            raise StoreUnreachable("deadline")
        return DATA

    bucket = _bucket(ask)
    with pytest.raises(StoreUnreachable):
        bucket.get("slow")
    assert bucket.get("x") == DATA
    [listed] = [request for request in asked if "list-type=2" in request.path]
    assert "max-keys=1" in listed.path
    assert READ_SECONDS + listed.seconds <= READ_SECONDS + 1


def test_a_server_that_lists_and_gives_nothing_is_silent_after_a_few_questions() -> None:
    asked: list[Request] = []

    def ask(request: Request) -> bytes:
        asked.append(request)
        if "list-type=2" in request.path:
            return DATA
        raise StoreUnreachable("deadline")

    bucket = _bucket(ask)
    for _ in range(10):
        with pytest.raises(StoreUnreachable):
            bucket.get("x")
    assert len([request for request in asked if request.path.endswith("x")]) == 3


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_server_that_does_not_list_either_is_silent(method: str) -> None:
    asked: list[Request] = []

    def ask(request: Request) -> bytes:
        asked.append(request)
        raise StoreUnreachable("deadline")

    bucket = _bucket(ask)
    for _ in range(3):
        with pytest.raises(StoreUnreachable):
            bucket.put("x", DATA) if method == "put" else bucket.get("x")
    assert len(asked) == 2


def test_versions_that_are_kept_are_known(seaweedfs: SeaweedFs) -> None:
    bucket = seaweedfs.bucket(f"versions-{uuid4().hex[:8]}")
    bucket.put("first", b"x")
    assert bucket.versioning() == ""
    _keep_versions(bucket)
    assert bucket.versioning() == "Enabled"


def _keep_versions(bucket: Bucket) -> None:
    said = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    bucket._asked("PUT", "", {"versioning": ""}, body=said)


def test_a_bucket_that_keeps_versions_is_named_and_no_erasure_is_clean_there(
    seaweedfs: SeaweedFs, tmp_path: Path
) -> None:
    name = f"versions-{uuid4().hex[:8]}"
    seaweedfs.bucket(name).put("first", b"x")
    _keep_versions(seaweedfs.bucket(name))
    node = make_node(tmp_path, **seaweedfs.settings(bucket=name))
    node.catalogue.catch_up()
    [found] = examine_place_of_files(node)
    assert (found.code, found.subject) == ("versions_kept", f"s3://{name}/")
    assert "files" in node.privacy.erasure.finish()
    node.close()


@pytest.mark.parametrize("reason", ["status 404", "status 405", "status 501"])
def test_a_server_that_knows_no_versions_keeps_none(reason: str) -> None:
    assert _bucket(_refusing(reason)).versioning() == ""


def test_whoever_may_not_ask_for_versions_does_not_know() -> None:
    assert _bucket(_refusing("status 403")).versioning() == UNKNOWN


def test_a_server_that_fails_says_nothing_of_versions() -> None:
    with pytest.raises(StoreUnreachable):
        _bucket(_refusing("status 500")).versioning()


def _refusing(reason: str) -> Callable[[Request], bytes]:
    def ask(_asked: Request) -> bytes:
        raise StoreUnreachable(reason)

    return ask


@pytest.mark.parametrize(
    ("reason", "role", "code"),
    [
        ("status 403", "writer", "versions_unknown"),
        ("status 403", "reader", ""),
        ("status 500", "writer", "unreached"),
        ("status 501", "writer", ""),
    ],
)
def test_a_key_that_may_not_ask_for_versions_is_named_and_no_erasure_is_clean(
    seaweedfs: SeaweedFs,
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    role: str,
    code: str,
) -> None:
    node = make_node(tmp_path, **seaweedfs.settings(folder))
    node.catalogue.catch_up()
    assert node.bucket is not None
    ask = node.bucket._ask
    monkeypatch.setattr(
        node.bucket, "_ask", lambda asked: (_refusing(reason) if "versioning" in asked.path else ask)(asked)
    )
    monkeypatch.setattr(node, "settings", node.settings.model_copy(update={"role": role}))
    assert [found.code for found in examine_place_of_files(node)] == ([code] if code else [])
    assert ("files" in node.privacy.erasure.finish()) is (reason != "status 501")
    node.close()


def _listed(inner: bytes) -> bytes:
    return b"<ListBucketResult>" + inner + b"</ListBucketResult>"


@pytest.mark.parametrize(
    "answer",
    [
        b"no list",
        b"<html><body>Maintenance</body></html>",
        b"<!DOCTYPE x [<!ENTITY a 'own/'>]>" + _listed(b"<Contents><Key>&a;</Key><Size>1</Size></Contents>"),
        _listed(b"<Contents><Key>own/x</Key></Contents>"),
        _listed(b"<Contents><Key>own/x</Key><Size>-1</Size></Contents>"),
        _listed(b"<IsTruncated>true</IsTruncated><Contents><Key>own/x</Key><Size>1</Size></Contents>"),
        _listed(b"<NextContinuationToken>again</NextContinuationToken>"),
    ],
)
def test_what_is_no_list_is_no_answer(answer: bytes) -> None:
    with pytest.raises(StoreUnreachable) as refused:
        _bucket(lambda _asked: answer).sizes("own/")
    assert refused.value.reason == "document"


def test_what_lies_in_another_folder_is_not_here(tmp_path: Path) -> None:
    other = "".join(
        f"<Contents><Key>{key}</Key><Size>8</Size></Contents>"
        for key in (f"own/own/{NAME[:2]}/{NAME}", f"own/00/{NAME}", f"foreign-files/{NAME[:2]}/{NAME}")
    )
    assert opened(_bucket(lambda _asked: _listed(other.encode())), tmp_path).sizes() == {}


def test_a_list_that_goes_round_in_a_circle_is_no_answer() -> None:
    pages: list[bytes] = []

    def ask(_asked: Request) -> bytes:
        number = len(pages) % 2
        told = f"<Contents><Key>own/{number}</Key><Size>1</Size></Contents>"
        pages.append(_listed(f"{told}<NextContinuationToken>{number}</NextContinuationToken>".encode()))
        assert len(pages) < 10
        return pages[-1]

    with pytest.raises(StoreUnreachable) as refused:
        _bucket(ask).sizes("own/")
    assert (refused.value.reason, len(pages)) == ("document", 3)


def test_nobody_is_sent_on_to_another_server(tmp_path: Path, redirecting: int) -> None:
    credentials = tmp_path / "credentials"
    credentials.write_text(f"key:{SECRET}", encoding="utf-8")
    given = {"s3_endpoint": f"http://127.0.0.1:{redirecting}", "s3_credentials_file": credentials}
    bucket = wire_bucket(Settings.model_validate(given), "erfahrungsnetz")
    with pytest.raises(StoreUnreachable) as refused:
        bucket.get("x")
    assert refused.value.reason == "redirect"


@pytest.fixture
def redirecting() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            asked, _address = server.accept()
            with asked:
                asked.recv(4096)
                asked.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield port


def _bucket(ask: Callable[[Request], bytes]) -> Bucket:
    signer = Signer(host="s3.example", region="us-east-1", key="key", secret=SECRET)
    return Bucket("erfahrungsnetz", ask, signer, lambda: datetime.now(UTC))
