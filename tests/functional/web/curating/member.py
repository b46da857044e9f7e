"""Somebody who is signed in, at a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.identity import Municipality, Person, Role, RoleKind
from app.records.json_value import JsonValue
from app.records.record import Record
from app.review.models import Proposal
from app.review.submission import Submission, Via
from app.review.text.record_text import RecordText, sections_of
from app.wiring import Services
from tests import deciding
from tests.webnode.checks import page_of
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
        return next(one for one in self.document.forms if (one.get("action") or self.path).endswith(ending))

    def form_of_proposal(self) -> html.FormElement:
        """The one form of a proposal's page."""
        (form,) = (one for one in self.document.forms if one.xpath(".//input[@name='runde']"))
        return form

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
        return Seen(answer.request.path, answer.status_code, page_of(answer, answer.status_code, language))

    def send(self, seen: Seen, ending: str, **fields: str) -> Seen:
        """Fill in a form of the page and send it; follows where that leads."""
        form = seen.form(ending)
        data = {key: value.removeprefix("\n") for key, value in form.form_values()} | fields
        answer = self.client.post(form.get("action") or seen.path, data=data, follow_redirects=True)
        return Seen(answer.request.path, answer.status_code, page_of(answer, answer.status_code))

    def decide(self, seen: Seen, button: str, text: str | None = None, feld: str = "", **fields: str) -> Seen:
        """Type `text` on the page of a proposal about the field `feld` or the whole, and press a button of its form.

        Return that page as it is then, or what it leads to, but not the next proposal.
        """
        data = {key: value.removeprefix("\n") for key, value in seen.form_of_proposal().form_values()} | {"tun": button}
        if text is not None:
            data[f"text-{feld or 'gespraech'}"] = text
        answer = self.client.post(seen.path, data=data | fields)
        if answer.status_code == 303:
            goes_on = "nach=" in answer.headers["Location"]
            return self.open(seen.path if goes_on else answer.headers["Location"].partition("#")[0])
        return Seen(answer.request.path, answer.status_code, page_of(answer, answer.status_code))

    def proposes(
        self,
        via: Via = Via.FORM,
        *,
        files: Mapping[str, bytes] | None = None,
        sections: Mapping[str, str] | None = None,
        **front: JsonValue,
    ) -> Proposal:
        """Send a change of the case for review."""
        record = record_at(self.services, CASE)
        text = RecordText(front={**record.data, **front}, sections={**sections_of(record.body), **(sections or {})})
        changed = {"slug": record.slug, "base": record.digest, "reason": "Der Satz war veraltet."}
        return self._sends(record.kind, text, **changed, via=via, files=files or {})

    def proposes_new(self, title: str, sections: Mapping[str, str] | None = None, **front: JsonValue) -> Proposal:
        """Send a new record for review, which says what the case says."""
        record = record_at(self.services, CASE)
        same = {key: value for key, value in record.data.items() if key not in {"id", "kind", "schema", "created"}}
        written = {**sections_of(record.body), **(sections or {})}
        return self._sends(record.kind, RecordText(front={**same, "title": title, **front}, sections=written))

    def asks(self, question: str, **front: JsonValue) -> Proposal:
        """Send a question for review."""
        text = RecordText(front={"title": question, "summary": question, "topics": ["mobility"], **front})
        return self._sends("question", text)

    def _sends(self, kind: str, text: RecordText, **values: Any) -> Proposal:
        submission = Submission(kind=kind, author=self.person, text=text, **values)
        outcome = self.services.review.proposals.submit(submission)
        assert isinstance(outcome, Proposal), outcome
        return outcome

    def publishes(self, proposal: Proposal) -> None:
        """Approve and publish the newest text of a proposal."""
        deciding.approve(self.services.review.curation, proposal.id, self.person, round=proposal.rounds)
        deciding.publish(self.services.review.curation, proposal.id, self.person)


def record_at(services: Services, path: str) -> Record:
    services.follow()
    entry = services.catalogue.head_by_slug("case-study", path.rpartition("/")[2])
    return services.catalogue.record(entry)
