"""Whatever stands in any field of any kind of record, nothing of it acts on the pages of proposal and record."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from lxml import html

from app.identity import RoleKind
from app.records.record import Record
from app.review.models import Proposal
from app.review.responses.response import Reaction, ResponseKind
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText, compose
from app.review.workflow import Unsettled
from app.web.factory import create_app
from app.wiring import Services
from tests import deciding
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at
from tests.unit.documents.cleaning.office_files import photo
from tests.webnode.node import CONTENT, one_node, publish
from tests.webnode.people import town
from tests.webnode.vectors import BODY, WHOLE, check_inert, front_of, hostile_paths, word_fields

NAME = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SOUND = {
    "case-study": "beispielkreis-starkregen", "concept": "beispiel-pruefliste", "organisation": "beispielverbund",
    "solution": "beispielportal-loesung", "question": None, "collection": None, "correction": None,
}  # fmt: skip
"""A sound record of each kind to start from, where it needs one."""
CORRECTED = {"target": f"https://a.example/r/{UUID(int=1)}", "version": f"sha256:{'0' * 64}"}
SIMPLE = (CONTENT / "case-studies/beispielstadt-mitfahrbank/einfach.md").read_bytes()
FILES = {"a.png": photo("PNG"), "einfach.md": SIMPLE, "pruefliste.csv": b"a;b\n"}
TRANSLATIONS = [{"lang": "de-simple", "file": "einfach.md"}]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of its own, because its records are spoiled for everybody else."""
    yield from one_node(tmp_path_factory.mktemp("inert"), **OPERATOR)


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services, testing=True)


def sent(services: Services, author: Member, name: str) -> Proposal:
    """Propose a record with something hostile in every field that takes words."""
    kind, slug = services.schemas.kind(name), SOUND[name]
    record = services.catalogue.record(services.catalogue.head_by_slug(name, slug)) if slug else None
    known: Mapping[str, Any] = record.data if record else {"topics": ["mobility"]}
    known = {**known, **(CORRECTED if name == "correction" else {})}
    text = RecordText(
        front=front_of(kind, {**known, "translations": TRANSLATIONS}),
        sections={section.id: f"{BODY} [^quelle]" for section in kind.sections},
    )
    base = record.digest if record else None
    done = services.review.proposals.submit(
        Submission(kind=name, author=author.person, text=text, slug=slug, base=base, reason=WHOLE, files=FILES)
    )
    assert isinstance(done, Proposal), done
    return done


def published(services: Services, proposal: Proposal, curator: Member) -> Record:
    curation = services.review.curation
    deciding.comment(curation, proposal.id, curator.person, WHOLE, field="title")
    deciding.approve(curation, proposal.id, curator.person, round=1)
    done = deciding.publish(curation, proposal.id, curator.person, frozenset(Unsettled))
    assert isinstance(done, Published), done
    services.follow()
    return services.catalogue.record(services.catalogue.head_by_slug(proposal.kind, done.slug))


def check_shown(member: Member, path: str) -> None:
    """The words stand there, and are nothing but words."""
    answer = member.client.get(path)
    assert answer.status_code == 200, path
    document = html.document_fromstring(answer.get_data(as_text=True))
    assert "alert(1)" in document.find(".//main").text_content(), path
    check_inert(document)


def test_there_is_a_sound_record_of_every_kind(services: Services) -> None:
    assert {kind.name for kind in services.schemas.kinds} == {*SOUND, "response"}


@pytest.mark.parametrize("name", SOUND)
def test_pages_of_proposal_and_record_show_words_only(join: Join, services: Services, name: str) -> None:
    author, curator = join(f"A {NAME}", RoleKind.AUTHOR), join(f"B {NAME}", RoleKind.CURATOR)
    proposal = sent(services, author, name)
    for member in (author, curator):
        check_shown(member, f"/vorschlaege/{proposal.id}")
        check_shown(member, "/vorschlaege")
    record, route = published(services, proposal, curator), services.schemas.kind(name).route
    assert {*hostile_paths(record.data)} == {*word_fields(services.schemas.kind(name).fields)} - {"kind"}
    address = f"/{route}/{record.slug}"
    for path in (address, f"{address}/einfach", f"/r/{record.id}/verlauf", f"/vorschlaege/{proposal.id}"):
        check_shown(curator, path)


def test_a_response_shows_words_only(join: Join, services: Services) -> None:
    member = join(NAME, RoleKind.READER, municipality=town("Beispielort", 30))
    target = record_at(services, CASE)
    reaction = Reaction(
        record_id=target.id, origin="", digest=target.digest, relation=ResponseKind.CONFIRMS, note="Ja."
    )
    done = services.review.responses.respond(reaction, member.person)
    assert isinstance(done, Published), done
    services.follow()
    response = services.catalogue.record(services.catalogue.head_by_slug("response", done.slug))
    kind = services.schemas.kind("response")
    front = front_of(kind, {**response.data, "translations": TRANSLATIONS})
    folder = f"{kind.plural}/{done.slug}"
    files = {f"{folder}/{name}": data for name, data in FILES.items()}
    publish(services, {**files, f"{folder}/index.md": compose(kind, front, {}, None)})
    services.follow()
    record = services.catalogue.record(services.catalogue.head_by_slug("response", done.slug))
    assert {*hostile_paths(record.data)} == {*word_fields(kind.fields)} - {"kind"}
    check_shown(member, CASE)
