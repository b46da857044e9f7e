# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.identity import Person, Role, RoleKind, Scope
from app.identity.errors import TokenRefused
from tests.functional.web.identity.conftest import Page
from tests.webnode.checks import check_page, parsed
from tests.webnode.forms import send
from tests.webnode.people import sign_in


@pytest.fixture
def operator(client: FlaskClient) -> Person:
    return sign_in(client, [RoleKind.OPERATOR], name="Beispiel Betrieb")


@pytest.fixture
def somebody(app: Flask) -> Person:
    return sign_in(app.test_client(), [RoleKind.READER], name="Beispiel Person", email="person@stadt.example")


def test_people_are_listed_and_found(open_page: Page, operator: Person, somebody: Person) -> None:
    assert "Beispiel Person" in open_page("/verwaltung/personen").text_content()
    found = open_page("/verwaltung/personen?suche=person@stadt")
    assert [link.text for link in found.xpath("//main//tbody//a")] == ["Beispiel Person"]
    assert open_page("/verwaltung/personen?suche=niemand").xpath("//main//tbody") == []


def test_role_is_given_with_its_limits_and_taken_away(
    client: FlaskClient, open_page: Page, operator: Person, somebody: Person, services: Services
) -> None:
    address = f"/verwaltung/personen/{somebody.id}"
    data = {"rolle": "curator", "thema": ["mobility"], "land": ["HE", "BY"], "organisationen": "stadt-a, stadt-b"}
    assert send(client, f"{address}/rollen", data).status_code == 303
    role = Role(kind=RoleKind.CURATOR, scope=Scope.of(["mobility"], ["HE", "BY"], ["stadt-a", "stadt-b"]))
    assert role in services.identity.people.get(somebody.id).roles
    document = open_page(address)
    assert "Redaktion (nur Mobilität, Bayern, Hessen, stadt-a, stadt-b)" in document.text_content()
    assert "Beispiel Betrieb" in document.xpath("//main//table")[-1].text_content()
    (form,) = [form for form in document.forms if form.get("action").endswith("/entziehen")]
    assert send(client, form.get("action")).status_code == 303
    assert role not in services.identity.people.get(somebody.id).roles
    assert "Rolle entzogen" in open_page("/verwaltung/protokoll").text_content()


@pytest.mark.parametrize(
    "data",
    [
        {"rolle": "mayor"},
        {"rolle": "curator", "organisationen": "Stadt A"},
        {"rolle": "curator", "organisationen": "../x"},
    ],
)
def test_role_that_does_not_fit_is_not_given(
    client: FlaskClient, operator: Person, somebody: Person, services: Services, data: dict[str, Any]
) -> None:
    before = services.identity.people.get(somebody.id).roles
    answer = send(client, f"/verwaltung/personen/{somebody.id}/rollen", data)
    assert answer.status_code == 422
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    if "organisationen" in data:
        assert document.get_element_by_id("organisationen").get("value") == data["organisationen"]
    assert services.identity.people.get(somebody.id).roles == before


def test_limits_count_for_curators_alone(
    client: FlaskClient, operator: Person, somebody: Person, services: Services
) -> None:
    send(client, f"/verwaltung/personen/{somebody.id}/rollen", {"rolle": "author", "land": ["HE"]})
    assert Role(kind=RoleKind.AUTHOR) in services.identity.people.get(somebody.id).roles


def test_role_of_the_provider_cannot_be_taken_away_here(
    client: FlaskClient, operator: Person, services: Services
) -> None:
    (grant,) = services.identity.grants.of(operator.id)
    assert grant.from_provider
    assert send(client, f"/verwaltung/personen/{operator.id}/rollen/{grant.id}/entziehen").status_code == 404


def test_operator_signs_somebody_out_everywhere(
    app: Flask, client: FlaskClient, operator: Person, services: Services
) -> None:
    victim = app.test_client()
    person = sign_in(victim, name="Beispiel gekapert")
    services.identity.sessions.end_all(person.id)
    secret = services.identity.tokens.make(person.id, "fremder Rechner", 30).secret
    sign_in(victim, name="Beispiel gekapert")
    send(client, f"/verwaltung/personen/{person.id}/abmelden")
    assert victim.get("/konto").status_code == 303
    with pytest.raises(TokenRefused):
        services.identity.tokens.verify(secret)


def test_a_name_is_no_receiver_of_the_mail(client: FlaskClient, operator: Person) -> None:
    data = {"fuer": "Frau Beispiel, Stadt Anderswo", "anmeldung": "verband", "rolle": "author"}
    document = parsed(send(client, "/verwaltung/einladungen", data).get_data(as_text=True))
    assert document.xpath("//main//a[starts-with(@href, 'mailto:?subject=')]")
    english = parsed(send(client, "/en/verwaltung/einladungen", data).get_data(as_text=True))
    assert english.get_element_by_id("einladung-text").text.strip().startswith("Hello,")


def test_invitation_is_made_shown_once_and_leads_to_the_sign_in(
    app: Flask, client: FlaskClient, open_page: Page, operator: Person
) -> None:
    data = {"fuer": "lea@anderswo.example", "organisation": "anderswo", "anmeldung": "verband", "rolle": "author"}
    answer = send(client, "/verwaltung/einladungen", data)
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    link = document.get_element_by_id("einladung-link").get("value")
    assert link.startswith("https://erfahrungen.example/einladung?k=")
    (mail,) = [each for each in document.xpath("//main//a/@href") if each.startswith("mailto:")]
    assert mail.startswith("mailto:lea@anderswo.example?")
    to_copy = document.get_element_by_id("einladung-text").text.strip()
    assert parse_qs(urlsplit(mail).query)["body"] == [to_copy.replace("\n", "\r\n")], "lines end as mails end them"
    for told in ("Beispiel Betrieb lädt Sie zu Erfahrungsnetz ein", link, "Der Link gilt einmal, bis"):
        assert told in to_copy
    assert "lea@anderswo.example" in open_page("/verwaltung/einladungen").text_content()
    assert link not in client.get("/verwaltung/einladungen").get_data(as_text=True)
    guest = app.test_client().get(link.removeprefix("https://erfahrungen.example"))
    assert guest.headers["Referrer-Policy"] == "no-referrer"
    assert guest.headers["Cache-Control"] == "private, no-store"
    text = parsed(guest.get_data(as_text=True))
    assert "Ihre Rolle: Beitragen" in text.text_content()
    assert text.xpath("//main//a[starts-with(@href, '/anmelden/verband?einladung=')]")


@pytest.mark.parametrize(
    "changed",
    [{"fuer": ""}, {"fuer": "x" * 201}, {"organisation": "Stadt A"}, {"anmeldung": "niemand"}, {"rolle": "mayor"}],
)
def test_invitation_that_does_not_fit_keeps_what_was_typed(
    client: FlaskClient, operator: Person, changed: dict[str, str]
) -> None:
    data = {"fuer": "Lea", "organisation": "anderswo", "anmeldung": "verband", "rolle": "author", **changed}
    answer = send(client, "/verwaltung/einladungen", data)
    assert answer.status_code == 422
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert document.get_element_by_id("fuer").get("value") == data["fuer"]


def test_withdrawn_and_made_up_invitations_say_so(client: FlaskClient, open_page: Page, operator: Person) -> None:
    data = {"fuer": "Lea", "anmeldung": "verband", "rolle": "author"}
    link = parsed(send(client, "/verwaltung/einladungen", data).get_data(as_text=True)).get_element_by_id(
        "einladung-link"
    )
    form = next(
        form for form in open_page("/verwaltung/einladungen").forms if form.get("action").endswith("/zurueckziehen")
    )
    assert send(client, form.get("action")).status_code == 303
    for address in (link.get("value").removeprefix("https://erfahrungen.example"), "/einladung?k=x", "/einladung"):
        answer = client.get(address)
        assert answer.headers["Location"] == "/anmelden?problem=einladung"
    assert "Die Einladung gilt nicht mehr" in open_page("/anmelden?problem=einladung").text_content()


def test_made_up_problem_is_not_repeated(open_page: Page) -> None:
    assert "Rathaus" not in open_page("/anmelden?problem=Rathaus").text_content()
