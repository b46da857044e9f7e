from collections.abc import Iterable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from app.identity import RoleKind
from app.identity.errors import PersonNotFound
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.privacy import erasure
from app.privacy.erasure import forget
from app.web.shell.cookies import SESSION_ID
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import sign_in, town


def test_everything_stored_is_shown(client: FlaskClient, read: Read) -> None:
    given = {"organisation": "beispielverbund", "email": "ganz@verbund.example"}
    person = sign_in(client, [RoleKind.AUTHOR], name="Beispiel ganz", municipality=town("Bad Beispiel", 7), **given)
    page = read("/konto")
    for words in ("Beispiel ganz", "ganz@verbund.example", "Beitragen", person.pseudonym, "dieser Browser"):
        assert words in page.text_content()
    assert page.xpath("//main//a[@href='/organisationen/beispielverbund']")
    place = " ".join(page.get_element_by_id("kommune").text_content().split())
    assert "Bad Beispiel, Hessen (amtlicher Schlüssel 06999007)" in place
    assert "Ist sie falsch oder fehlt sie?" in place
    assert [code.text for code in page.xpath("//main//code[starts-with(., 'git ')]")] == [
        "git clone https://erfahrungen.example/content.git", "git push origin HEAD:refs/for/main",
    ]  # fmt: skip


def test_a_reader_without_a_municipality_reads_that_and_makes_no_keys(client: FlaskClient, read: Read) -> None:
    sign_in(client, [RoleKind.READER], name="Beispiel ortlos")
    page = read("/konto")
    assert "keine hinterlegt" in page.get_element_by_id("kommune").text_content()
    assert not [form for form in page.forms if form.get("action") == "/konto/schluessel"]
    assert "git push" not in page.text_content()


def test_key_is_shown_once(client: FlaskClient, read: Read, services: Services) -> None:
    person = sign_in(client, name="Beispiel Schlüssel")
    answer = send(client, "/konto/schluessel", {"name": "Rathaus-PC", "tage": "30"})
    secret = page_of(answer).get_element_by_id("schluessel-neu").get("value")
    assert services.identity.tokens.verify(secret).id == person.id
    assert answer.headers["Cache-Control"] == "private, no-store"
    later = read("/konto")
    assert "Rathaus-PC" in later.text_content()
    assert secret not in client.get("/konto").get_data(as_text=True)
    (form,) = [form for form in later.forms if form.get("action").startswith("/konto/schluessel/")]
    assert send(client, form.get("action")).status_code == 303
    assert "Rathaus-PC" not in read("/konto").text_content()


@pytest.mark.parametrize(
    "data", [{"name": "", "tage": "30"}, {"name": "x" * 101, "tage": "30"}, {"name": "Rathaus-PC"}]
)
def test_key_that_cannot_be_made_is_explained(client: FlaskClient, data: dict[str, str]) -> None:
    sign_in(client, name="Beispiel ohne")
    field = page_of(send(client, "/konto/schluessel", data), 422).get_element_by_id("schluessel-name")
    assert field.get("aria-invalid") == "true"
    assert field.get("value") == data["name"]


def test_account_is_deleted_after_a_question(client: FlaskClient, read: Read, services: Services) -> None:
    person = sign_in(client, name="Beispiel fort")
    assert person.pseudonym in read("/konto/loeschen").text_content()
    answer = send(client, "/konto/loeschen")
    assert answer.headers["Location"] == "/konto/geloescht"
    with pytest.raises(PersonNotFound):
        services.identity.people.get(person.id)
    assert "Ihr Konto ist gelöscht" in read("/konto/geloescht").text_content()
    assert client.get("/konto").status_code == 303


def test_drafts_go_with_the_account(client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sign_in(client, name="Beispiel unterbrochen")
    services.review.drafts.start_empty("concept", person)

    def interrupted(db: Session, people: Iterable[str], now: datetime) -> None:
        forget(db, people, now)
        raise InterruptedError

    monkeypatch.setattr(erasure, "forget", interrupted)
    with pytest.raises(InterruptedError):
        send(client, "/konto/loeschen")
    assert services.identity.people.get(person.id).pseudonym == person.pseudonym
    assert len(services.review.drafts.mine(person)) == 1
    monkeypatch.undo()
    assert send(client, "/konto/loeschen").status_code == 303
    assert services.review.drafts.mine(person) == ()


def test_other_sessions_end_at_once(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    for each in (client, other):
        sign_in(each, name="Beispiel doppelt")
    send(client, "/konto/sitzungen/beenden")
    assert other.get("/konto").status_code == 303
    assert client.get("/konto").status_code == 200


def test_one_can_sign_out_after_the_provider_left_the_file(client: FlaskClient, services: Services) -> None:
    sign_in(client, name="Beispiel verlassen")
    account = Account(provider="fort", issuer="https://fort.example", subject="x", id_token="e30.e30.x")
    profile = Profile(display_name="Beispiel verlassen", email=None, organisation=None, roles=())
    with client.session_transaction() as cookie:
        cookie[SESSION_ID] = services.identity.sign_in.sign_in(account, profile).secret
    answer = send(client, "/abmelden")
    page_of(answer)
    assert "Refresh" not in answer.headers
    assert client.get("/konto").status_code == 303


def test_nobody_is_offered_to_sign_in_and_comes_back(read: Read) -> None:
    (link,) = read(f"{STOPPED_PAGE}?x=1").xpath("//header//a[@class='site-sign-in']")
    assert link.get("href") == f"/anmelden?weiter={STOPPED_PAGE}?x%3D1"
    (english,) = read("/en/ueber").xpath("//header//a[@class='site-sign-in']")
    assert english.get("href") == "/en/anmelden?weiter=/en/ueber"


@pytest.mark.parametrize("kind", [RoleKind.READER, RoleKind.OPERATOR])
def test_menu_leads_where_one_may_go(client: FlaskClient, read: Read, kind: RoleKind) -> None:
    sign_in(client, [kind], name=f"Beispiel {kind}")
    menu = read("/ueber").xpath("//header//details[@class='account']")[0]
    assert f"Beispiel {kind}" in menu.text_content()
    links = [link.get("href") for link in menu.iter("a")]
    assert "/konto" in links
    assert ("/verwaltung/personen" in links) == (kind is RoleKind.OPERATOR)
    assert menu.xpath(".//form[@method='post'][@action='/abmelden']//input[@name='csrf_token']")


@pytest.mark.parametrize("path", ["/", STOPPED_PAGE, "/suche?q=Bank", "/nirgends"])
def test_pages_of_signed_in_readers_are_kept_nowhere(app: Flask, path: str) -> None:
    anonymous, member = app.test_client(), app.test_client()
    sign_in(member, name="Beispiel geheim")
    before = anonymous.get(path)
    hers = member.get(path)
    after = app.test_client().get(path)
    assert "Beispiel geheim" in hers.get_data(as_text=True)
    assert "Beispiel geheim" not in after.get_data(as_text=True)
    assert after.get_data() == before.get_data()
    assert hers.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in hers.headers


def test_page_kept_before_the_sign_in_is_not_shown_after_it(client: FlaskClient) -> None:
    tag = client.get("/ueber").headers["ETag"]
    sign_in(client, name="Beispiel danach")
    answer = client.get("/ueber", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Beispiel danach" in answer.get_data(as_text=True)
