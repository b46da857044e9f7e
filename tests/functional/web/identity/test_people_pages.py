from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from app.identity import NamedPlace, Person, Role, RoleKind, Scope
from app.identity.errors import AccessTokenRefused
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.people import sign_in

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture
def somebody(app: Flask) -> Person:
    return sign_in(app.test_client(), [RoleKind.READER], name="Beispiel Person", email="person@stadt.example")


def test_people_are_listed_and_found(read: Read, somebody: Person) -> None:
    assert "Beispiel Person" in read("/verwaltung/personen").text_content()
    found = read("/verwaltung/personen?suche=person@stadt")
    assert [link.text for link in found.xpath("//main//tbody//a")] == ["Beispiel Person"]
    assert read("/verwaltung/personen?suche=niemand").xpath("//main//tbody") == []


def test_role_is_given_with_its_limits_and_taken_away(
    client: FlaskClient, read: Read, somebody: Person, services: Services
) -> None:
    address = f"/verwaltung/personen/{somebody.id}"
    data = {"rolle": "curator", "thema": ["mobility"], "land": ["HE", "BY"], "organisationen": "stadt-a, stadt-b"}
    assert send(client, f"{address}/rollen", data).status_code == 303
    role = Role(kind=RoleKind.CURATOR, scope=Scope.of(["mobility"], ["HE", "BY"], ["stadt-a", "stadt-b"]))
    assert role in services.identity.people.get(somebody.id).roles
    document = read(address)
    assert "Redaktion (nur Mobilität, Bayern, Hessen, stadt-a, stadt-b)" in document.text_content()
    assert "Beispiel Betrieb" in document.xpath("//main//table")[-1].text_content()
    (form,) = [form for form in document.forms if form.get("action").endswith("/entziehen")]
    assert send(client, form.get("action")).status_code == 303
    assert role not in services.identity.people.get(somebody.id).roles
    assert "Rolle entzogen" in read("/verwaltung/protokoll").text_content()


@pytest.mark.parametrize(
    "data",
    [
        {"rolle": "mayor"},
        {"rolle": "curator", "organisationen": "Stadt A"},
        {"rolle": "curator", "organisationen": "../x"},
    ],
)
def test_unfit_role_is_refused(client: FlaskClient, somebody: Person, services: Services, data: dict[str, Any]) -> None:
    before = services.identity.people.get(somebody.id).roles
    document = page_of(send(client, f"/verwaltung/personen/{somebody.id}/rollen", data), 422)
    if "organisationen" in data:
        assert document.get_element_by_id("organisationen").get("value") == data["organisationen"]
    assert services.identity.people.get(somebody.id).roles == before


def test_limits_are_for_curators_alone(client: FlaskClient, somebody: Person, services: Services) -> None:
    send(client, f"/verwaltung/personen/{somebody.id}/rollen", {"rolle": "author", "land": ["HE"]})
    assert Role(kind=RoleKind.AUTHOR) in services.identity.people.get(somebody.id).roles


def test_role_of_the_provider_is_not_taken_away_here(client: FlaskClient, operator: Person, services: Services) -> None:
    (grant,) = services.identity.grants.of(operator.id)
    assert grant.from_provider
    assert send(client, f"/verwaltung/personen/{operator.id}/rollen/{grant.id}/entziehen").status_code == 404


def test_page_says_which_roles_rest(read: Read, somebody: Person, services: Services) -> None:
    words = "gilt erst wieder, wenn die Person sich neu anmeldet"
    assert words not in read(f"/verwaltung/personen/{somebody.id}").text_content()
    with services.sessions.begin() as db:
        past = "update identity_role set granted_at = datetime(granted_at, '-30 days') where person_id = "
        db.execute(text(f"{past}'{somebody.id}'"))
    assert words in read(f"/verwaltung/personen/{somebody.id}").text_content()


def test_organisation_of_an_invitation_is_left_to_the_sign_in(
    client: FlaskClient, read: Read, somebody: Person, services: Services
) -> None:
    address = f"/verwaltung/personen/{somebody.id}"
    assert not [form for form in read(address).forms if form.get("action").endswith("/organisation/freigeben")]
    with services.sessions.begin() as db:
        invited = (
            "update identity_person set organisation = 'beispielverbund', organisation_set_here = true where id = "
        )
        db.execute(text(f"{invited}'{somebody.id}'"))
    assert "Eine Einladung hat sie genannt" in read(address).text_content()
    assert send(client, f"{address}/organisation/freigeben").status_code == 303
    assert services.identity.people.get(somebody.id).organisation is None
    assert "Organisation der Anmeldung überlassen" in read(address).text_content()


def test_operator_ends_a_session(
    app: Flask, client: FlaskClient, read: Read, operator: Person, services: Services
) -> None:
    victim = app.test_client()
    person = sign_in(victim, name="Beispiel gekapert")
    services.identity.sessions.end_all(person.id)
    address = f"/verwaltung/personen/{person.id}"
    assert f"{address}/abmelden" in [form.get("action") for form in read(address).forms], "for the role alone"
    secret = services.identity.tokens.make(person.id, "fremder Rechner", 30).secret
    sign_in(victim, name="Beispiel gekapert")
    granted = services.identity.grants.grant(person.id, Role(kind=RoleKind.READER), actor=operator.id)
    assert granted.has(RoleKind.AUTHOR)
    send(client, f"{address}/abmelden")
    assert victim.get("/konto").status_code == 303
    with pytest.raises(AccessTokenRefused):
        services.identity.tokens.verify(secret)
    # What the provider said of them rests too, until it says so again.
    assert [role.kind for role in services.identity.people.get(person.id).roles] == [RoleKind.READER]
    assert f"{address}/abmelden" not in [form.get("action") for form in read(address).forms]
    assert sign_in(victim, name="Beispiel gekapert").has(RoleKind.AUTHOR)


def test_made_up_problem_is_not_repeated(read: Read) -> None:
    assert "Rathaus" not in read("/anmelden?problem=Rathaus").text_content()


def field(page: html.HtmlElement, name: str) -> str:
    found = page.get_element_by_id(name)
    return str(found.get("value") or found.value)


def choice(page: html.HtmlElement, name: str) -> str:
    """The number of the first place of this name among those that were found."""
    return str(page.xpath(f"//button[@name='ort_wahl'][normalize-space()='{name}']/@value")[0])


def test_municipality_is_looked_up_and_entered(client: FlaskClient, read: Read, services: Services, app: Flask) -> None:
    person = sign_in(app.test_client(), name="Beispiel Ulm")
    page = f"/verwaltung/personen/{person.id}"
    address = f"{page}/kommune"
    assert "keine Kommune bekannt, für die die Person sprechen könnte" in read(page).text_content()
    found = page_of(send(client, address, {"ort": "Ulm", "ortssuche": "1"}))
    filled = page_of(send(client, address, {"ort": "Ulm", "ort_wahl": choice(found, "Ulm")}))
    assert [field(filled, name)[:5] for name in ("ort", "ort_land", "ars")] == ["Ulm", "BW", "08421"]
    assert services.identity.people.get(person.id).municipality is None
    assert send(client, address, {"ort": "Ulm", "ort_land": "BW", "ars": "084210000000"}).status_code == 303
    entered = services.identity.people.get(person.id).municipality
    assert entered is not None
    assert entered.is_meant_by(NamedPlace(name="Stadt Ulm", state="BW", ars="08421000"))
    shown = read(page).text_content()
    assert "Kommune eingetragen: amtlicher Schlüssel Ulm (084210000000)" in shown
    assert "antwortet im Namen dieser Kommune" in shown
    assert "Ulm, Baden-Württemberg" in read("/verwaltung/personen?suche=Ulm").text_content()
    for button, set_here in (("entfernen", True), ("freigeben", False)):
        assert send(client, f"{address}/{button}").status_code == 303
        row = services.identity.affiliations.of(person.id)
        assert (row.municipality, row.municipality_set_here) == (None, set_here)
        assert ("spricht hier für keine Kommune" in read(page).text_content()) == set_here


@pytest.mark.parametrize(
    ("data", "wrong", "words"),
    [
        ({}, "ort", "Namen der Kommune"),
        ({"ort": "Ulm", "ort_land": "BW", "ars": "8421000"}, "ars", "amtlichen Schlüssel ein"),
        ({"ort": "Ulm", "ort_land": "BY", "ars": "08421000"}, "ort_land", "anderen als dem gewählten Land"),
    ],
)
def test_municipality_that_does_not_fit_is_explained_at_its_field_and_kept(
    client: FlaskClient, somebody: Person, data: dict[str, str], wrong: str, words: str
) -> None:
    page = page_of(send(client, f"/verwaltung/personen/{somebody.id}/kommune", data), 422)
    assert words in page.text_content()
    assert field(page, "ars") == data.get("ars", "")
    assert page.xpath("//*[@aria-invalid='true']/@name") == [wrong]
    assert page.xpath("//section[@id='fehler']//a/@href") == [f"#{wrong}"]


def test_enter_stores_and_looks_nothing_up(read: Read, somebody: Person) -> None:
    for path, field in ((f"/verwaltung/personen/{somebody.id}", "ort"), ("/verwaltung/einladungen", "fuer")):
        form = next(form for form in read(path).forms if field in form.fields)
        first = form.xpath(".//button[not(@type) or @type='submit']")[0]
        assert (first.get("name"), first.get("formaction")) == (None, None), path


def test_looking_a_place_up_comes_back_to_it(client: FlaskClient, somebody: Person) -> None:
    address = f"/verwaltung/personen/{somebody.id}/kommune"
    found = page_of(send(client, address, {"ort": "Neuenkirchen", "ortssuche": "1"}))
    back = set(found.xpath("//button[@name='ort_wahl' or @name='ortssuche']/@formaction"))
    assert back == {f"{address}#kommune"}
    named = found.xpath("//button[@name='ort_wahl'][.='Neuenkirchen']/@value")
    assert len(named) > 10, "all places of one name can be chosen"
    assert (
        field(page_of(send(client, address, {"ort": "Neuenkirchen", "ort_wahl": named[-1]})), "ort") == "Neuenkirchen"
    )
    for typed, words in (
        ("", "Bitte geben Sie einen Namen ein, nach dem gesucht werden soll."),
        ("Xyzdorf", "keinen Ort namens „Xyzdorf“"),
    ):
        page = html.fromstring(send(client, address, {"ort": typed, "ortssuche": "1"}).get_data(as_text=True))
        assert words in page.text_content()
        assert field(page, "ort") == typed, "it can be entered by hand"


def test_place_with_an_unknown_key_fills_in_the_rest(client: FlaskClient, somebody: Person, services: Services) -> None:
    address = f"/verwaltung/personen/{somebody.id}/kommune"
    found = page_of(send(client, address, {"ort": "Herrenberg", "ortssuche": "1"}))
    filled = page_of(send(client, address, {"ort": "Herrenberg", "ort_wahl": choice(found, "Herrenberg")}))
    assert [field(filled, name) for name in ("ort", "ort_land", "ars")] == ["Herrenberg", "BW", ""]
    assert send(client, address, {"ort": "Herrenberg", "ort_land": "BW", "ars": ""}).status_code == 422
    assert services.identity.people.get(somebody.id).municipality is None
    for wrong in ("99", "x", "-1"):
        assert send(client, address, {"ort": "Herrenberg", "ort_wahl": wrong}).status_code == 422


def test_invitation_names_a_municipality(app: Flask, client: FlaskClient, services: Services) -> None:
    data = {"fuer": "Mia Muster", "anmeldung": "verband", "rolle": "author", "ort": "Ulm"}
    found = page_of(send(client, "/verwaltung/einladungen", {**data, "ortssuche": "1"}))
    assert field(found, "fuer") == "Mia Muster"
    assert "Mia Muster" not in [each.for_whom for each in services.identity.invitations.listed()]
    page = page_of(send(client, "/verwaltung/einladungen", {**data, "ort_land": "BW", "ars": "08421000"}))
    assert page.get_element_by_id("ort").get("value") == ""
    link = field(page, "einladung-link").removeprefix("https://erfahrungen.example")
    guest = page_of(app.test_client().get(link))
    assert "Sie sprechen künftig für: Ulm, Baden-Württemberg." in " ".join(guest.text_content().split())
