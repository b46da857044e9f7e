"""A memo is kept only on wish: under a link nobody can guess, for a time, until somebody deletes it."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.memo import DRAFT, SECRET, press, typed
from tests.webnode.node import STOPPED, one_node, publish, text_of

FILE = "case-studies/beispielstadt-mitfahrbank"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of their own: these tests write."""
    yield from one_node(tmp_path_factory.mktemp("kept"), memo_days=30)


@pytest.fixture
def address(client: FlaskClient) -> str:
    """The address of a memo that was just saved."""
    document = page_of(client.get(DRAFT))
    answer = press(client, document, "speichern", anlass="Beschluss des Rates", fund_1_text=SECRET)
    assert answer.status_code == 303
    return answer.headers["Location"]


def seen(client: FlaskClient, address: str) -> html.HtmlElement:
    return page_of(client.get(address))


def test_saving_leads_to_a_link_that_cannot_be_guessed_and_shows_it(client: FlaskClient, address: str) -> None:
    assert re.fullmatch(r"/vermerk/[A-Za-z0-9_-]{43}", address)
    document = seen(client, address)
    shown = document.xpath("//p[contains(@class, 'memo-link')]")[0].text_content()
    assert shown == f"https://erfahrungen.example{address}"
    assert typed(document)["fund_1_text"] == SECRET
    assert "Gespeichert bis 24.\u00a0Dezember\u00a02026" in document.text_content()
    assert not document.xpath("//*[@id='seither']")


def test_link_is_told_to_nobody(client: FlaskClient, address: str) -> None:
    for path in (address, f"{address}/loeschen", "/vermerk/" + "a" * 43):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in headers
    document = seen(client, address)
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    assert all("noreferrer" in link.get("rel") for link in document.xpath("//form//a[@target]"))


def test_other_buttons_do_not_save(client: FlaskClient, address: str) -> None:
    for button in ("aktualisieren", "json", "entfernen:0"):
        press(client, seen(client, address), button, anlass="nur zur Ansicht")
    assert typed(seen(client, address))["anlass"] == "Beschluss des Rates"


def test_nobody_overwrites_unseen_what_another_saved(client: FlaskClient, address: str) -> None:
    mine, others = seen(client, address), seen(client, address)
    press(client, others, "speichern", anlass="von anderen")
    warned = page_of(press(client, mine, "speichern", anlass="von mir"))
    assert typed(seen(client, address))["anlass"] == "von anderen", "a later state takes the place of the earlier"
    assert "Jemand anders hat diesen Vermerk inzwischen gespeichert" in warned.text_content()
    assert press(client, warned, "speichern").status_code == 303
    assert typed(seen(client, address))["anlass"] == "von mir"


def test_deletion_asks_first_and_is_at_once(client: FlaskClient, address: str) -> None:
    asked = page_of(client.get(f"{address}/loeschen"))
    assert asked.xpath("//form")[-1].get("action") == f"{address}/loeschen"
    assert client.get(address).status_code == 200
    assert "Der Vermerk ist gelöscht" in page_of(send(client, f"{address}/loeschen")).text_content()
    gone = page_of(client.get(address), 404)
    assert gone.findtext(".//h1") == "Unter diesem Link liegt kein Vermerk"
    assert send(client, f"{address}/loeschen").status_code == 404


def test_text_survives_the_end_of_the_link(client: FlaskClient, address: str) -> None:
    open_page = seen(client, address)
    send(client, f"{address}/loeschen")
    document = page_of(press(client, open_page, "aktualisieren", folgerung="noch da"))
    assert "Der gespeicherte Vermerk ist nicht mehr da" in document.text_content()
    assert typed(document)["folgerung"] == "noch da"
    again = press(client, document, "speichern")
    assert again.status_code == 303
    assert again.headers["Location"] != address


def test_full_store_offers_the_download_and_keeps_the_text(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.memos._store, "_capacity", 0)
    document = page_of(press(client, page_of(client.get(DRAFT)), "speichern", anlass="bleibt"))
    assert "Der Vermerk lässt sich hier nicht speichern" in document.text_content()
    assert typed(document)["anlass"] == "bleibt"


def test_one_network_address_leaves_room_to_others_and_stands_nowhere(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved(address: str) -> int:
        client = create_app(services, testing=True).test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return press(client, page_of(client.get(DRAFT)), "speichern").status_code

    with services.sessions.begin() as db:
        db.execute(text("DELETE FROM kickoff_memo"))
    monkeypatch.setattr(services.memos._store, "_capacity", 4)
    # Each call asks an application of its own, as the processes of a node are.
    assert [saved(f"192.0.2.{number}") for number in (1, 1, 1, 2, 1)] == [303, 303, 200, 303, 200]
    with services.sessions.reading() as db:
        rows = [str(list(row)) for row in db.execute(text("SELECT * FROM kickoff_memo"))]
    assert len(rows) == 3
    assert not any("192.0.2" in row for row in rows)


def edit(services: Services, old: str, new: str) -> None:
    """Change a published record as an editor does: a new version in the repository."""
    text = text_of(services, FILE)
    assert old in text
    publish(services, {f"{FILE}/index.md": text.replace(old, new).encode()})


def test_memo_pins_versions_and_says_what_changed(services: Services, client: FlaskClient, address: str) -> None:
    document = seen(client, address)
    pinned = document.xpath(f"//*[@class='decided']//a[starts-with(@href, '/r/{STOPPED}/v/')]/@href")[0]
    read_then = int(pinned.rpartition("/")[2])
    before = page_of(client.get(pinned)).text_content()
    assert "stand sie leer" not in before
    edit(services, "Nach einem Jahr nutzte sie kaum noch jemand.", "Nach einem Jahr stand sie leer.")

    document = seen(client, address)
    told = " ".join(document.xpath("//*[@id='seither']")[0].text_content().split())
    assert "Ihres Vermerks hat sich geändert" in told
    assert f"Sie haben Fassung {read_then} gelesen." in told
    assert f"gibt es Fassung {read_then + 1}." in told
    # The link still shows what was read, and says itself that there is a newer version.
    assert document.xpath(f"//*[@class='decided']//a[@href='{pinned}']")
    after = page_of(client.get(pinned)).text_content()
    assert "Nach einem Jahr nutzte sie kaum noch jemand." in after
    assert "stand sie leer" not in after
    difference = document.xpath("//*[@id='seither']//a/@href")[0]
    inserted = [mark.text_content() for mark in page_of(client.get(difference)).iter("ins")]
    assert "leer" in " ".join(inserted)
    # The document that is downloaded later still cites the version that was read.
    exported = press(client, document, "herunterladen:md").get_data(as_text=True)
    assert f"https://erfahrungen.example/r/{STOPPED}/v/{read_then}" in exported

    renewed = page_of(press(client, document, "erneuern:1"))
    assert renewed.xpath(f"//*[@class='decided']//a[@href='/r/{STOPPED}/v/{read_then + 1}']")
    assert typed(renewed)["fund_1_text"] == SECRET
    assert not renewed.xpath("//*[@id='seither']")
