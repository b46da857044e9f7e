"""kill -9 at every step of everything that publishes, on the node as it is wired: afterwards it was done or not."""

import functools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.cli.doctor.command import diagnose
from app.identity import Person, Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.records.repository import RepositoryBusy
from app.review.context import AfterStep, ReviewContext, nothing
from app.review.models import AuditEvent, Proposal
from app.review.responses.response import Reaction, ResponseKind
from app.review.submission import Published, RawText, Submission
from app.review.workflow import ProposalState, Step
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from app.wiring.scheduler import Scheduler, maintain
from tests import deciding
from tests.webnode.clock import SteppingClock
from tests.webnode.node import make_node, settings
from tests.webnode.people import town

CONCEPT = ("concept", "beispiel-pruefliste")
CASE = ("case-study", "beispielkreis-starkregen")
OTHER_CASE = ("case-study", "beispielstadt-mitfahrbank")

AT_ONCE = ("objects", "main", "rows", "catalogue", "index", "exchange", "registries")
REVIEWED = ("objects", "main", "rows", "dropped", "catalogue", "index", "exchange", "registries")
"""Steps that the node takes; the last four are the same for all deeds."""
KILLED = {
    "publish": REVIEWED, "withdraw": ("objects", "rows"), "forget": ("objects", "main", "rows", "catalogue"),
    "restore": ("objects", "main"), "still true": ("main",), "confirm": ("main",),
    "respond": ("objects", "main", "rows"), "retract": ("main",),
}  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A node at rest with something to do; `proposal` waits to be published."""

    folder: Path
    author: Person
    curator: Person
    proposal: str

    def start(self, after_step: AfterStep = nothing) -> Services:
        return Services(settings(self.folder), SteppingClock(), after_step=after_step)


@dataclass(frozen=True)
class Undisturbed:
    """What people saw before and after a deed, and the steps that it took."""

    before: dict[str, object]
    after: dict[str, object]
    steps: tuple[str, ...]


Deed = Callable[[Services, Prepared], object]


def respond(services: Services, by: Prepared) -> object:
    entry = services.catalogue.head_by_slug(*CONCEPT)
    reaction = Reaction(record_id=entry.id, digest=entry.digest, relation=ResponseKind.REUSES, note="Läuft auch hier.")
    return services.review.responses.respond(reaction, replace(by.curator, municipality=town("Anderstadt")))


def retract(services: Services, by: Prepared) -> object:
    (one,) = services.review.responses.of(services.catalogue.head_by_slug(*OTHER_CASE).id)
    return services.review.responses.retract(one.slug, by.curator)


DEEDS: dict[str, tuple[Deed, tuple[str, ...]]] = {
    "publish": (lambda on, by: deciding.publish(on.review.curation, by.proposal, by.curator), REVIEWED),
    "withdraw": (lambda on, by: on.review.records.withdraw_record(*CONCEPT, by.curator, reason="error"), AT_ONCE),
    "forget": (lambda on, by: on.review.records.withdraw_record(*CONCEPT, by.curator, reason="personal-data"), AT_ONCE),
    "restore": (lambda on, by: on.review.records.restore(*CASE, by.curator), AT_ONCE),
    "still true": (lambda on, by: on.review.records.confirm_current(*CONCEPT, by.curator), AT_ONCE),
    "confirm": (lambda on, by: on.review.records.confirm_record(*CONCEPT, by.author), AT_ONCE),
    "respond": (respond, AT_ONCE),
    "retract": (retract, AT_ONCE),
}


def _joined(services: Services, name: str, kind: RoleKind) -> Person:
    account = Account(provider="stadt", issuer="https://anmeldung.example", subject=name)
    profile = Profile(display_name=name, email=None, organisation="beispielverbund", roles=(Role(kind=kind),))
    return services.identity.sign_in.sign_in(account, profile).person


def _approved(services: Services, at: tuple[str, str], change: str, author: Person, curator: Person) -> Proposal:
    record = services.catalogue.record(services.catalogue.head_by_slug(*at))
    text = services.repository.folder(record.path, services.repository.head()).text or b""
    changed = text.replace(b'summary: "', f'summary: "{change} '.encode(), 1)
    submission = Submission(kind=at[0], slug=at[1], author=author, base=record.digest, text=RawText(index=changed))
    proposal = services.review.proposals.submit(submission)
    assert isinstance(proposal, Proposal), proposal
    return deciding.approve(services.review.curation, proposal.id, curator, round=1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A node on which each deed can be done; making one takes far longer than copying it."""
    folder = tmp_path_factory.mktemp("killed") / "made"
    services = make_node(folder)
    author, curator = _joined(services, "anna", RoleKind.AUTHOR), _joined(services, "berta", RoleKind.CURATOR)
    for at in (CONCEPT, CASE):
        written = _approved(services, at, "Neu gefasst.", author, curator)
        assert isinstance(deciding.publish(services.review.curation, written.id, curator), Published)
    services.review.records.withdraw_record(*CASE, curator, reason="error")
    entry = services.catalogue.head_by_slug(*OTHER_CASE)
    reaction = Reaction(record_id=entry.id, digest=entry.digest, relation=ResponseKind.REUSES, note="Wir auch.")
    services.review.responses.respond(reaction, replace(author, municipality=town("Beispielstadt")))
    waiting = _approved(services, CONCEPT, "Noch einmal.", author, curator)
    services.close()
    return Prepared(folder, author, curator, waiting.id)


@pytest.fixture
def prepared(template: Prepared, tmp_path: Path) -> Prepared:
    return replace(template, folder=_copied(template, tmp_path / "one"))


@pytest.fixture(scope="module")
def undisturbed(template: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Undisturbed]:
    """Do a deed on another copy with nothing in its way."""

    @functools.cache
    def run(name: str) -> Undisturbed:
        copy = replace(template, folder=_copied(template, tmp_path_factory.mktemp("undisturbed") / "node"))
        steps: list[str] = []
        services = copy.start(steps.append)
        before = told(services, copy)
        DEEDS[name][0](services, copy)
        after = told(services, copy)
        services.close()
        return Undisturbed(before, after, tuple(steps))

    return run


def _copied(template: Prepared, folder: Path) -> Path:
    shutil.copytree(template.folder, folder)
    return folder


@pytest.fixture
def restarted(prepared: Prepared) -> Iterator[Callable[[], Services]]:
    """Start the node anew as a process does: everything is brought up to date before it listens."""
    started: list[Services] = []

    def start() -> Services:
        started.append(prepared.start())
        Node(started[-1]).refresh(lambda _step: lambda _done, _total: None)
        return started[-1]

    yield start
    for services in started:
        services.close()


def killed_at(prepared: Prepared, step: str, deed: Deed) -> None:
    def die(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            deed(prepared.start(die), prepared)
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, "the step was never reached"


def told(services: Services, by: Prepared) -> dict[str, object]:
    """Return what people see of what was done: published texts, lines of the audit log, notices."""
    head = services.repository.head()
    return {
        "texts": services.repository.tree_of(head),
        "lines": sorted(_line(event) for event in services.review.audit.events()),
        "notices": {
            person.id: sorted((one.kind, sorted(one.params.items())) for one in services.review.notices.of(person.id))
            for person in (by.author, by.curator)
        },
    }


def _line(event: AuditEvent) -> tuple[str, str]:
    # Git does not say who pressed the button that published a reviewed text, so a repair cannot name them.
    return event.action, "" if event.action == Step.PUBLISH else event.person


def assert_agreement(services: Services) -> None:
    services.repository.git.run("fsck", "--strict", "--no-dangling")
    assert services.catalogue.disagreements() == ()
    assert services.search.agree() == ()
    assert services.oai.projection.disagreements() == ()
    assert not services.review.reconciliation.run().changed, "a second repair found something to do"


@pytest.mark.parametrize("name", DEEDS)
def test_the_steps_are_those_that_it_is_killed_at(undisturbed: Callable[[str], Undisturbed], name: str) -> None:
    assert undisturbed(name).steps == DEEDS[name][1]


@pytest.mark.parametrize(("name", "step"), [(name, step) for name, steps in KILLED.items() for step in steps])
def test_what_is_killed_at_any_step_was_done_or_not(
    prepared: Prepared,
    undisturbed: Callable[[str], Undisturbed],
    restarted: Callable[[], Services],
    name: str,
    step: str,
) -> None:
    deed, _steps = DEEDS[name]
    killed_at(prepared, step, deed)
    fresh = restarted()
    assert_agreement(fresh)
    if step == "objects":
        assert told(fresh, prepared) == undisturbed(name).before
        deed(fresh, prepared)
        assert_agreement(fresh)
    assert told(fresh, prepared) == undisturbed(name).after


def state_of(services: Services, proposal_id: str) -> ProposalState:
    with services.sessions.reading() as db:
        return ProposalState(db.get_one(Proposal, proposal_id).state)


@pytest.mark.parametrize(("step", "busy"), [("main", False), ("rows", True), ("dropped", True)])
def test_a_process_that_goes_on_completes_within_a_minute_what_another_was_killed_at(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch, step: str, busy: bool
) -> None:
    beside = prepared.start()
    rounds = Scheduler(beside, lambda _stop: False)
    # The first one does what is due once a day as well.
    rounds.once()
    killed_at(prepared, step, DEEDS["publish"][0])
    if busy:
        with monkeypatch.context() as held:
            held.setattr(ReviewContext, "lock", _refused)
            rounds.once()
    answer = create_app(beside, testing=True).test_client().get(f"/konzepte/{CONCEPT[1]}")
    assert "Noch einmal." in answer.text
    # It goes round every 15 seconds.
    rounds.once()
    assert state_of(beside, prepared.proposal) is ProposalState.PUBLISHED
    assert_agreement(beside)
    beside.close()


def _refused(_context: ReviewContext) -> AbstractContextManager[None]:
    """Another process has had the lock for longer than anybody waits for it."""
    raise RepositoryBusy("review")


def test_all_that_was_published_is_looked_through_once(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    services = prepared.start()
    reconciliation, head = services.review.reconciliation, services.repository.head()
    looked: list[str | None] = []
    run = reconciliation.run

    def noted(since: str | None) -> None:
        looked.append(since)
        run(since)

    monkeypatch.setattr(reconciliation, "run", noted)
    reconciliation.follow()
    reconciliation.follow()
    DEEDS["publish"][0](services, prepared)
    reconciliation.follow()
    assert looked == [None, head]
    services.close()


def examine(services: Services) -> None:
    areas = {finding.area for finding in diagnose(services).findings}
    assert not areas & {"repository", "catalogue", "index", "federation"}


@pytest.mark.parametrize("complete", [examine, maintain], ids=["doctor", "the daily round"])
def test_what_was_killed_is_completed_with_no_start(prepared: Prepared, complete: Callable[[Services], object]) -> None:
    killed_at(prepared, "main", DEEDS["publish"][0])
    services = prepared.start()
    complete(services)
    assert state_of(services, prepared.proposal) is ProposalState.PUBLISHED
    assert_agreement(services)
    services.close()
