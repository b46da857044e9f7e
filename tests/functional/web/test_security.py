import re
from copy import copy
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from lxml import html

from app.shared.config import Settings
from app.web.factory import create_app
from app.web.shell.security import FILE_POLICY, HEADERS
from app.wiring import Services
from tests.webnode.checks import check_page
from tests.webnode.forms import csrf_token, send
from tests.webnode.node import CONCEPT_PAGE, STOPPED_PAGE, settings

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
    "path", ["", "//", "/content.git//info", "//suche/", "/en//suche/", "//stranger.example/suche/", "/fallstudien//"]
)
def test_no_answer_leads_to_the_host_that_a_request_names(client: FlaskClient, path: str) -> None:
    # As servers hand it on: given as an address, the client would take two slashes at its start for those of a host.
    found = client.get("/", headers={"Host": "stranger.example"}, environ_overrides={"PATH_INFO": path})
    leads = found.headers.get("Location", "")
    assert "stranger.example" not in leads
    assert not leads.startswith("//")


TEXT = "Die Bank stand am falschen Platz.\nNiemand saß dort; erst der zweite Versuch trug Früchte & Dank."
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    """The site with one form of its own, whatever forms it may have."""
    app = create_app(services, testing=True)

    @app.get("/probe")
    def form() -> str:
        return render_template_string("<form method='post'>{{ csrf() }}</form>")

    @app.post("/probe")
    def taken() -> str:
        return ";".join(request.form.getlist("text"))

    return app


def cookie_names(client: FlaskClient, path: str) -> str:
    return "; ".join(client.get(path).headers.getlist("Set-Cookie"))


def test_form_with_its_token_is_taken(client: FlaskClient) -> None:
    page = client.get("/probe").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    assert client.post("/probe", data={"text": TEXT, "csrf_token": found[1]}).get_data(as_text=True) == TEXT
    assert send(client, "/probe", {"text": "auch"}).get_data(as_text=True) == "auch"


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", STOPPED_PAGE, "/suche?q=Bank", "/datenschutz"):
        assert cookie_names(client, path) == "", path
    assert "Cookie" not in client.get("/").headers.get("Vary", "")


def test_cookie_of_a_form_is_hardened(client: FlaskClient) -> None:
    cookie = cookie_names(client, "/probe")
    assert re.match(r"__Host-enet-[0-9a-f]{8}=", cookie)
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


def test_nodes_on_one_host_do_not_share_a_cookie(services: Services, tmp_path_factory: pytest.TempPathFactory) -> None:
    names = set()
    for port in (8001, 8002):
        given = settings(tmp_path_factory.mktemp("port"), issuer=f"http://127.0.0.1:{port}", port=port)
        config = create_app(_with(services, given)).config
        names.add(config["SESSION_COOKIE_NAME"])
        assert config["SESSION_COOKIE_SECURE"] is False
    assert len(names) == 2


def typed(document: html.HtmlElement) -> list[str]:
    # Browsers drop the line break after the tag, which keeps that of the text itself.
    return [area.text.removeprefix("\n") for area in document.xpath("//textarea[@readonly]")]


def _with(services: Services, given: Settings) -> Services:
    other: Services = copy(services)
    other.settings = given
    return other


def test_a_page_with_a_form_is_never_cached(app: Flask, client: FlaskClient) -> None:
    first, second = client.get("/probe"), client.get("/probe")
    for answer in (first, second):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers
    assert "csrf_token" in second.get_data(as_text=True)
    assert app.test_client().get("/probe").data != first.data, "other readers never get the token"


def test_form_without_a_valid_token_of_its_own_is_not_taken(app: Flask, client: FlaskClient) -> None:
    csrf_token(client)
    for token in ("", "forged", "IjEi.YWJj.ZGVm", csrf_token(app.test_client())):
        answer = client.post("/probe", data={"text": TEXT, "csrf_token": token}, headers=HERE)
        assert answer.status_code == 400, token
    answer = client.post("/probe", data={"picture": (BytesIO(b"x"), "bank.png")}, headers=HERE)
    assert "bank.png" in answer.get_data(as_text=True), "a file that was lost is named"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_refused_form_can_be_sent_again(client: FlaskClient, prefix: str) -> None:
    data = {"text": [TEXT, "zweiter"], "csrf_token": "old"}
    answer = client.post(f"{prefix}/probe?x=1", data=data, headers=HERE)
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "en" if prefix else "de")
    form = document.xpath("//main//form[@method='post']")[0]
    assert form.get("action") == f"{prefix}/probe?x=1"
    fields = [(field.get("name"), field.get("value")) for field in form.iter("input")]
    assert fields[1:] == [("text", TEXT), ("text", "zweiter")]
    assert typed(document) == [TEXT]
    again = client.post(form.get("action"), data={"text": [TEXT, "zweiter"], "csrf_token": fields[0][1]})
    assert again.get_data(as_text=True) == f"{TEXT};zweiter"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {}]
)
def test_form_from_elsewhere_cannot_borrow_a_click(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/probe", data={"text": TEXT}, headers=headers)
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert document.xpath("//main//form[@method='post']") == []
    assert typed(document) == [TEXT]
