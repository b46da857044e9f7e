"""The mirror on a forge: what is published goes there, branches come back as proposals."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import structlog

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.documents.confined import ConfinedDocuments
from app.identity import Person, Role, RoleKind
from app.records.git.errors import GitFailed, GitTimeout
from app.records.schema import SchemaSet
from app.records.sharing.forge import MAIN_BRANCH, Forge, ForgeBranch
from app.records.sharing.pushed import PushFault, PushReader, PushRefused
from app.review.by_git.push import Wish, wish_of
from app.review.by_git.words import PushWords
from app.review.errors import NothingChanged, RevisionOutdated
from app.review.models import Proposal
from app.review.proposals.service import ProposalService
from app.review.submission import Rejected, Via
from app.shared.errors import Conflict, DomainError, Invalid, NotFound


@dataclass(slots=True, kw_only=True)
class BranchReport:
    """What became of a branch: the ids of its proposals, or lines that say what has to be mended there.

    `cleaned` are the paths of files whose proposals hold less than the branch: nothing about their makers.
    """

    branch: str
    proposals: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """One round: the commit that the forge is to show, and every branch that brought something.

    `failure` says why the forge does not show it. `kept` is the branch in which the forge keeps what somebody else had
    put on its main and what could not be taken in, "" where there is none.
    """

    commit: str
    branches: tuple[BranchReport, ...]
    failure: GitFailed | GitTimeout | None = None
    kept: str = ""


_FORGE = "forge"
_ROLES = (Role(kind=RoleKind.AUTHOR),)


def writer_of(branch: str) -> Person:
    """Return the person who stands for a branch, so that each branch has proposals of its own."""
    number = sha256(branch.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Person(id=f"{_FORGE}:{number}", pseudonym=_FORGE, display_name="Forge", roles=_ROLES)


def is_on_forge(person_id: str) -> bool:
    """Tell whether this is somebody who writes on the forge."""
    return person_id.partition(":")[0] == _FORGE


_HASH_LENGTH = 12
_log = structlog.get_logger()


class MirrorService:
    """Goes round between the node and its forge; going round twice changes nothing.

    Nothing that is wrong with one record of a branch keeps another one from being taken.
    """

    def __init__(
        self,
        forge: Forge,
        proposals: ProposalService,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        documents: ConfinedDocuments,
    ) -> None:
        self._forge = forge
        self._proposals = proposals
        self._catalogue = catalogue
        self._schemas = schemas
        self._documents = documents
        self._words = PushWords("de")

    def run(self) -> MirrorReport:
        """Take branches in and send what is published; raises GitFailed, GitTimeout and NotInitialised.

        The branches come first: what the forge does not let be sent keeps none of them waiting, and what somebody wrote
        on its main is taken in before main is replaced.
        """
        copy = self._forge.copy
        commit = copy.refresh()
        with copy.inbox_in_use():
            seen = self._forge.look(commit)
            reader = PushReader(copy.inbox, copy.layout)
            reports = tuple(self._taken(branch, reader, commit) for branch in seen.branches)
            refused = any(report.branch == MAIN_BRANCH and report.refused for report in reports)
            # What stands on main of the forge and could not be taken in is kept in a branch of its own.
            kept = f"{MAIN_BRANCH}-{seen.main[:_HASH_LENGTH]}" if refused else ""
            failure: GitFailed | GitTimeout | None = None
            try:
                self._forge.send(commit, seen.main, keep_as=kept)
            except (GitFailed, GitTimeout) as error:
                _log.warning("mirror.not_sent", error=type(error).__name__)
                failure = error
        brought = tuple(one for one in reports if one.proposals or one.refused)
        _log.info("mirror.done", branches=len(reports), taken=sum(len(one.proposals) for one in brought))
        return MirrorReport(commit=commit, branches=brought, failure=failure, kept="" if failure else kept)

    def _taken(self, branch: ForgeBranch, reader: PushReader, published: str) -> BranchReport:
        """Take in what `branch` changes against the commit `published`."""
        report = BranchReport(branch=branch.name)
        if not branch.whole:
            report.refused = (self._words.say.gettext("git does not accept this branch: it is damaged. Make it anew."),)
            return report
        try:
            push = reader.read(branch.commit, published)
            for record in push.records:
                writer = writer_of(branch.name)
                self._take(wish_of(self._schemas, self._documents, record, push, writer, Via.MIRROR), report)
        except PushRefused as error:
            # A branch that was merged, or just begun, brings nothing.
            report.refused = () if error.fault is PushFault.NOTHING_CHANGED else tuple(self._words.refused(error))
        except DomainError as error:
            _log.warning("mirror.branch_failed", error=type(error).__name__)
            return BranchReport(branch=branch.name, refused=(self._words.busy(branch.name),))
        return report

    def _take(self, wish: Wish, report: BranchReport) -> None:
        kind = self._schemas.kind(wish.submission.kind)
        try:
            outcome = Rejected(problems=wish.problems) if wish.problems else self._outcome(wish)
        except NothingChanged:
            return
        except DomainError as error:
            # A record that was withdrawn meanwhile keeps no other branch from being taken in.
            words = self._words
            if isinstance(error, RevisionOutdated):
                line = words.outdated(wish.path)
            else:
                line = (words.gone if isinstance(error, NotFound | Conflict | Invalid) else words.busy)(wish.path)
            report.refused += (line,)
            return
        if isinstance(outcome, Rejected):
            report.refused += (*self._words.problems(outcome.errors, kind),)
        elif outcome is not None:
            report.proposals += (outcome.id,)
            report.cleaned += tuple(f"{wish.path}/{name}" for name in wish.mended)

    def _outcome(self, wish: Wish) -> Proposal | Rejected | None:
        """Send what was not sent before; None where there is nothing to do."""
        submission, author = wish.submission, wish.submission.author.id
        record = self._proposals.check(submission).record
        if record is None:
            return self._proposals.submit(submission)
        if any(entry.origin == OWN for entry in self._catalogue.with_digest(record.digest)):
            return None
        about = self._proposals.sent_about(submission.kind, submission.slug or "")
        sendings = [one for one in about if one.proposal.via is Via.MIRROR]
        opened = [one for one in sendings if one.proposal.state.is_open]
        for one in opened:
            last = one.last_by(one.proposal.author)
            if last and last.digest == record.digest:
                # The forge asks for it already, perhaps by another branch into which this one was merged there.
                return one.proposal
        own = next((one for one in opened if one.proposal.author == author), None)
        if own is not None:
            # What editors wrote meanwhile stays: this text goes on from the one that the branch brought last.
            return self._proposals.revise(own.proposal.id, wish.on_top_of(own))
        if any(one.holds(record.digest) for one in sendings if one.proposal.author == author):
            # It was decided upon; the branch still says the same.
            return None
        return self._proposals.submit(submission)
