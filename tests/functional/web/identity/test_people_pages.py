from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.identity import NamedPlace, Person, Role, RoleKind, Scope
from app.identity.errors import AccessTokenRefused
from app.wiring import Services
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


def test_page_says_which_roles_rest_until_the_next_sign_in(
    open_page: Page, operator: Person, somebody: Person, services: Services
) -> None:
    words = "gilt erst wieder, wenn die Person sich neu anmeldet"
    assert words not in open_page(f"/verwaltung/personen/{somebody.id}").text_content()
    with services.sessions.begin() as db:
        past = "update identity_role set granted_at = datetime(granted_at, '-30 days') where person_id = "
        db.execute(text(f"{past}'{somebody.id}'"))
    assert words in open_page(f"/verwaltung/personen/{somebody.id}").text_content()


def test_organisation_of_an_invitation_is_left_to_the_sign_in(
    client: FlaskClient, open_page: Page, operator: Person, somebody: Person, services: Services
) -> None:
    address = f"/verwaltung/personen/{somebody.id}"
    assert not [form for form in open_page(address).forms if form.get("action").endswith("/organisation/freigeben")]
    with services.sessions.begin() as db:
        invited = (
            "update identity_person set organisation = 'beispielverbund', organisation_set_here = true where id = "
        )
        db.execute(text(f"{invited}'{somebody.id}'"))
    assert "Eine Einladung hat sie genannt" in open_page(address).text_content()
    assert send(client, f"{address}/organisation/freigeben").status_code == 303
    assert services.identity.people.get(somebody.id).organisation is None
    assert "Organisation der Anmeldung überlassen" in open_page(address).text_content()


def test_role_of_somebody_who_has_left_is_ended_without_a_session(
    app: Flask, client: FlaskClient, open_page: Page, operator: Person, services: Services
) -> None:
    person = sign_in(app.test_client(), [RoleKind.CURATOR], name="Beispiel gegangen")
    services.identity.sessions.end_all(person.id)
    address = f"/verwaltung/personen/{person.id}"
    assert f"{address}/abmelden" in [form.get("action") for form in open_page(address).forms]
    send(client, f"{address}/abmelden")
    assert services.identity.people.get(person.id).roles == ()
    assert f"{address}/abmelden" not in [form.get("action") for form in open_page(address).forms]


def test_operator_signs_somebody_out_everywhere(
    app: Flask, client: FlaskClient, operator: Person, services: Services
) -> None:
    victim = app.test_client()
    person = sign_in(victim, name="Beispiel gekapert")
    services.identity.sessions.end_all(person.id)
    secret = services.identity.tokens.make(person.id, "fremder Rechner", 30).secret
    sign_in(victim, name="Beispiel gekapert")
    granted = services.identity.grants.grant(person.id, Role(kind=RoleKind.READER), actor=operator.id)
    assert granted.has(RoleKind.AUTHOR)
    send(client, f"/verwaltung/personen/{person.id}/abmelden")
    assert victim.get("/konto").status_code == 303
    with pytest.raises(AccessTokenRefused):
        services.identity.tokens.verify(secret)
    # What the provider said of them rests too, until it says so again.
    assert [role.kind for role in services.identity.people.get(person.id).roles] == [RoleKind.READER]
    assert sign_in(victim, name="Beispiel gekapert").has(RoleKind.AUTHOR)


def test_made_up_problem_is_not_repeated(open_page: Page) -> None:
    assert "Rathaus" not in open_page("/anmelden?problem=Rathaus").text_content()


def municipality_field(answer: Any, name: str) -> str:
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    return str(document.get_element_by_id(name).get("value") or document.get_element_by_id(name).value)


def test_municipality_is_looked_up_entered_and_recorded(
    client: FlaskClient, open_page: Page, operator: Person, services: Services, app: Flask
) -> None:
    person = sign_in(app.test_client(), name="Beispiel Ulm")
    address = f"/verwaltung/personen/{person.id}/kommune"
    found = send(client, address, {"ort": "Ulm", "ortssuche": "1"})
    assert found.status_code == 200
    document = check_page(found.get_data(as_text=True), dict(found.headers), "de")
    number = document.xpath("//button[@name='ort_wahl'][normalize-space()='Ulm']")[0].get("value")
    filled = send(client, address, {"ort": "Ulm", "ort_wahl": number})
    assert [municipality_field(filled, name)[:5] for name in ("ort", "ort_land", "ars")] == ["Ulm", "BW", "08421"]
    assert services.identity.people.get(person.id).municipality is None
    assert send(client, address, {"ort": "Ulm", "ort_land": "BW", "ars": "084210000000"}).status_code == 303
    entered = services.identity.people.get(person.id).municipality
    assert entered is not None
    assert entered.is_meant_by(NamedPlace(name="Stadt Ulm", state="BW", ars="08421000"))
    page = open_page(f"/verwaltung/personen/{person.id}")
    assert "Kommune eingetragen: amtlicher Schlüssel Ulm (084210000000)" in page.text_content()
    assert "Ulm, Baden-Württemberg" in open_page("/verwaltung/personen?suche=Ulm").text_content()
    assert send(client, f"{address}/entfernen").status_code == 303
    row = services.identity.affiliations.of(person.id)
    assert (row.municipality, row.municipality_set_here) == (None, True)
    assert send(client, f"{address}/freigeben").status_code == 303
    row = services.identity.affiliations.of(person.id)
    assert (row.municipality, row.municipality_set_here) == (None, False)


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({}, "ort", "Namen der Kommune"),
        ({"ort": "Ulm", "ort_land": "BW", "ars": "8421000"}, "ars", "amtlichen Schlüssel ein"),
        ({"ort": "Ulm", "ort_land": "BY", "ars": "08421000"}, "ort_land", "anderen als dem gewählten Land"),
    ],
)
def test_municipality_that_does_not_fit_is_explained_at_its_field_and_kept(
    client: FlaskClient, operator: Person, somebody: Person, data: dict[str, str], field: str, words: str
) -> None:
    answer = send(client, f"/verwaltung/personen/{somebody.id}/kommune", data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert municipality_field(answer, "ars") == data.get("ars", "")
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert [each.get("name") for each in document.xpath("//*[@aria-invalid='true']")] == [field]
    assert document.xpath("//section[@id='fehler']//a/@href") == [f"#{field}"]


def test_enter_stores_and_looks_nothing_up(open_page: Page, operator: Person, somebody: Person) -> None:
    for path, field in ((f"/verwaltung/personen/{somebody.id}", "ort"), ("/verwaltung/einladungen", "fuer")):
        form = next(form for form in open_page(path).forms if field in form.fields)
        first = form.xpath(".//button[not(@type) or @type='submit']")[0]
        assert (first.get("name"), first.get("formaction")) == (None, None), path


def test_looking_a_place_up_comes_back_to_it(client: FlaskClient, operator: Person, somebody: Person) -> None:
    address = f"/verwaltung/personen/{somebody.id}/kommune"
    found = send(client, address, {"ort": "Neuenkirchen", "ortssuche": "1"})
    document = check_page(found.get_data(as_text=True), dict(found.headers), "de")
    back = {each.get("formaction") for each in document.xpath("//button[@name='ort_wahl' or @name='ortssuche']")}
    assert back == {f"{address}#kommune"}
    named = [each for each in document.xpath("//button[@name='ort_wahl']") if each.text_content() == "Neuenkirchen"]
    assert len(named) > 10, "all places of one name can be chosen"
    chosen = send(client, address, {"ort": "Neuenkirchen", "ort_wahl": named[-1].get("value")})
    assert municipality_field(chosen, "ort") == "Neuenkirchen"
    nothing = send(client, address, {"ort": "", "ortssuche": "1"}).get_data(as_text=True)
    assert "Bitte geben Sie einen Namen ein, nach dem gesucht werden soll." in nothing


def test_page_says_for_whom_somebody_speaks(client: FlaskClient, open_page: Page, operator: Person, app: Flask) -> None:
    person = sign_in(app.test_client(), name="Beispiel ohne Kommune")
    page = f"/verwaltung/personen/{person.id}"
    assert "keine Kommune bekannt, für die die Person sprechen könnte" in open_page(page).text_content()
    send(client, f"{page}/kommune", {"ort": "Ulm", "ort_land": "BW", "ars": "08421000"})
    assert "antwortet im Namen dieser Kommune" in open_page(page).text_content()
    send(client, f"{page}/kommune/entfernen")
    assert "spricht hier für keine Kommune" in open_page(page).text_content()


def test_place_whose_key_the_list_does_not_know_fills_in_the_rest(
    client: FlaskClient, operator: Person, somebody: Person, services: Services
) -> None:
    address = f"/verwaltung/personen/{somebody.id}/kommune"
    found = send(client, address, {"ort": "Herrenberg", "ortssuche": "1"}).get_data(as_text=True)
    number = parsed(found).xpath("//button[@name='ort_wahl'][normalize-space()='Herrenberg']")[0].get("value")
    filled = send(client, address, {"ort": "Herrenberg", "ort_wahl": number})
    assert [municipality_field(filled, name) for name in ("ort", "ort_land", "ars")] == ["Herrenberg", "BW", ""]
    refused = send(client, address, {"ort": "Herrenberg", "ort_land": "BW", "ars": ""})
    assert refused.status_code == 422
    assert services.identity.people.get(somebody.id).municipality is None
    for wrong in ("99", "x", "-1"):
        assert send(client, address, {"ort": "Herrenberg", "ort_wahl": wrong}).status_code == 422


def test_unknown_place_can_be_entered_by_hand(client: FlaskClient, operator: Person, somebody: Person) -> None:
    answer = send(client, f"/verwaltung/personen/{somebody.id}/kommune", {"ort": "Xyzdorf", "ortssuche": "1"})
    assert "keinen Ort namens „Xyzdorf“" in answer.get_data(as_text=True)
    assert municipality_field(answer, "ort") == "Xyzdorf"


def test_invitation_names_a_municipality(app: Flask, client: FlaskClient, operator: Person, services: Services) -> None:
    data = {"fuer": "Mia Muster", "anmeldung": "verband", "rolle": "author", "ort": "Ulm"}
    found = send(client, "/verwaltung/einladungen", {**data, "ortssuche": "1"})
    assert found.status_code == 200
    assert municipality_field(found, "fuer") == "Mia Muster"
    assert [each.for_whom for each in services.identity.invitations.listed() if each.for_whom == "Mia Muster"] == []
    wrong = send(client, "/verwaltung/einladungen", {**data, "ort_land": "BW", "ars": "1"})
    assert wrong.status_code == 422
    assert municipality_field(wrong, "fuer") == "Mia Muster"
    answer = send(client, "/verwaltung/einladungen", {**data, "ort_land": "BW", "ars": "08421000"})
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert document.get_element_by_id("ort").get("value") == ""
    link = document.get_element_by_id("einladung-link").get("value")
    guest = app.test_client().get(link.removeprefix("https://erfahrungen.example"))
    assert "Sie sprechen künftig für: Ulm, Baden-Württemberg." in guest.get_data(as_text=True)
