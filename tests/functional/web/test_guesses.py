"""Guessing links and keys: slow from one address, and nobody else has to wait."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity import RoleKind
from app.web.factory import create_app
from app.web.shell.rate_limit import GUESS_SECONDS, MAX_GUESSES
from app.wiring import Services
from tests.webnode.checks import page_of
from tests.webnode.memo import DRAFT, press
from tests.webnode.node import make_node
from tests.webnode.people import sign_in

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
PUSH = "/content.git/info/refs?service=git-receive-pack"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = make_node(tmp_path)
    yield services
    services.close()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services, testing=True).test_client()


def ask(client: FlaskClient, path: str, address: str, key: str = "", **headers: str) -> TestResponse:
    if key:
        headers["Authorization"] = f"Basic {b64encode(f'beispiel:{key}'.encode()).decode()}"
    return client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


def guess(number: int) -> str:
    return f"{number:043d}"


@pytest.mark.parametrize(
    "link",
    ["/vermerk/{}", "/vermerk/{}/loeschen", "/bestaetigen/{}", "/frage-stellen/bestaetigen/{}", "/einladung?k={}"],
)
def test_links_are_not_guessed_for_long(client: FlaskClient, link: str) -> None:
    answers = [ask(client, link.format(guess(number)), HERE) for number in range(MAX_GUESSES + 1)]
    assert {answer.status_code for answer in answers[:-1]} <= {303, 404}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= GUESS_SECONDS
    assert "Bitte warten Sie ein wenig" in answers[-1].get_data(as_text=True)
    assert ask(client, link.format(guess(99)), ELSEWHERE).status_code in {303, 404}


def test_the_right_link_is_opened_from_elsewhere_and_pages_are_read_here(client: FlaskClient) -> None:
    kept = press(client, page_of(client.get(DRAFT)), "speichern", anlass="Beschluss").headers["Location"]
    for number in range(MAX_GUESSES):
        ask(client, f"/vermerk/{guess(number)}", HERE)
    assert ask(client, kept, HERE).status_code == 429
    assert ask(client, kept, ELSEWHERE).status_code == 200
    assert ask(client, "/", HERE).status_code == 200


def test_keys_of_git_are_not_guessed_for_long(client: FlaskClient, services: Services) -> None:
    author = sign_in(client, (RoleKind.AUTHOR,), name="Alex Beispiel")
    right = services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
    assert [ask(client, PUSH, HERE, f"enet_{number}").status_code for number in range(MAX_GUESSES)] == [
        401
    ] * MAX_GUESSES
    refused = ask(client, PUSH, HERE, right)
    assert (refused.status_code, refused.headers["Retry-After"].isdigit()) == (429, True)
    with ask(client, PUSH, ELSEWHERE, right) as answer:
        assert answer.status_code == 200


def test_a_program_with_an_expired_key_keeps_nobody_waiting(client: FlaskClient) -> None:
    assert {ask(client, PUSH, HERE, "enet_abgelaufen").status_code for _ in range(MAX_GUESSES + 5)} == {401}
    assert {ask(client, PUSH, HERE).status_code for _ in range(MAX_GUESSES + 5)} == {401}


def test_one_line_with_many_addresses_is_one(client: FlaskClient) -> None:
    answers = [ask(client, f"/vermerk/{guess(n)}", f"2001:db8:0:1::{n + 1:x}") for n in range(MAX_GUESSES + 1)]
    assert answers[-1].status_code == 429
    assert ask(client, f"/vermerk/{guess(1)}", "2001:db8:0:2::1").status_code == 404


def test_addresses_of_old_are_told_apart_where_they_come_in_the_new_form(client: FlaskClient) -> None:
    answers = [ask(client, f"/vermerk/{guess(n)}", f"::ffff:{HERE}") for n in range(MAX_GUESSES + 1)]
    assert answers[-1].status_code == 429
    assert ask(client, f"/vermerk/{guess(1)}", f"::ffff:{ELSEWHERE}").status_code == 404


def test_behind_a_proxy_the_address_that_it_names_counts_and_no_other(tmp_path: Path) -> None:
    services = make_node(tmp_path, trusted_proxies=1)
    client = create_app(services, testing=True).test_client()
    for number in range(MAX_GUESSES):
        # What a client claims stands first; the last one is what the proxy has seen.
        forwarded = {"X-Forwarded-For": f"203.0.113.{number}, {HERE}"}
        ask(client, f"/vermerk/{guess(number)}", "127.0.0.1", **forwarded)
    path = f"/vermerk/{guess(50)}"
    assert ask(client, path, "127.0.0.1", **{"X-Forwarded-For": HERE}).status_code == 429
    assert ask(client, path, "127.0.0.1", **{"X-Forwarded-For": ELSEWHERE}).status_code == 404
    services.close()


def test_cookies_of_sessions_are_not_guessed_for_long(client: FlaskClient) -> None:
    sign_in(client, (RoleKind.AUTHOR,), name="Alex Beispiel")
    name = client.application.config["SESSION_COOKIE_NAME"]
    right = client.get_cookie(name)
    assert right is not None
    payload, time, _signature = right.value.rsplit(".", 2)

    def shown(value: str, address: str) -> TestResponse:
        client.set_cookie(name, value)
        return ask(client, "/konto", address)

    assert [shown(f"{payload}.{time}.{guess(n)}", HERE).status_code for n in range(MAX_GUESSES)] == [303] * MAX_GUESSES
    wrong, refused = shown(f"{payload}.{time}.{guess(99)}", HERE), shown(right.value, HERE)
    assert (wrong.status_code, refused.status_code) == (429, 429)
    # The answer to a right one is the same, or it would say that it was right.
    assert refused.data == wrong.data
    assert dict(refused.headers) | {"Retry-After": ""} == dict(wrong.headers) | {"Retry-After": ""}
    assert 0 < int(refused.headers["Retry-After"]) <= GUESS_SECONDS
    assert shown(right.value, ELSEWHERE).status_code == 200
    client.delete_cookie(name)
    assert ask(client, "/", HERE).status_code == 200


def test_a_browser_with_the_cookie_of_a_replaced_key_shows_it_once(client: FlaskClient) -> None:
    name = client.application.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, guess(1))
    first = ask(client, "/", HERE)
    assert (first.status_code, client.get_cookie(name)) == (200, None)
    assert "no-store" in first.headers["Cache-Control"]
    second = ask(client, "/", HERE)
    assert (second.status_code, "Set-Cookie" in second.headers) == (200, False)
