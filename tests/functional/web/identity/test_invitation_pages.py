"""Invitations: how operators make them, and what the invited see."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.identity import Person, Role, RoleKind
from app.identity.errors import InvitationInvalid
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of, parsed
from tests.webnode.forms import send
from tests.webnode.people import sign_in


def test_ending_sessions_withdraws_links(app: Flask, client: FlaskClient, operator: Person, services: Services) -> None:
    """A thief in an operator's account would otherwise come back with an invitation."""
    person = sign_in(app.test_client(), [RoleKind.OPERATOR], name="Beispiel gekaperter Betrieb")
    role = Role(kind=RoleKind.OPERATOR)
    secret = services.identity.invitations.invite(person.id, "verband", "Dieb", role, None).secret
    send(client, f"/verwaltung/personen/{person.id}/abmelden")
    with pytest.raises(InvitationInvalid):
        services.identity.invitations.get(secret)


def test_a_name_is_no_receiver_of_the_mail(client: FlaskClient, operator: Person) -> None:
    data = {"fuer": "Frau Beispiel, Stadt Anderswo", "anmeldung": "verband", "rolle": "author"}
    document = parsed(send(client, "/verwaltung/einladungen", data).get_data(as_text=True))
    assert document.xpath("//main//a[starts-with(@href, 'mailto:?subject=')]")
    sign_in(client, (RoleKind.OPERATOR,), name="")
    unnamed = parsed(send(client, "/verwaltung/einladungen", data).get_data(as_text=True))
    assert "Sie sind zu Erfahrungsnetz eingeladen." in unnamed.get_element_by_id("einladung-text").text
    english = parsed(send(client, "/en/verwaltung/einladungen", data).get_data(as_text=True))
    assert english.get_element_by_id("einladung-text").text.strip().startswith("Hello,")


def test_invitation_is_shown_once_and_leads_on(app: Flask, client: FlaskClient, read: Read, operator: Person) -> None:
    data = {"fuer": "lea@anderswo.example", "organisation": "anderswo", "anmeldung": "verband", "rolle": "author"}
    document = page_of(send(client, "/verwaltung/einladungen", data))
    link = document.get_element_by_id("einladung-link").get("value")
    assert link.startswith("https://erfahrungen.example/einladung?k=")
    (mail,) = [each for each in document.xpath("//main//a/@href") if each.startswith("mailto:")]
    assert mail.startswith("mailto:lea@anderswo.example?")
    to_copy = document.get_element_by_id("einladung-text").text.strip()
    assert parse_qs(urlsplit(mail).query)["body"] == [to_copy.replace("\n", "\r\n")], "lines end as mails end them"
    for told in ("Beispiel Betrieb lädt Sie zu Erfahrungsnetz ein", link, "Der Link gilt einmal, bis"):
        assert told in to_copy
    assert "lea@anderswo.example" in read("/verwaltung/einladungen").text_content()
    assert link not in client.get("/verwaltung/einladungen").get_data(as_text=True)
    guest = app.test_client().get(link.removeprefix("https://erfahrungen.example"))
    assert guest.headers["Referrer-Policy"] == "no-referrer"
    assert guest.headers["Cache-Control"] == "private, no-store"
    text = parsed(guest.get_data(as_text=True))
    assert "Ihre Rolle: Beitragen" in text.text_content()
    assert text.xpath("//main//a[starts-with(@href, '/anmelden/verband?einladung=')]")


@pytest.mark.parametrize(
    "changed",
    [
        {"fuer": ""}, {"fuer": "x" * 201}, {"organisation": "Stadt A"}, {"anmeldung": "niemand"}, {"rolle": "mayor"},
        {"organisationen": "Stadt A"}, {"ars": "1", "ort": "Ulm", "ort_land": "BW"},
        {"ort_land": "BY", "ort": "Ulm", "ars": "08421000"},
    ],
)  # fmt: skip
def test_invitation_that_does_not_fit_is_kept(client: FlaskClient, operator: Person, changed: dict[str, str]) -> None:
    data = {"fuer": "Lea", "organisation": "anderswo", "anmeldung": "verband", "rolle": "author", **changed}
    document = page_of(send(client, "/verwaltung/einladungen", data), 422)
    assert document.get_element_by_id("fuer").get("value") == data["fuer"]
    # The field that is meant is told above, and nothing else is.
    field = next(iter(changed))
    assert document.xpath("//section[@id='fehler']//a/@href") == [f"#{field}"]
    assert document.xpath("//section[@id='fehler'][@autofocus]")


def test_withdrawn_and_made_up_invitations_say_so(client: FlaskClient, read: Read, operator: Person) -> None:
    data = {"fuer": "Lea", "anmeldung": "verband", "rolle": "author"}
    link = page_of(send(client, "/verwaltung/einladungen", data)).get_element_by_id("einladung-link")
    actions = [form.get("action") for form in read("/verwaltung/einladungen").forms]
    assert send(client, next(one for one in actions if one.endswith("/zurueckziehen"))).status_code == 303
    for address in (link.get("value").removeprefix("https://erfahrungen.example"), "/einladung?k=x", "/einladung"):
        answer = client.get(address)
        assert answer.headers["Location"] == "/anmelden?problem=einladung"
    assert "Die Einladung gilt nicht mehr" in read("/anmelden?problem=einladung").text_content()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/einladung?k={secret}", "/einladung"), ("/en/einladung?k={secret}", "/en/einladung"),
        ("/einladung/?k={secret}", "/einladung/"), ("/anmelden?weiter=/einladung?k={secret}", "/anmelden"),
        ("/anmelden?arbeit=x&weiter=%2Feinladung%3Fk%3D{secret}", "/anmelden"),
    ],
)  # fmt: skip
def test_no_secret_in_barrier_report(app: Flask, operator: Person, services: Services, address: str, told: str) -> None:
    invited = services.identity.invitations.invite(operator.id, "verband", "Lea", Role(kind=RoleKind.AUTHOR), None)
    page = parsed(app.test_client().get(address.format(secret=invited.secret)).get_data(as_text=True))
    (mail,) = page.xpath("//footer//a[starts-with(@href, 'mailto:')]/@href")
    assert invited.secret not in mail
    assert unquote(mail).endswith(f": {services.settings.issuer}{told}")
