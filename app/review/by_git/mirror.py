"""The mirror on a forge: published texts are sent there, and its branches come back as proposals."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from app.review.by_git.answers import BranchAnswer, BranchAnswers
from app.review.by_git.push import Wish, wish_of
from app.review.by_git.words import PushWords
from app.review.errors import NothingChanged, RevisionOutdated
from app.review.models import Proposal
from app.review.proposals.service import ProposalService
from app.review.submission import Rejected, Via
from app.shared.errors import Conflict, DomainError, Invalid, NotFound


@dataclass(slots=True, kw_only=True)
class BranchReport:
    """The result for a branch: the ids of its proposals, or lines that say what its author must fix.

    `cleaned` are the paths of files from which metadata about their makers was removed.
    """

    branch: str
    commit: str
    proposals: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """The result of a round: the commit that the forge should show, and every branch with proposals or faults.

    `failure`: why sending it failed. `kept`: the branch that keeps commits of the forge's main that were not taken in.
    """

    commit: str
    branches: tuple[BranchReport, ...]
    failure: GitFailed | GitTimeout | None = None
    kept: str = ""


_FORGE = "forge"
_ROLES = (Role(kind=RoleKind.AUTHOR),)


def writer_of(branch: str) -> Person:
    """Return a pseudo-person for a branch, so that each branch has its own proposals."""
    number = sha256(branch.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Person(id=f"{_FORGE}:{number}", pseudonym=_FORGE, display_name="Forge", roles=_ROLES)


def is_on_forge(person_id: str) -> bool:
    """Return whether this id stands for a branch on the forge."""
    return person_id.partition(":")[0] == _FORGE


_HASH_LENGTH = 12
_log = structlog.get_logger()


class MirrorService:
    """Synchronises the node with its forge, repeatably; a faulty record in a branch does not hold up the others."""

    def __init__(
        self,
        forge: Forge,
        proposals: ProposalService,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        documents: ConfinedDocuments,
        answers: BranchAnswers,
    ) -> None:
        self.answers = answers
        self._forge = forge
        self._proposals = proposals
        self._catalogue = catalogue
        self._schemas = schemas
        self._documents = documents
        self._words = PushWords("de")

    def run(self) -> MirrorReport:
        """Take in branches and send published texts; raises GitFailed, GitTimeout and NotInitialised.

        Branches come first: they must not wait if sending to the forge fails, and commits that somebody made on its
        main are taken in before main is replaced.
        """
        copy = self._forge.copy
        commit = copy.refresh()
        with copy.inbox_in_use():
            seen = self._forge.look(commit)
            reader = PushReader(copy.inbox, copy.layout)
            reports = tuple(self._taken(branch, reader, commit) for branch in seen.branches)
            refused = any(report.branch == MAIN_BRANCH and report.refused for report in reports)
            # Commits on the forge's main that could not be taken in are kept in a separate branch.
            kept = f"{MAIN_BRANCH}-{seen.main[:_HASH_LENGTH]}" if refused else ""
            failure: GitFailed | GitTimeout | None = None
            try:
                self._forge.send(commit, seen.main, keep_as=kept)
            except (GitFailed, GitTimeout) as error:
                _log.warning("mirror.not_sent", error=type(error).__name__)
                failure = error
        brought = tuple(one for one in reports if one.proposals or one.refused)
        faulty = (one for one in brought if one.refused)
        self.answers.give(BranchAnswer(branch=one.branch, commit=one.commit, lines=one.refused) for one in faulty)
        _log.info("mirror.done", branches=len(reports), taken=sum(len(one.proposals) for one in brought))
        return MirrorReport(commit=commit, branches=brought, failure=failure, kept="" if failure else kept)

    def _taken(self, branch: ForgeBranch, reader: PushReader, published: str) -> BranchReport:
        """Take in the changes of `branch` relative to the commit `published`."""
        report = BranchReport(branch=branch.name, commit=branch.commit)
        if not branch.whole:
            report.refused = (self._words.say.gettext("git does not accept this branch: it is damaged. Make it anew."),)
            return report
        try:
            push = reader.read(branch.commit, published)
            report.refused = tuple(line for fault in push.faults for line in self._words.refused(fault))
            for record in push.records:
                writer = writer_of(branch.name)
                self._take(wish_of(self._schemas, self._documents, record, push, writer, Via.MIRROR), report)
        except PushRefused as error:
            # A branch that was merged or has just begun has no changes, which is not a fault.
            report.refused = () if error.fault is PushFault.NOTHING_CHANGED else tuple(self._words.refused(error))
        except DomainError as error:
            _log.warning("mirror.branch_failed", error=type(error).__name__)
            return replace(report, refused=(self._words.busy(branch.name),))
        return report

    def _take(self, wish: Wish, report: BranchReport) -> None:
        kind = self._schemas.kind(wish.submission.kind)
        try:
            outcome = Rejected(problems=wish.problems) if wish.problems else self._outcome(wish)
        except NothingChanged:
            return
        except DomainError as error:
            # A record that was withdrawn meanwhile must not keep other branches from being taken in.
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
        """Submit a text that was not submitted before; None if there is nothing to do."""
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
                # This text is already in a proposal, perhaps from another branch that was merged into this one.
                return one.proposal
        own = next((one for one in opened if one.proposal.author == author), None)
        if own is not None:
            # Keep what editors wrote meanwhile: this text is based on the one that the branch brought last.
            return self._proposals.revise(own.proposal.id, wish.on_top_of(own))
        if any(one.holds(record.digest) for one in sendings if one.proposal.author == author):
            # The proposal was decided; the branch still has the same text.
            return None
        return self._proposals.submit(submission)
