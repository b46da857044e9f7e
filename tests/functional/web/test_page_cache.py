# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from app.web.factory import create_app
from app.web.shell.kept import KeptPage, KeptPages
from app.wiring import Services
from tests.webnode.node import STOPPED_PAGE


@pytest.fixture
def fresh(services: Services) -> Flask:
    return create_app(services, testing=True)


@pytest.fixture
def rendered(fresh: Flask) -> Iterator[list[str]]:
    names: list[str] = []

    def note(_sender: Flask, template: object, **_: object) -> None:
        names.append(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note, fresh):
        yield names


@pytest.fixture
def client(fresh: Flask) -> FlaskClient:
    return fresh.test_client()


def test_same_page_is_rendered_once_and_sent_alike(client: FlaskClient, rendered: list[str]) -> None:
    first, second = client.get(STOPPED_PAGE), client.get(STOPPED_PAGE)
    assert rendered == ["records/page.html"]
    assert second.data == first.data
    assert dict(second.headers) == dict(first.headers)


def test_languages_and_encodings_are_kept_apart(client: FlaskClient, rendered: list[str]) -> None:
    answers = [
        client.get(prefix + STOPPED_PAGE, headers={"Accept-Encoding": encoding}).data
        for _ in range(2)
        for prefix in ("", "/en")
        for encoding in ("", "gzip", "br", "zstd")
    ]
    assert answers[:8] == answers[8:]
    assert len(set(answers)) == 8
    assert len(rendered) == 8


def test_kept_page_still_answers_conditional_requests(client: FlaskClient) -> None:
    client.get(STOPPED_PAGE)
    tag = client.get(STOPPED_PAGE).headers["ETag"]
    assert client.get(STOPPED_PAGE, headers={"If-None-Match": tag}).status_code == 304


def test_searches_and_missing_pages_are_not_kept(client: FlaskClient, rendered: list[str]) -> None:
    for path in ("/suche?q=Bank", "/nirgends"):
        client.get(path)
        client.get(path)
    assert len(rendered) == 4


def test_an_address_with_an_escaped_question_mark_is_another_one(client: FlaskClient) -> None:
    assert client.get("/api/v1/records?size=1").status_code == 200
    assert client.get("/api/v1/records%3Fsize=1").status_code == 404


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("gzip;q=0, identity", {None}),
        ("gzip;q=0", {None}),
        ("gzip; q=0.000", {None}),
        ("zstd;q=0, br;q=0, gzip;q=0", {None}),
        ("*;q=0", {None}),
        ("identity;q=1, *;q=0", {None}),
        ("zstd;q=0, *", {"br"}),
        ("zstd;q=0, br;q=0, gzip;q=0.1", {"gzip"}),
        ("zstd;q=0, br;q=0.5, gzip", {"gzip", "br"}),
    ],
)
def test_refused_encoding_is_never_sent(client: FlaskClient, header: str, sent: set[str | None]) -> None:
    (style,) = client.get("/").text.partition('<link rel="stylesheet" href="')[2].split('"')[:1]
    for path in (STOPPED_PAGE, "/api/v1/records?size=5", "/feed.atom", style):
        with client.get(path, headers={"Accept-Encoding": "gzip"}):
            pass
        with client.get(path, headers={"Accept-Encoding": header}) as answer:
            assert answer.status_code == 200
            # Small files of the program are sent as they are, and none as gzip.
            assert answer.headers.get("Content-Encoding") in sent | ({None} if path == style else set()), path


def test_what_was_sent_to_whoever_takes_anything_is_no_answer_for_others(client: FlaskClient) -> None:
    assert "Content-Encoding" in client.get(STOPPED_PAGE, headers={"Accept-Encoding": "*"}).headers
    assert "Content-Encoding" not in client.get(STOPPED_PAGE).headers


def test_kept_pages_stay_within_their_limit(services: Services) -> None:
    cache = KeptPages(services, limit=100)
    keys = [(f"/{number}", "", "", frozenset[str]()) for number in range(5)]
    for key in keys:
        cache.keep(key, KeptPage(b"x" * 40, ()))
    assert [cache.find(key) is not None for key in keys] == [False, False, False, True, True]
    cache.keep(keys[4], KeptPage(b"y" * 60, ()))
    assert cache.find(keys[3]) is not None
    cache.keep(keys[0], KeptPage(b"z" * 200, ()))
    # What is too heavy to be kept takes nothing with it.
    assert [cache.find(key) is not None for key in keys] == [False, False, False, True, True]
