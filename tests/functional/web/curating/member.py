# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody who is signed in, at a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.identity import Municipality, Person, Role, RoleKind
from app.records.json_value import JsonValue
from app.records.record import Record
from app.review.model.submission import Submission, Via
from app.review.models import Proposal
from app.review.text.record_text import RecordText, sections_of
from app.wiring import Services
from tests.webnode.checks import check_page
from tests.webnode.people import sign_in

CASE = "/fallstudien/beispielkreis-starkregen"


@dataclass
class Seen:
    """An answer as somebody reads it."""

    path: str
    status: int
    document: html.HtmlElement

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.document.find(".//main").itertext()).split())

    def buttons(self) -> list[str]:
        return [" ".join(button.text_content().split()) for button in self.document.xpath("//main//button")]

    def form(self, ending: str) -> html.FormElement:
        """The first form that is sent to an address with this ending."""
        found = [form for form in self.document.forms if (form.get("action") or self.path).endswith(ending)]
        assert found, [form.get("action") for form in self.document.forms]
        return found[0]

    def field(self, name: str, ending: str) -> str:
        """What stands in a field of that form."""
        return str(dict(self.form(ending).form_values())[name]).removeprefix("\n")


@dataclass
class Member:
    """A person with a browser."""

    client: FlaskClient
    person: Person
    services: Services

    @classmethod
    def signed_in(
        cls,
        app: Flask,
        services: Services,
        roles: Iterable[Role | RoleKind],
        *,
        name: str,
        organisation: str | None,
        municipality: Municipality | None = None,
    ) -> Member:
        client = app.test_client()
        person = sign_in(client, roles, name=name, organisation=organisation, municipality=municipality)
        return cls(client, person, services)

    def open(self, path: str) -> Seen:
        answer = self.client.get(path, follow_redirects=True)
        language = "en" if path.startswith("/en/") else "de"
        document = check_page(answer.get_data(as_text=True), dict(answer.headers), language)
        return Seen(answer.request.path, answer.status_code, document)

    def send(self, seen: Seen, ending: str, button: str = "", **fields: str) -> Seen:
        """Fill in a form of the page and press its button; follows where that leads."""
        form = seen.form(ending)
        data = {**{key: value.removeprefix("\n") for key, value in form.form_values()}, **fields}
        data |= {"tun": button} if button else {}
        answer = self.client.post(form.get("action") or seen.path, data=data, follow_redirects=True)
        document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
        return Seen(answer.request.path, answer.status_code, document)

    def proposes(
        self, via: Via = Via.FORM, *, files: Mapping[str, bytes] | None = None, **front: JsonValue
    ) -> Proposal:
        """Send a change of the case for review."""
        record = record_at(self.services, CASE)
        text = RecordText(front={**record.data, **front}, sections=sections_of(record.body))
        outcome = self.services.review.proposals.submit(
            Submission(
                kind=record.kind,
                author=self.person,
                text=text,
                slug=record.slug,
                base=record.digest,
                reason="Der Satz war veraltet.",
                via=via,
                files=files or {},
            )
        )
        assert isinstance(outcome, Proposal), outcome
        return outcome


def record_at(services: Services, path: str) -> Record:
    services.follow()
    entry = services.catalogue.head_by_slug("case-study", path.rpartition("/")[2])
    return services.catalogue.record(entry)
