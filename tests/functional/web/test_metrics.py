"""What a monitor reads: only with the token, in the format of Prometheus, and without anything that people typed."""

import os
import signal
import time
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from app.identity import RoleKind
from app.shared.config import SettingsInvalid
from app.web.factory import create_app
from app.web.operating import metrics
from app.web.operating.metrics import CLASS_OF, UNKNOWN, Figures, RequestCounts
from app.wiring import Services
from tests.webnode.node import make_node
from tests.webnode.people import sign_in

TOKEN = "beispiel-token-1234567890"
Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("metrics")
    (folder / "metrics.token").write_text(f"{TOKEN}\n", encoding="utf-8")
    made = make_node(folder, metrics_token_file=folder / "metrics.token")
    made.follow()
    yield made
    made.close()


def asked(client: FlaskClient, authorization: str | None = f"Bearer {TOKEN}") -> TestResponse:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.get("/metrics", headers=headers)


def values(text: str) -> Values:
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation for family in families)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def figure(text: str, name: str, **labels: str) -> float:
    return values(text)[f"erfahrungsnetz_{name}", frozenset(labels.items())]


def test_without_the_token_nothing_is_told(client: FlaskClient) -> None:
    for shown in (None, "Bearer", "Bearer falsch", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"):
        answer = asked(client, shown)
        assert (answer.status_code, answer.get_data()) == (401, b""), shown
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    sign_in(client, (RoleKind.OPERATOR,))
    assert asked(client, None).status_code == 401, "an operator who is signed in needs the token as well"


def with_token(services: Services, file: Path | None) -> Services:
    """The same node with another setting."""
    other: Services = copy(services)
    other.settings = services.settings.model_copy(update={"metrics_token_file": file})
    return other


def test_it_is_not_there_unless_the_operator_wants_it(services: Services) -> None:
    assert asked(create_app(with_token(services, None), testing=True).test_client()).status_code == 404


@pytest.mark.parametrize("token", ["", "kurz", "zwei\nZeilen-sind-kein-Token"])
def test_a_token_that_is_no_secret_stops_the_start(services: Services, tmp_path: Path, token: str) -> None:
    (tmp_path / "metrics.token").write_text(token, encoding="utf-8")
    with pytest.raises(SettingsInvalid):
        create_app(with_token(services, tmp_path / "metrics.token"), testing=True)


def test_what_the_page_shows_is_told_as_figures(client: FlaskClient, services: Services) -> None:
    services.results.note("mail", "smtp_535")
    answer = asked(client)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.get_data(as_text=True)
    assert figure(text, "search_behind") == 0
    assert figure(text, "change_number") == services.catalogue.last_seq()
    assert figure(text, "disk_free_bytes") > 0
    assert figure(text, "proposals", state="submitted") == 0
    assert figure(text, "mail_ok") == 0
    assert figure(text, "part_readable", part="partners") == 1


def test_requests_are_counted_by_part_of_the_site_and_hold_no_words(services: Services) -> None:
    client = create_app(services, testing=True).test_client()
    for path in ("/suche?q=Geheimwort", "/suche?q=Geheimwort", "/fallstudien/gibt-es-nicht", "/gibt/es/nicht"):
        client.get(path)
    text = asked(client).get_data(as_text=True)
    assert figure(text, "http_requests_total", route="search", status="2xx") == 2
    assert figure(text, "http_requests_total", route="records", status="4xx") == 1
    assert figure(text, "http_requests_total", route=UNKNOWN, status="4xx") == 1
    assert figure(text, "http_request_seconds_count", route="search") == 2
    assert figure(text, "http_request_seconds_bucket", route="search", le="+Inf") == 2
    assert figure(text, "http_request_seconds_sum", route="search") > 0
    assert "Geheimwort" not in text
    assert "gibt" not in text


def test_every_part_of_the_site_has_its_class(app: Flask) -> None:
    assert sorted(app.blueprints.keys() - CLASS_OF.keys()) == []


def test_processes_count_into_one_sum() -> None:
    counts = RequestCounts()
    counts.add("search", 200, 0.02)
    for _ in range(3):
        child = os.fork()
        if child == 0:
            counts.add("search", 200, 20.0)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    found = values(generate_latest(Figures(counts.metrics())).decode())
    assert found["erfahrungsnetz_http_requests_total", frozenset({("route", "search"), ("status", "2xx")})] == 4
    last, all_of_them = (
        found["erfahrungsnetz_http_request_seconds_bucket", frozenset({("route", "search"), ("le", bound)})]
        for bound in ("10.0", "+Inf")
    )
    assert (last, all_of_them) == (1, 4)


def test_a_process_that_lives_on_keeps_its_place_however_many_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MAX_PROCESSES", 4)
    counts = RequestCounts()
    ready, told = os.pipe()
    living = os.fork()
    if living == 0:
        os.write(told, bytes([counts._place]))
        time.sleep(60)
        os._exit(0)
    (place,) = os.read(ready, 1)
    taken = []
    try:
        for _ in range(10):
            child = os.fork()
            if child == 0:
                os._exit(0)
            taken.append(counts._place)
            os.waitpid(child, 0)
    finally:
        os.kill(living, signal.SIGKILL)
        os.waitpid(living, 0)
    assert place not in taken
