# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.web.shell.security import FILE_POLICY, HEADERS
from tests.webnode.node import CONCEPT_PAGE, STOPPED_PAGE

ANSWERS = ["/", STOPPED_PAGE, "/nirgends", "/suche/vorschlaege?q=Bank", "/robots.txt", "/r/x", f"{STOPPED_PAGE}.md"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_is_protected(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_policy_allows_nothing_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_picture_of_a_record_is_shown_but_can_do_nothing(client: FlaskClient) -> None:
    answer = client.get(f"{STOPPED_PAGE}/dateien/bank.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert answer.data.startswith(b"\x89PNG")


def test_other_file_is_saved_and_not_opened(client: FlaskClient) -> None:
    answer = client.get(f"{CONCEPT_PAGE}/dateien/pruefliste.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pruefliste.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["index.md", "nichts.png", "..%2f..%2fkeys%2fsecret", "%2e%2e", ".git", "bank.png%00.html", "bank.png/"]
)
def test_only_files_of_the_record_are_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"{STOPPED_PAGE}/dateien/{name}").status_code == 404


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", STOPPED_PAGE, "/suche?q=Bank", "/datenschutz"):
        assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)(STOPPED_PAGE)
    assert answer.status_code == 405
    assert "kann man nur lesen" in answer.get_data(as_text=True)
