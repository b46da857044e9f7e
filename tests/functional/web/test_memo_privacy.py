"""Nothing that the asker writes into a memo reaches a log, a cache or an address; the privacy page says so."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.memo import DRAFT, SECRET, memo_form, press, typed
from tests.webnode.node import STOPPED_PAGE

FILES = [f"herunterladen:{kind}" for kind in ("odt", "pdf")]
BUTTONS = ["aktualisieren", "suchen", *FILES, "json", "entfernen:0", "ziele", "speichern"]


def test_no_button_writes_free_text_or_the_link_into_a_log(
    app: Flask, client: FlaskClient, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    document = read(DRAFT)
    with capture_logs() as events, caplog.at_level(logging.DEBUG):
        for button in BUTTONS:
            answer = press(client, document, button, anlass=SECRET, fund_1_text=SECRET, suchworte=SECRET)
            assert answer.status_code in {200, 303}
        token = answer.headers["Location"].rpartition("/")[2]
        client.get(f"/vermerk/{token}")
        press(client, document, "speichern", frage=f"{SECRET}{'x' * 4000}")
    logged = f"{events!r} {caplog.text}"
    assert "Vertrauliche" not in logged
    assert token not in logged


def test_a_crash_logs_no_free_text(
    services: Services, client: FlaskClient, read: Read, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    document = read(DRAFT)

    def crash(*_arguments: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(type(services.memos.exports), "export", crash)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with capture_logs() as events:
        answer = press(client, document, "herunterladen:odt", fund_1_text=SECRET)
    assert answer.status_code == 500
    # Threads of other nodes of this process may log beside it.
    assert [event["event"] for event in events if event["event"].startswith("request.")] == ["request.failed"]
    assert SECRET not in repr(events)


def test_free_text_never_travels_in_an_address(read: Read) -> None:
    form = memo_form(read(DRAFT))
    assert form.get("method") == "post"
    assert not form.xpath(".//button[@formmethod]")


def test_form_that_was_open_for_too_long_gives_back_what_was_typed_and_nothing_else(
    client: FlaskClient, read: Read
) -> None:
    data = typed(read(DRAFT), anlass=SECRET * 2)
    answer = client.post(
        DRAFT, data=data, content_type="multipart/form-data", headers={"Sec-Fetch-Site": "same-origin"}
    )
    document = page_of(answer, 400)
    given = {field.text_content().strip() for field in document.iter("textarea")}
    assert given == {SECRET * 2, data["mitzeichnung"], data["pflicht_checked_text"]}
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", [DRAFT, "/vermerk/laden", "/zielpruefung"])
def test_pages_with_a_form_are_kept_nowhere(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in headers


def test_answer_to_a_form_is_kept_nowhere(client: FlaskClient, read: Read) -> None:
    press(client, read("/vermerk"), "aktualisieren", anlass=SECRET)
    assert SECRET not in client.get("/vermerk").get_data(as_text=True)
    assert SECRET not in page_of(client.get("/vermerk")).text_content()
    assert client.get(STOPPED_PAGE).headers["Cache-Control"] == "no-cache"


def test_privacy_page_says_what_is_stored_for_how_long_and_how_it_goes(services: Services, read: Read) -> None:
    text = " ".join(read("/datenschutz").text_content().split())
    assert f"{services.settings.memo_days} Tage nach dem letzten Speichern wird er von selbst gelöscht" in text
    for words in (
        "im Speicher dieses Fensters",
        "Nur wenn Sie einen Vermerk unter einem Link speichern",
        "lesen, ändern und löschen",
        "Prüfzahl",
    ):
        assert words in text
