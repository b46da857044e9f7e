"""A real node for review: repository, database and catalogue in one folder; people are examples."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.identity import Action, Municipality, Person, Role, RoleKind, Scope, Subject, may
from app.records.commits import CommitNote
from app.records.document import parse
from app.records.git.trees import build_tree
from app.records.json_value import JsonValue
from app.records.record import Record
from app.review.confirmations import Confirmations, Vault
from app.review.context import ReviewContext, nothing
from app.review.models import Notice
from app.review.notices.mail import MailPort, MailSender
from app.review.people import Recipient
from app.review.publisher import FollowUp
from app.review.service import ReviewService, open_review
from app.review.submission import Submission
from app.review.text.record_text import RecordText, sections_of
from app.search.engine import IndexPlace
from app.search.service import SearchService
from tests.webnode import texts
from tests.webnode.stored import StoredNode

ROOT = Path(__file__).parents[3]

ORGANISATION = """\
---
schema: organisation/1
id: 00000000-0000-4000-8000-0000000000aa
kind: organisation
title: "Beispielstadt"
summary: "Eine Stadt als Beispiel."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-03-01
review_by: 2027-03-01
org_type: agency
role: "Betreibt Beispiele."
sources:
  - {key: quelle, title: "Quelle", publisher: "Beispielstadt", url: "https://stadt.example/", self_reported: true}
---
## Wer das ist {#description}

Eine Stadt. [^quelle]
"""


def _person(name: str, organisation: str | None, *roles: Role, town: Municipality | None = None) -> Person:
    return Person(
        id=f"id-{name}",
        pseudonym=f"u-{name}",
        display_name=name.title(),
        organisation=organisation,
        municipality=town,
        roles=roles,
    )


BEISPIELSTADT = Municipality(name="Beispielstadt", state="HE", ars="06999001")
ANDERSTADT = Municipality(name="Anderstadt", state="HE", ars="06999002")


AUTHOR = _person("anna", "beispielstadt", Role(kind=RoleKind.AUTHOR), town=BEISPIELSTADT)
OTHER_AUTHOR = _person("arno", "anderstadt", Role(kind=RoleKind.AUTHOR), town=ANDERSTADT)
CURATOR = _person("berta", "beispielbund", Role(kind=RoleKind.CURATOR))
OTHER_CURATOR = _person("bruno", "beispielbund", Role(kind=RoleKind.CURATOR))
ELSEWHERE = _person("carl", None, Role(kind=RoleKind.CURATOR, scope=Scope.of(topics=["energy"])))
READER = _person("dora", None, Role(kind=RoleKind.READER))
EVERYBODY = (AUTHOR, OTHER_AUTHOR, CURATOR, OTHER_CURATOR, ELSEWHERE, READER)


@dataclass
class Town:
    """Knows the example people."""

    unreachable: set[str] = field(default_factory=set)

    def curators(self, *on: Subject) -> Iterable[str]:
        return [person.id for person in EVERYBODY if all(may(person, Action.CURATE, one) for one in on)]

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        return any(person.id == person_id and may(person, action, on) for person in EVERYBODY)

    def recipient(self, person_id: str) -> Recipient | None:
        known = {person.id: person for person in EVERYBODY}
        if person_id not in known or person_id in self.unreachable:
            return None
        return Recipient(address=f"{known[person_id].pseudonym}@stadt.example")

    def reached(self, person_id: str) -> None:
        pass

    def refused(self, person_id: str) -> None:
        pass

    def id_of(self, pseudonym: str) -> str | None:
        return next((person.id for person in EVERYBODY if person.pseudonym == pseudonym), None)

    def same_as(self, person_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(person_ids)


def concept(slug: str, text: str = "Erste Fassung.", title: str = "Beispiel") -> bytes:
    """Return a concept that the example town answers for."""
    return texts.concept(slug, text, title, maintainer="{name: Beispielstadt, ref: organisation/beispielstadt}")


class ReviewNode(StoredNode):
    """A node at which people write and decide."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime] | None = None,
        mail: MailPort | None = None,
        follow_ups: Sequence[tuple[str, FollowUp]] = (),
        after_step: Callable[[str], None] = nothing,
        with_search: bool = False,
    ) -> None:
        super().__init__(folder, clock)
        self.town = Town()
        self.search = SearchService(IndexPlace(folder / "index"), self.catalogue, self.schemas, {})
        if with_search:
            follow_ups = (("search", self.search.catch_up), *follow_ups)
        self.review = self._review(mail, follow_ups, after_step)

    def _review(
        self, mail: MailPort | None, follow_ups: Sequence[tuple[str, FollowUp]], after_step: Callable[[str], None]
    ) -> ReviewService:
        context = ReviewContext(
            repository=self.repository,
            content=self.content,
            catalogue=self.catalogue,
            sessions=self.sessions,
            schemas=self.schemas,
            vocabularies={},
            people=self.town,
            clock=self.clock,
            global_name=lambda origin, record_id: f"https://{origin or 'hier.example'}/r/{record_id}",
            has_namesakes=lambda name, _state: name == "Neustadt",
            after_step=after_step,
        )
        vault = Vault(lambda: b"key of an example node")
        confirmations = Confirmations(self.sessions, self.clock, vault, is_offered=False)
        sender = MailSender(self.sessions, self.clock, self.town, mail, site="Erfahrungsnetz", address=_address)
        follow_ups = (("catalogue", self.catalogue.catch_up), *follow_ups)
        return open_review(context, confirmations, sender, self.search.search, follow_ups)

    def seed(self, *slugs: str) -> None:
        """Publish concepts as the first version of the node."""
        changes = {f"concepts/{slug}/index.md": concept(slug) for slug in slugs}
        changes["organisations/beispielstadt/index.md"] = ORGANISATION.encode()
        tree = build_tree(self.repository.git, changes.items(), base=None)
        self.repository.publish_tree(tree, expected=None, note=CommitNote(author="seed", message="Import"))
        self.catalogue.catch_up()

    def put(self, changes: Mapping[str, bytes | None]) -> None:
        """Publish beside review, as `sync` does."""
        self.publish(changes)
        self.catalogue.catch_up()

    def record(self, slug: str, kind: str = "concept") -> Record:
        return self.catalogue.record(self.catalogue.head_by_slug(kind, slug))

    def submission(self, slug: str, author: Person = AUTHOR, **changes: Any) -> Submission:
        """An edit of a published concept: `changes` are fields, `background`/`findings` sections, or `key`, `files`."""
        record = self.record(slug)
        named: dict[str, Any] = {
            name: changes.pop(name) for name in ("key", "files", "reason", "round", "base") if name in changes
        }
        return edit(record, author, changes, named)


def edit(record: Record, author: Person, changes: Mapping[str, Any], named: Mapping[str, Any]) -> Submission:
    sections = sections_of(record.body)
    front: dict[str, JsonValue] = dict(record.data)
    for name, value in changes.items():
        if name in sections:
            sections[name] = f"{value} [^quelle]"
        else:
            front[name] = value
    return Submission(
        kind=record.kind,
        slug=record.slug,
        author=author,
        text=RecordText(front=front, sections=sections),
        **{"base": record.digest, **named},
    )


def new_concept(author: Person = AUTHOR, title: str = "Ganz neu", key: str | None = None, **named: Any) -> Submission:
    """A concept as a form sends it: without identifier, dates and licence."""
    document = parse(concept("vorlage", title=title))
    hidden = {"schema", "id", "kind", "lang", "license", "last_confirmed", "review_by", "compiled_by"}
    front = {name: value for name, value in document.front.items() if name not in hidden}
    text = RecordText(front=front, sections=sections_of(document.body))
    return Submission(kind="concept", author=author, text=text, key=key, **named)


def _address(notice: Notice) -> str:
    return f"https://erfahrungen.example/vorschlaege/{notice.proposal_id}"
