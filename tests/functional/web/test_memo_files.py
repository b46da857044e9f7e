"""A memo leaves the site as a document or as a file to load again, and nothing written in it reaches anybody else."""

import json
import logging
import resource
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pypdf import PdfReader
from structlog.testing import capture_logs

from app.documents.errors import ExportUnavailable
from app.documents.writing import pdf
from app.kickoff.memo.format import MemoFormat
from app.shared.confinement import Busy, Confinement
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.memo import DRAFT, SECRET, memo_form, press, typed
from tests.webnode.node import STOPPED_PAGE

KINDS = {
    "odt": ("application/vnd.oasis.opendocument.text", b"PK"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    "pdf": ("application/pdf", b"%PDF-"),
    "md": ("text/markdown; charset=utf-8", b"# Nachnutzungsvermerk"),
}


def upload(client: FlaskClient, content: bytes, name: str = "vermerk.json"):  # type: ignore[no-untyped-def]
    data = {"datei": (BytesIO(content), name)}
    return send(client, "/vermerk/laden", data, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfinished_memo_is_downloaded_in_every_format_with_what_was_typed_within_three_seconds(
    client: FlaskClient, read: Read, kind: str
) -> None:
    document, before = read(DRAFT), computed()
    answer = press(client, document, f"herunterladen:{kind}", fund_1_text=SECRET)
    assert computed() - before < 3
    media_type, start = KINDS[kind]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="nachnutzungsvermerk-2026-11-24.{kind}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data.startswith(start)
    if kind == "odt":
        assert SECRET in ZipFile(BytesIO(answer.data)).read("content.xml").decode()
    if kind == "pdf":
        printed = PdfReader(BytesIO(answer.data))
        assert SECRET in " ".join(" ".join(page.extract_text().split()) for page in printed.pages)
        assert printed.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def computed() -> float:
    """Seconds of computing, here and in the processes that ended: whoever else uses the machine does not count."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def test_who_comes_while_others_draw_is_asked_to_come_back_and_loses_nothing(
    client: FlaskClient, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Busy(2)

    with monkeypatch.context() as others:
        others.setattr(Confinement, "call_for", busy)
        answer = press(client, read(DRAFT), "herunterladen:pdf", fund_1_text=SECRET)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    document = html.document_fromstring(answer.get_data(as_text=True))
    assert "Einen Augenblick, bitte" in document.text_content()
    (form,) = document.forms
    assert form.fields["fund_1_text"] == SECRET
    again = client.post(form.action, data=dict(form.fields))
    assert (again.status_code, again.data[:5]) == (200, b"%PDF-")


def test_who_is_refused_costs_next_to_nothing(client: FlaskClient, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Busy(2)

    def dear(*_: object, **__: object) -> None:
        raise AssertionError("asked for before it was refused")

    document = read(DRAFT)
    monkeypatch.setattr(Confinement, "refuse", busy)
    monkeypatch.setattr(MemoFormat, "from_json", dear)
    monkeypatch.setattr(MemoFormat, "to_json", dear)
    answer = press(client, document, "herunterladen:pdf", fund_1_text=SECRET)
    assert answer.status_code == 503
    form = html.document_fromstring(answer.get_data(as_text=True)).forms[0]
    carried = sum(len(name) + len(value or "") for name, value in form.fields.items())
    assert len(answer.data) < 10_000 + 2 * carried


def test_file_loads_again_as_it_was(client: FlaskClient, read: Read) -> None:
    english = press(client, read(f"/en{DRAFT}"), "herunterladen:md")
    assert english.get_data(as_text=True).startswith("# Reuse memo")
    given = {"anlass": "Zwei\n\nAbsätze", "fund_0": "taken", "fund_0_text": SECRET, "pflicht_used_text": "Später"}
    file = press(client, read(DRAFT), "json", **given)
    assert file.headers["Content-Disposition"] == 'attachment; filename="nachnutzungsvermerk-2026-11-24.json"'
    assert json.loads(file.data)["schema"] == "reuse-memo/1.2"
    document = page_of(upload(client, b"\xef\xbb\xbf" + file.data))
    assert {name: typed(document)[name].replace("\r\n", "\n") for name in given} == given
    assert "Der Vermerk ist geladen" in document.text_content()
    assert press(client, document, "json").data.count(SECRET.encode()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"{}", b'{"schema":"reuse-memo/2"}', b"\xff\xfe", b"[" * 300_000, b'{"a":1,"a":2}']
)
def test_other_file_is_refused_in_words(client: FlaskClient, content: bytes) -> None:
    document = page_of(upload(client, content), 422)
    assert document.findtext(".//title").startswith("Bitte prüfen: Vermerk laden")
    assert "Nur" not in document.xpath("//*[@id='fehler']//li")[0].text_content()
    assert document.xpath("//*[@id='fehler']//a[@href='#datei']")
    answer = send(client, "/vermerk/laden", {}, content_type="multipart/form-data")
    assert "Bitte wählen Sie zuerst eine Datei." in page_of(answer, 422).text_content()


def test_enormous_file_is_refused_in_words(client: FlaskClient) -> None:
    sent = {"input_stream": BytesIO(b"x" * 2_000_000), "content_type": "multipart/form-data; boundary=x"}
    document = page_of(client.post("/vermerk/laden", content_length=2_000_000, **sent), 413)
    assert "Das ist zu groß" in document.text_content()


def test_missing_library_names_the_packages_and_another_format_and_keeps_the_text(
    client: FlaskClient, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> bytes:
        raise ExportUnavailable("pdf", pdf.PACKAGES)

    monkeypatch.setattr(Confinement, "call_for", missing)
    document = page_of(press(client, read(DRAFT), "herunterladen:pdf", fund_1_text=SECRET))
    text = " ".join(document.text_content().split())
    assert "PDF lässt sich nicht erstellen" in text
    assert f"apt-get install {' '.join(pdf.PACKAGES)}" in text
    assert "wählen Sie ein anderes Format" in text
    assert typed(document)["fund_1_text"] == SECRET


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


def test_form_that_was_open_too_long_gives_back_what_was_typed_and_no_more(client: FlaskClient, read: Read) -> None:
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
    press(client, read("/auswahl"), "aktualisieren", anlass=SECRET)
    assert SECRET not in client.get("/auswahl").get_data(as_text=True)
    assert SECRET not in page_of(client.get("/auswahl")).text_content()
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
