import errno
from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from app.database.writer import WrittenElsewhere
from app.records.file_store import StoreUnreachable
from app.records.repository import PublishingStopped
from app.review.errors import MailNotOffered
from app.shared.confinement import Busy, Crashed
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.checks import check_page

Raising = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def failing(services: Services) -> Flask:
    app = create_app(services)
    app.url_map.add(Rule("/ueber", endpoint="pages.about", methods=["POST"]))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client_that_raises(failing: Flask, monkeypatch: pytest.MonkeyPatch) -> Raising:
    def of(error: Exception, *endpoints: str) -> FlaskClient:
        def view() -> str:
            raise error

        for endpoint in endpoints or ("pages.about",):
            monkeypatch.setitem(failing.view_functions, endpoint, view)
        return failing.test_client()

    return of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404), (Invalid(), 422), (Forbidden(), 403), (MailNotOffered(), 403), (Conflict(), 409),
        (Unavailable(), 503),
    ],
)  # fmt: skip
def test_each_category_has_its_status_and_page(client_that_raises: Raising, error: DomainError, status: int) -> None:
    answer = client_that_raises(error).get("/ueber")
    assert answer.status_code == status
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    assert document.xpath("//form[@role='search']")


FOR_READERS_AND_PROGRAMS = {
    "/ueber": "pages.about", "/api/v1/records": "api.records", "/oai": "federation.oai",
    "/v1/software": "software.listed",
}  # fmt: skip


@pytest.mark.parametrize(
    ("error", "status", "retry_after", "event"),
    [
        (Unavailable(), 503, "30", "request.unavailable"),
        (Busy(7), 503, "7", "request.busy"),
        (StoreUnreachable("silent"), 503, "30", "request.file_unavailable"),
        (WrittenElsewhere("a"), 503, "30", "request.written_elsewhere"),
        (Crashed("memory"), 500, None, "request.failed"),
        (OSError(errno.ENOSPC, "No space left on device"), 503, "30", "request.unavailable"),
    ],
)
def test_readers_and_programs_get_the_same_status_and_the_log_the_same_line(
    client_that_raises: Raising, error: Exception, status: int, retry_after: str | None, event: str
) -> None:
    client = client_that_raises(error, *FOR_READERS_AND_PROGRAMS.values())
    for path, endpoint in FOR_READERS_AND_PROGRAMS.items():
        with capture_logs() as logs:
            answer = client.get(path)
        assert (path, answer.status_code, answer.headers.get("Retry-After")) == (path, status, retry_after)
        assert (path, [one["event"] for one in logs]) == (path, [event])
        is_page = endpoint == "pages.about"
        assert answer.mimetype == ("text/html" if is_page else "application/problem+json"), path
        if status == 500:
            assert logs[0]["incident"] in answer.get_data(as_text=True), path


def test_crash_shows_a_page_with_its_number_in_the_log_and_no_details(client_that_raises: Raising) -> None:
    with capture_logs() as logs:
        answer = client_that_raises(RuntimeError("geheim")).get("/ueber")
    (incident,) = [one["incident"] for one in logs if one["event"] == "request.failed"]
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    text = answer.get_data(as_text=True)
    assert "Hier ist etwas schiefgegangen" in text
    assert incident in text
    assert "geheim" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("select", {}, Exception("database is locked")),
        DatabaseError("select", {}, Exception("database disk image is malformed")),
        InterfaceError("select", {}, Exception("the cursor is closed")),
        NoConnection("none was free"),
    ],
)
def test_a_busy_silent_or_damaged_database_is_no_crash(client_that_raises: Raising, error: Exception) -> None:
    answer = client_that_raises(error).get("/ueber")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


TEXT = "Eine lange Bemerkung, an der jemand <b>eine</b> Viertelstunde & länger geschrieben hat."
MARKS = {
    "csrf_token": "IjEi" * 20, "stand": f"sha256:{'0' * 64}", "gesehen": ".".join(["0a1b2c3d"] * 9),
    "vermerk": '{"finds": "' + "Ein Fund. " * 9 + '"}', "kurz": "ja",
}  # fmt: skip


def answer_to_form(client: FlaskClient, **fields: str) -> html.HtmlElement:
    answer = client.post("/ueber", data=fields)
    assert answer.status_code >= 400
    return check_page(answer.get_data(as_text=True), dict(answer.headers), "de")


@pytest.mark.parametrize(
    "error",
    [NotFound(), Invalid(), Forbidden(), Conflict(), Unavailable(), PublishingStopped(1), RuntimeError()],
    ids=lambda error: type(error).__name__,
)
def test_what_was_typed_comes_back_whatever_went_wrong(client_that_raises: Raising, error: Exception) -> None:
    page = answer_to_form(client_that_raises(error), text=TEXT, **MARKS)
    assert [area.text.removeprefix("\n") for area in page.xpath("//textarea[@readonly]")] == [TEXT]


def test_an_address_comes_back_and_a_short_text_does_not(client_that_raises: Raising) -> None:
    client = client_that_raises(Conflict())
    page = answer_to_form(client, text="kurz", **MARKS)
    assert "Was Sie getippt haben" not in page.text_content()
    assert not page.xpath("//textarea")
    address = f"https://beispielstadt.example/{'ratsvorlage-' * 9}"
    page = answer_to_form(client, url=address)
    assert [area.text.removeprefix("\n") for area in page.xpath("//textarea")] == [address]
