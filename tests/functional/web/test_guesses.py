"""Guessing links and keys: slow from one address, and nobody else has to wait."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import count

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity import RoleKind
from app.web.shell.rate_limit import GUESS_SECONDS, MAX_GUESSES
from app.wiring import Services
from tests.webnode.checks import page_of
from tests.webnode.memo import DRAFT, press
from tests.webnode.node import one_node
from tests.webnode.people import sign_in

ELSEWHERE = "198.51.100.1"
_lines = count(1)
PUSH = "/content.git/info/refs?service=git-receive-pack"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    yield from one_node(tmp_path_factory.mktemp("guesses"), trusted_proxies=1)


@pytest.fixture
def here() -> str:
    """An address from which nothing was guessed yet."""
    return f"192.0.2.{next(_lines)}"


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
def test_links_are_not_guessed_for_long(client: FlaskClient, link: str, here: str) -> None:
    answers = [ask(client, link.format(guess(number)), here) for number in range(MAX_GUESSES + 1)]
    assert {answer.status_code for answer in answers[:-1]} <= {303, 404}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= GUESS_SECONDS
    assert "Bitte warten Sie ein wenig" in answers[-1].get_data(as_text=True)
    assert ask(client, link.format(guess(99)), ELSEWHERE).status_code in {303, 404}


def test_secrets_of_join_links_are_not_guessed_for_long(client: FlaskClient, here: str) -> None:
    def ask_to_join(number: int, address: str) -> int:
        sent = {"issuer": "https://a.example", "root": "0" * 64, "secret": guess(number)}
        return client.post("/netz/beitritt", json=sent, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert {ask_to_join(number, here) for number in range(MAX_GUESSES)} == {404}
    assert ask_to_join(MAX_GUESSES, here) == 429
    assert ask_to_join(MAX_GUESSES, ELSEWHERE) == 404
    assert client.post("/netz/beitritt", data=b"x" * 10_000).status_code == 404


def test_a_join_link_makes_the_site_ask_only_so_often(client: FlaskClient, services: Services, here: str) -> None:
    secret = services.federation.members.invite("Beispielstadt")
    sent = {"issuer": "https://nobody.invalid", "root": "0" * 64, "secret": secret}
    answers = [
        client.post("/netz/beitritt", json=sent, environ_overrides={"REMOTE_ADDR": here}).status_code
        for _ in range(MAX_GUESSES + 1)
    ]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]


def test_the_right_link_is_opened_from_elsewhere_and_pages_are_read_here(client: FlaskClient, here: str) -> None:
    kept = press(client, page_of(client.get(DRAFT)), "speichern", anlass="Beschluss").headers["Location"]
    for number in range(MAX_GUESSES):
        ask(client, f"/vermerk/{guess(number)}", here)
    assert ask(client, kept, here).status_code == 429
    assert ask(client, kept, ELSEWHERE).status_code == 200
    assert ask(client, "/", here).status_code == 200


def test_keys_of_git_are_not_guessed_for_long(client: FlaskClient, services: Services, here: str) -> None:
    author = sign_in(client, (RoleKind.AUTHOR,), name="Alex Beispiel")
    right = services.identity.tokens.make(author.id, "Arbeitsplatz", 30).secret
    guessed = [ask(client, PUSH, here, f"enet_{number}").status_code for number in range(MAX_GUESSES)]
    assert guessed == [401] * MAX_GUESSES
    refused = ask(client, PUSH, here, right)
    assert (refused.status_code, refused.headers["Retry-After"].isdigit()) == (429, True)
    with ask(client, PUSH, ELSEWHERE, right) as answer:
        assert answer.status_code == 200


def test_a_program_with_an_expired_key_keeps_nobody_waiting(client: FlaskClient, here: str) -> None:
    assert {ask(client, PUSH, here, "enet_abgelaufen").status_code for _ in range(MAX_GUESSES + 5)} == {401}
    assert {ask(client, PUSH, here).status_code for _ in range(MAX_GUESSES + 5)} == {401}


@pytest.mark.parametrize(
    ("lines", "other"),
    [
        ([f"2001:db8:0:1::{n + 1:x}" for n in range(MAX_GUESSES + 1)], "2001:db8:0:2::1"),
        (["::ffff:198.51.100.2"] * (MAX_GUESSES + 1), "::ffff:198.51.100.3"),
    ],
    ids=["one line with many addresses", "addresses of old in the new form"],
)
def test_each_line_counts_for_itself(client: FlaskClient, lines: list[str], other: str) -> None:
    answers = [ask(client, f"/vermerk/{guess(n)}", line) for n, line in enumerate(lines)]
    assert answers[-1].status_code == 429
    assert ask(client, f"/vermerk/{guess(1)}", other).status_code == 404


def test_behind_a_proxy_the_address_that_it_names_counts_and_no_other(client: FlaskClient, here: str) -> None:
    for number in range(MAX_GUESSES):
        # What a client claims stands first; the last one is what the proxy has seen.
        forwarded = {"X-Forwarded-For": f"203.0.113.{number}, {here}"}
        ask(client, f"/vermerk/{guess(number)}", "127.0.0.1", **forwarded)
    path = f"/vermerk/{guess(50)}"
    assert ask(client, path, "127.0.0.1", **{"X-Forwarded-For": here}).status_code == 429
    assert ask(client, path, "127.0.0.1", **{"X-Forwarded-For": ELSEWHERE}).status_code == 404


def test_cookies_of_sessions_are_not_guessed_for_long(client: FlaskClient, here: str) -> None:
    sign_in(client, (RoleKind.AUTHOR,), name="Alex Beispiel")
    name = client.application.config["SESSION_COOKIE_NAME"]
    right = client.get_cookie(name)
    assert right is not None
    payload, time, _signature = right.value.rsplit(".", 2)

    def shown(value: str, address: str) -> TestResponse:
        client.set_cookie(name, value)
        return ask(client, "/konto", address)

    assert [shown(f"{payload}.{time}.{guess(n)}", here).status_code for n in range(MAX_GUESSES)] == [303] * MAX_GUESSES
    wrong, refused = shown(f"{payload}.{time}.{guess(99)}", here), shown(right.value, here)
    assert (wrong.status_code, refused.status_code) == (429, 429)
    # The answer to a right one is the same, or it would say that it was right.
    assert refused.data == wrong.data
    assert dict(refused.headers) | {"Retry-After": ""} == dict(wrong.headers) | {"Retry-After": ""}
    assert 0 < int(refused.headers["Retry-After"]) <= GUESS_SECONDS
    assert shown(right.value, ELSEWHERE).status_code == 200
    client.delete_cookie(name)
    assert ask(client, "/", here).status_code == 200


def test_a_browser_with_the_cookie_of_a_replaced_key_shows_it_once(client: FlaskClient, here: str) -> None:
    name = client.application.config["SESSION_COOKIE_NAME"]
    client.set_cookie(name, guess(1))
    first = ask(client, "/", here)
    assert (first.status_code, client.get_cookie(name)) == (200, None)
    assert "no-store" in first.headers["Cache-Control"]
    second = ask(client, "/", here)
    assert (second.status_code, "Set-Cookie" in second.headers) == (200, False)
