from __future__ import annotations

from copy import copy
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.web.factory import create_app
from app.web.shell.security import FILE_POLICY, HEADERS
from app.wiring import Services
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


def test_nothing_can_be_sent(client: FlaskClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.open(STOPPED_PAGE, method=method)
        assert answer.status_code == 405
        assert "kann man nur lesen" in answer.get_data(as_text=True)


def test_browsers_come_by_https_alone_where_the_public_address_is_one(client: FlaskClient, services: Services) -> None:
    assert client.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
    here: Services = copy(services)
    here.settings = services.settings.model_copy(update={"issuer": "http://127.0.0.1:8000"})
    assert "Strict-Transport-Security" not in create_app(here).test_client().get("/").headers


def test_security_txt_names_a_contact_and_has_not_expired(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    assert answer.mimetype == "text/plain"
    assert lines["Contact"].startswith("mailto:")
    assert datetime.fromisoformat(lines["Expires"]) > datetime.now(UTC)


@pytest.mark.parametrize(
    "path", ["", "//", "/content.git//info", "//suche/", "/en//suche/", "//stranger.example/suche/"]
)
def test_no_answer_leads_to_the_host_that_a_request_names(client: FlaskClient, path: str) -> None:
    # As servers hand it on: given as an address, the client would take two slashes at its start for those of a host.
    found = client.get("/", headers={"Host": "stranger.example"}, environ_overrides={"PATH_INFO": path})
    leads = found.headers.get("Location", "")
    assert "stranger.example" not in leads
    assert not leads.startswith("//")
