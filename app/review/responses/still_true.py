"""„Stimmt noch?“: once a year the office that a case names is asked by mail whether it still holds.

An answer becomes a response of the leading municipality; curators, who alone can change the case, learn of objections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from app.catalogue import CatalogueService
from app.identity import Municipality, Person
from app.identity.municipality import MunicipalityInvalid
from app.records.five_lines import FiveLinesReader, LineWords
from app.records.five_lines.lines import leads
from app.records.record import Record
from app.records.schema import SchemaSet
from app.review.confirmations import Confirmations, guest_id
from app.review.errors import ConfirmationNotFound, WhatDiffersMissing
from app.review.models import Confirmation, ConfirmationPurpose, Message, Notice
from app.review.notices.mail import Letter
from app.review.questions import PSEUDONYM
from app.review.responses.response import Reaction, ResponseKind
from app.review.submission import Published, Rejected
from app.shared.errors import NotFound
from app.shared.wording import N_, translator

KIND = "case-study"


class Answer(StrEnum):
    """An answer of an office; STOP ends all further questions to its mailbox."""

    HOLDS = "stimmt"
    CHANGED = "geaendert"
    ENDED = "eingestellt"
    STOP = "abbestellen"


_NOTES = {
    Answer.HOLDS: "Bestätigt über das Funktionspostfach der Ansprechstelle ({role}).",
    Answer.CHANGED: "Hat sich laut Ansprechstelle ({role}) geändert: {text}",
    Answer.ENDED: "Laut Ansprechstelle ({role}) eingestellt. {text}",
}
_LINKS = {
    Answer.HOLDS: N_("Still true:"),
    Answer.CHANGED: N_("Something has changed:"),
    Answer.ENDED: N_("It was stopped:"),
    Answer.STOP: N_("No further messages of this kind to this mailbox:"),
}


class StillTrue:
    """Asks offices, and takes in what they answer."""

    def __init__(
        self,
        catalogue: CatalogueService,
        confirmations: Confirmations,
        respond: Callable[[Reaction, Person], Published | Rejected],
        per_day: int,
    ) -> None:
        """At most `per_day` messages are written a day; 0 writes none."""
        self._catalogue = catalogue
        self._confirmations = confirmations
        self._respond = respond
        self._per_day = per_day

    def run(self) -> int:
        """Ask about each case whose office has not been asked for a year; return the number of messages."""
        return self._confirmations.ask_offices(self._offices(), self._per_day) if self._per_day else 0

    def _offices(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        for entry in self._catalogue.heads(KIND):
            record = None if entry.origin else self._catalogue.readable(entry)
            town = _town(record) if record else None
            if record and town and (address := _office(record).get("mailbox")):
                yield address, {"record": record.id, "digest": record.digest, "town": town.key}

    def asked(self, token: str) -> tuple[Confirmation, Record]:
        """Return the question behind a link and the case as it is now; raises ConfirmationNotFound."""
        row = self._confirmations.waiting(token)
        if row.purpose is not ConfirmationPurpose.STILL_TRUE:
            raise ConfirmationNotFound
        try:
            record = self._catalogue.record(self._catalogue.head(row.wanted["record"]))
        except NotFound as error:
            raise ConfirmationNotFound from error
        # The office was asked for one town; it cannot answer if the case names another town by now.
        town = _town(record)
        if (town.key if town else "") != row.wanted.get("town", ""):
            raise ConfirmationNotFound
        return row, record

    def answer(self, row: Confirmation, record: Record, answer: Answer, text: str) -> Published | Rejected | None:
        """Publish an answer on the version asked about, None for STOP; unless it is Rejected, this ends the link.

        Raises WhatDiffersMissing for a change without a text, and what `ResponseService.respond` raises.
        """
        outcome = None
        if answer is not Answer.STOP:
            if answer is Answer.CHANGED and not text.strip():
                raise WhatDiffersMissing
            town = _town(record)
            note = _NOTES[answer].format(role=_office(record).get("role") or (town.name if town else ""), text=text)
            relation = ResponseKind.CONFIRMS if answer is Answer.HOLDS else ResponseKind.CONTRADICTS
            office = Person(id=guest_id(row.id), pseudonym=PSEUDONYM, display_name="", municipality=town)
            said = Reaction(record_id=record.id, digest=row.wanted["digest"], relation=relation, note=note.strip())
            outcome = self._respond(said, office)
        if not isinstance(outcome, Rejected):
            self._confirmations.answered(row.id, stops=answer is Answer.STOP)
        return outcome


def _office(record: Record) -> Mapping[str, str]:
    found = record.data.get("contact")
    return {key: str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}


def _town(record: Record) -> Municipality | None:
    try:
        return next((Municipality.of(one.name, one.state, one.ars) for one in leads(record) if one.ars), None)
    except MunicipalityInvalid:
        return None


class OfficeLetters:
    """Writes the question just before it is sent, with the five lines as they are then."""

    def __init__(
        self,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        lines: FiveLinesReader,
        link: Callable[[str], str],
        site: str,
        issuer: str,
    ) -> None:
        """`link` returns the path of the page that somebody answers on; `issuer` is the address of the node."""
        self._catalogue = catalogue
        self._schemas = schemas
        self._lines = lines
        self._link = link
        self._site = site
        self._issuer = issuer

    def write(self, message: Message, notice: Notice, lang: str) -> Letter | None:
        """Write the question about a case; None if it was withdrawn or changed meanwhile."""
        del message
        try:
            record = self._catalogue.record(self._catalogue.head(notice.params["record"]))
        except NotFound:
            return None
        if record.digest != notice.params["digest"]:
            return None
        say, page = translator(lang), f"{self._issuer}{self._link(notice.person)}"
        lines = [line.plain for line in LineWords(self._schemas, lang).lines(self._lines(record))]
        links = [f"{say(label)} {page}?antwort={answer}" for answer, label in _LINKS.items()]
        paragraphs = (
            say.gettext(
                "%(site)s collects what municipalities learned from their projects. This case names your mailbox as "
                "the one to ask. Does it still hold?",
                site=self._site,
            ),
            "\n".join((record.title, *lines, f"{self._issuer}/r/{record.id}")),
            *links[:-1],
            say.gettext(
                "Each link opens a page with one button; nothing happens before you press it. Your answer is shown "
                "with the case, with date and function. We ask once a year, and delete the address of this message as "
                "soon as it has left."
            ),
            links[-1],
        )
        subject = say.gettext("Does this still hold? %(title)s", title=record.title)
        return Letter(subject=f"[{self._site}] {subject}", text="\n\n".join(paragraphs) + "\n", only_once=True)
