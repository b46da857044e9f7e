"""Somebody at a browser without JavaScript: opens pages, fills in fields, presses buttons."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.identity import Person
from app.review.models import DraftContent
from app.web.shell.access import KEY
from app.web.shell.cookies import SESSION_ID
from app.wiring import Services
from tests.webnode.checks import check_page

Fields = Mapping[str, "str | list[str]"]


class Page:
    """A page with the form in its middle."""

    def __init__(self, client: FlaskClient, answer: TestResponse) -> None:
        self.client = client
        self.path = answer.request.path
        self.status = answer.status_code
        language = "en" if self.path.startswith("/en/") else "de"
        self.document = check_page(answer.get_data(as_text=True), dict(answer.headers), language)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.document.find(".//main").itertext()).split())

    @property
    def form(self) -> html.FormElement:
        return self.form_with(set())

    def form_with(self, names: set[str]) -> html.FormElement:
        """The form with most of these fields, of several the longest."""
        forms = self.document.xpath("//main//form[@method='post']")
        return max(forms, key=lambda form: (len(names & set(form.fields.keys())), len(form.fields)))

    def values(self, form: html.FormElement | None = None) -> dict[str, list[str]]:
        """What a browser would send for the form as it stands."""
        found: dict[str, list[str]] = {}
        form = self.form if form is None else form
        areas = {area.get("name") for area in form.iter("textarea")}
        for name, value in form.form_values():
            # Browsers leave out the line end that stands first in a text area; lxml does not.
            found.setdefault(name, []).append(value.removeprefix("\n") if name in areas else value)
        return found

    def press(self, button: str = "", fields: Fields | None = None, **files: tuple[BytesIO, str]) -> Page:
        """Fill in `fields` and press the button with this value; follows where that leads."""
        form = self.form_with({*(fields or ()), *files})
        data: dict[str, Any] = self.values(form)
        data |= {name: value if isinstance(value, list) else [value] for name, value in (fields or {}).items()}
        if button:
            data["tun"] = [button]
        data |= {field: FileStorage(stream, name) for field, (stream, name) in files.items()}
        action = form.get("action") or self.path
        boundary, body = encode_multipart(data)
        answer = self.client.post(
            action,
            data=body,
            content_type=f'multipart/form-data; boundary="{boundary}"',
            headers={"Sec-Fetch-Site": "same-origin"},
            follow_redirects=True,
        )
        return Page(self.client, answer)

    def has(self, name: str) -> bool:
        return bool(self.document.xpath(f"//*[@name='{name}']"))

    def value(self, name: str) -> str:
        return "".join(self.values().get(name, []))


class Author:
    """Opens pages under `/beitragen`."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str) -> Page:
        return Page(self.client, self.client.get(path, follow_redirects=True))

    def begin(self, kind: str = "case-study") -> Page:
        start = self.open("/beitragen")
        form = start.document.xpath(f"//form[.//input[@name='art'][@value='{kind}']]")[0]
        answer = self.client.post(form.get("action"), data=dict(form.form_values()), follow_redirects=True)
        return Page(self.client, answer)


def draft_of(page: Page) -> str:
    """The address of the draft that a page is about."""
    return "/".join(page.path.split("/")[:3])


def person_of(services: Services, page: Page) -> Person:
    with page.client.session_transaction() as cookie:
        current = services.identity.sessions.resume(cookie[SESSION_ID])
    assert current is not None
    return current.person


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, "PNG")
    return out.getvalue()


ABOUT: Fields = {
    "title": "Beispielstadt: Rufbus am Abend", "topics": ["", "mobility"], "municipalities.0.name": "Beispielstadt",
    "municipalities.0.state": "HE", "municipalities.0.kind": "town", "municipalities.0.role": "lead",
    "body.problem": "Nach 18 Uhr fuhr kein Bus mehr.", "goals.0.text": "Wege ohne Auto möglich machen.",
    "phase": "operation", "period.start": "März 2023",
}  # fmt: skip
DONE: Fields = {"body.approach": "- **März 2023:** Der Rufbus fuhr los.\n- **2024:** Wir haben gezählt."}
OUTCOME: Fields = {
    "outcome": "success",
    "summary": "Nach 18 Uhr fährt ein Rufbus. Im ersten Jahr fuhren 400 Menschen mit.",
}
LESSON: Fields = {
    "lessons.0.statement": "Wer anruft, will einen Menschen hören.",
    "lessons.0.recommendation": "Besetzen Sie das Telefon bis zum letzten Bus.",
}
REUSE: Fields = {"contact.role": "Bauamt", "contact.mailbox": "bauamt@beispielstadt.example"}


def written(author: Author) -> Page:
    """The page before sending, with the twelve asked entries made; typed into the form once in a run."""
    page = author.begin()
    services: Services = author.client.application.extensions[KEY]
    draft_id, person = draft_of(page).rpartition("/")[2], person_of(services, page)
    draft = services.review.drafts.load(draft_id, person)
    if _WRITTEN:
        services.review.drafts.save(draft_id, person, _WRITTEN[0], draft.version)
        return author.open(f"{draft_of(page)}/senden")
    for fields in (ABOUT, DONE, OUTCOME, LESSON, REUSE):
        page = page.press("weiter", fields)
    _WRITTEN.append(services.review.drafts.load(draft_id, person).content)
    return page


_WRITTEN: list[DraftContent] = []
