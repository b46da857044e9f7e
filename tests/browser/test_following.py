"""Subscribing in a browser: without JavaScript from the link on the page to the last click, and axe on each step."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from app.review.confirmations import guest_id
from app.review.models import Confirmation
from app.web.factory import create_app
from app.wiring import Services
from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.node import STOPPED, one_node

SHOWN = "input[type=email]"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node that offers e-mail; nothing is sent here."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none", "smtp_from": "netz@verbund.example"}
    yield from one_node(tmp_path_factory.mktemp("followers"), **OPERATOR, **mail)


@pytest.fixture(scope="module")
def site(services: Services) -> Iterator[str]:
    with serving(create_app(services)) as address:
        yield address


def confirmation(services: Services) -> str:
    """Return where the link in the newest message leads."""
    with services.sessions.reading() as db:
        row = db.scalars(select(Confirmation).order_by(col(Confirmation.asked_at).desc())).first()
    assert row is not None
    return services.review.confirmations.link(guest_id(row.id))


def test_it_works_without_scripts_and_axe_finds_nothing(visitor: Visitor, services: Services, axe_source: str) -> None:
    visit, looker = visitor(width=390, java_script_enabled=False), visitor(reduced_motion="reduce")
    found: dict[str, Any] = {}

    def look(path: str) -> None:
        found.update(looked_at(looker.open(path), axe_source))

    page = visit.open("/suche?q=Mitfahrbank&land=HE")
    page.get_by_role("link", name="Änderungen abonnieren").click()
    look(page.url.removeprefix(visit.site))
    page.fill(SHOWN, "frau.a@beispielstadt.example")
    page.get_by_label("sofort").check()
    page.get_by_role("button", name="Link zusenden").click()
    assert page.title().startswith("Fast fertig")
    look(page.url.removeprefix(visit.site))

    page = visit.open(confirmation(services))
    look(page.url.removeprefix(visit.site))
    page.get_by_role("button", name="Abonnement bestätigen").click()
    assert page.get_by_role("heading", name="Suche: „Mitfahrbank“, Land: Hessen").is_visible()
    mine = page.url.removeprefix(visit.site)
    look(mine)
    look(f"{mine.partition('?')[0]}/beenden")

    page.get_by_role("button", name="Alle Abonnements beenden").click()
    assert "Ihre Adresse ist gelöscht" in page.inner_text("main")
    look(mine.partition("?")[0])
    assert found == {}


def test_an_office_answers_on_a_phone_without_scripts(visitor: Visitor, services: Services, axe_source: str) -> None:
    asked = {"record": STOPPED, "digest": services.catalogue.head(STOPPED).digest}
    assert services.confirmations.ask_offices([("hauptamt@beispielstadt.example", asked)], 1) == 1
    with services.sessions.reading() as db:
        row = db.scalars(select(Confirmation).where(col(Confirmation.purpose) == "still_true")).one()
    link, looker = services.confirmations.link(guest_id(row.id)), visitor(reduced_motion="reduce")
    paths = [f"{lang}{link}?antwort={one}" for lang in ("", "/en") for one in ("stimmt", "geaendert", "abbestellen")]
    assert {path: found for path in paths if (found := looked_at(looker.open(path), axe_source))} == {}
    page = visitor(width=390, java_script_enabled=False).open(f"{link}?antwort=abbestellen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Nicht mehr fragen").click()
    assert "wird nicht wieder gefragt" in page.inner_text("main")


def test_axe_finds_nothing_on_what_a_memo_offers(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    page = visit.open(f"/auswahl?q=Mitfahrbank&gemerkt={STOPPED}")
    page.get_by_role("button", name="Unter einem Link speichern").click()
    page.get_by_role("link", name="Per E-Mail erfahren").click()
    assert page.is_visible(SHOWN)
    assert looked_at(page, axe_source) == {}
