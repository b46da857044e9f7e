"""Somebody who left something in every place where a person can, and a look at every byte of a node."""

import pickle
import shutil
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from app.following.models import Rhythm, What
from app.identity import Municipality, Person, Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.records.git.command import Git
from app.review.models import Confirmation, ConfirmationPurpose, Draft, DraftContent, Proposal
from app.review.questions import Asked
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText
from app.review.workflow import Unsettled
from app.wiring import Services
from tests import deciding
from tests.database import files_of, on_postgresql
from tests.once import made_once
from tests.webnode.clock import SteppingClock
from tests.webnode.node import make_node, settings

NAME, ADDRESS, MARKER = "Annegret Musterfrau", "annegret.musterfrau@stadt.example", "Zwiebelturmgasse"
TRACES = (NAME, ADDRESS, MARKER, MARKER.lower())
MAIL = {"smtp_host": "127.0.0.1", "operator_email": "netz@verbund.example"}
TOWN = Municipality(name="Beispielstadt", state="HE", ars="06999001")


@dataclass(frozen=True)
class Somebody:
    """The node, the person, an editor, and the proposals of the person by what became of them."""

    services: Services
    person: Person
    curator: Person
    published: Published
    waiting: str
    shared: str
    declined: str


def join(services: Services, name: str, address: str, kind: RoleKind, subject: str = "") -> Person:
    account = Account(provider="stadt", issuer="https://anmeldung.example", subject=subject or name, id_token="e30.x")
    profile = Profile(
        display_name=name, email=address, organisation="beispielverbund", roles=(Role(kind=kind),), municipality=TOWN
    )
    return services.identity.sign_in.sign_in(account, profile).person


def question(author: Person, title: str, situation: str, **more: object) -> Submission:
    front = {"title": title, "summary": "Wir suchen ein Beispiel.", "topics": ["mobility"]}
    text = RecordText(front=front, sections={"situation": situation})
    return replace(Submission(kind="question", author=author, text=text), **more)  # type: ignore[arg-type]  # fields of it


def sent(services: Services, submission: Submission) -> Proposal:
    outcome = services.review.proposals.submit(submission)
    assert isinstance(outcome, Proposal), outcome
    return outcome


def revised(services: Services, proposal: Proposal, submission: Submission) -> Proposal:
    outcome = services.review.proposals.revise(proposal.id, replace(submission, base=None))
    assert isinstance(outcome, Proposal), outcome
    return outcome


def somebody_in(folder: Path) -> Somebody:
    """Return a copy in `folder` of a node on which somebody did everything that one can do."""
    made = made_once("somebody", _make)
    shutil.copytree(made / "copied", folder, dirs_exist_ok=True)
    now, kept = pickle.loads((made / "kept").read_bytes())
    return Somebody(Services(settings(folder, **MAIL), SteppingClock(now)), *kept)


def _make(made: Path) -> None:
    services = make_node(made / "copied", **MAIL)
    one = _somebody_on(services)
    services.close()
    kept = (one.person, one.curator, one.published, one.waiting, one.shared, one.declined)
    (made / "kept").write_bytes(pickle.dumps((services.clock(), kept)))


def _somebody_on(services: Services) -> Somebody:
    person = join(services, NAME, ADDRESS, RoleKind.AUTHOR)
    curator = join(services, "Berta Redaktion", "berta@verbund.example", RoleKind.CURATOR)
    home = f"Ich wohne in der {MARKER} 3."
    services.identity.tokens.make(person.id, f"PC {MARKER}", 30)
    operator = join(services, "Kim Betrieb", "kim@verbund.example", RoleKind.OPERATOR)
    services.identity.invitations.invite(operator.id, "verband", f"{NAME}, Bauamt", Role(kind=RoleKind.AUTHOR), None)
    _draft(services, person, home)
    _ask_as_guest(services, home)
    _follow_something(services)
    _push(services)
    first = sent(services, question(person, "Wer kühlt Haltestellen?", home, reason=home))
    deciding.comment(services.review.curation, first.id, person, home)
    deciding.request_changes(services.review.curation, first.id, curator, "Bitte ohne Anschrift.", round=1)
    second = revised(services, first, question(person, "Wer kühlt Haltestellen?", "Im Sommer ist es heiß."))
    deciding.approve(services.review.curation, second.id, curator, round=2)
    published = deciding.publish(services.review.curation, second.id, curator, frozenset(Unsettled))
    assert isinstance(published, Published)
    waiting = sent(services, question(person, f"Was hilft in der {MARKER}?", home))
    deciding.comment(services.review.curation, waiting.id, curator, f"Liebe {NAME}, wirklich die {MARKER}?")
    services.review.drafts.start_from_proposal(waiting.id, curator)
    shared = sent(services, question(person, "Wer teilt Lastenräder?", home))
    revised(services, shared, question(curator, "Wer teilt Lastenräder?", "In der Altstadt ist es eng."))
    declined = sent(services, question(person, f"Wer kennt die {MARKER}?", home))
    deciding.decline(services.review.curation, declined.id, curator, f"Die {MARKER} kennt niemand.")
    return Somebody(services, person, curator, published, waiting.id, shared.id, declined.id)


def _draft(services: Services, person: Person, home: str) -> None:
    content = DraftContent(front={"title": MARKER}, sections={"situation": home}, extra={"paragraphs": [home]})
    draft = services.review.drafts.start_from_document("question", person, content)
    assert isinstance(draft, Draft)
    services.review.drafts.attach(draft.id, person, "plan.txt", home.encode())


def _ask_as_guest(services: Services, home: str) -> None:
    asked = Asked(question="Wer hat einen Rufbus?", topic="mobility", situation=home)
    for _ in range(2):
        assert services.review.guests.ask(asked, ADDRESS, "de") is None
    # The message with the link has not left.
    assert isinstance(services.review.guests.confirm(_waiting(services, ConfirmationPurpose.QUESTION)), Proposal)


def _follow_something(services: Services) -> None:
    subscriptions = services.following.subscriptions
    subscriptions.subscribe(What.SEARCH, f"q={MARKER}", Rhythm.WEEKLY, ADDRESS, "de")
    subscriptions.subscribe(What.SEARCH, "q=Bus", Rhythm.DAILY, ADDRESS, "de")
    subscriptions.confirm(_waiting(services, ConfirmationPurpose.SUBSCRIPTION))


def _waiting(services: Services, purpose: ConfirmationPurpose) -> Confirmation:
    with services.sessions.reading() as db:
        return min(db.scalars(select(Confirmation).where(col(Confirmation.purpose) == purpose)), key=lambda one: one.id)


def _push(services: Services) -> None:
    """Leave in the inbox what a push leaves: a commit with a name, an address and a text."""
    services.public_copy.refresh()
    with services.public_copy.inbox_in_use() as inbox:
        people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _SIGNED.items()}
        tree = inbox.run("mktree", stdin=b"").line
        commit = inbox.run("commit-tree", tree, "-m", MARKER, env=people).line
        inbox.run("update-ref", "refs/pushed/one", commit)


_SIGNED = {"NAME": NAME, "EMAIL": ADDRESS, "DATE": "1700000000 +0000"}


def found_in(services: Services, *words: str) -> set[str]:
    """Return where below the data folder a word stands: names of files, and ids of objects of git, which are packed.

    Signed statements and tokens hold it in base64url, which is another text by where in it the word begins.
    """
    wanted = [form for word in words for form in _forms(word.encode())]
    return {place for place, data in _everything(services) if any(form in data for form in wanted)}


def _forms(word: bytes) -> Iterator[bytes]:
    yield word
    for before in range(3):
        # The letters at both ends rest on what stands beside the word.
        yield urlsafe_b64encode(b"x" * before + word)[(4 if before else 0) : -4]


def _everything(services: Services) -> Iterator[tuple[str, bytes]]:
    folder = services.settings.data
    if on_postgresql():
        yield from files_of(services.sessions.engine)
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(folder)), file.name.encode() + b"\n" + file.read_bytes()
    for repository in ("content.git", "public.git", "inbox.git"):
        yield from _objects(folder / repository)


def _objects(repository: Path) -> Iterator[tuple[str, bytes]]:
    if not repository.exists():
        return
    # Objects that nothing leads to any more are there as well, loose or in packs.
    listed = BytesIO(Git(repository).run("cat-file", "--batch", "--batch-all-objects").out)
    while head := listed.readline():
        name, kind, size = head.decode().split()
        data = listed.read(int(size) + 1)
        if kind != "tree":
            yield f"{repository.name}:{name}", data
    for file in repository.rglob("objects/??/*"):
        yield str(file), zlib.decompress(file.read_bytes())
