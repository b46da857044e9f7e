"""Turns a push into proposals: all of its records are taken, or none and the answer says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import OperationalError

from app.documents.confined import ConfinedDocuments
from app.documents.errors import DocumentRefused
from app.documents.kinds import kind_of_name
from app.identity import Person
from app.records.checks.files import problem_of
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem, Severity
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.records.sharing.hook import PushAnswer, RefAnswer, RefCommand
from app.records.sharing.public_copy import PublicCopy
from app.records.sharing.pushed import Push, PushedRecord, PushReader, PushRefused
from app.review.by_git.words import PushWords
from app.review.errors import NothingChanged, QuotaReached, RevisionOutdated
from app.review.models import Proposal
from app.review.proposals.intake import CheckedSubmission
from app.review.proposals.service import ProposalService
from app.review.proposals.store import ProposalView
from app.review.submission import RawText, Rejected, Submission, Via
from app.review.text.examiner import described
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

_SAID_OF_FILES = frozenset({"file_type", "file_content", "file_too_large", "file_empty"})


REASON_LIMIT = 2000
"""Characters of a commit message that go along as the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the text in the folder `path` asks for, with clean files.

    `mended` names those that were changed, `problems` those that are refused.
    """

    path: str
    submission: Submission
    mended: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def besides(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the refused files and what else was found; of each file one thing is said."""
        refused = {problem.params["file"] for problem in self.problems}
        others = (one for one in found if one.code not in _SAID_OF_FILES or one.params.get("file") not in refused)
        return (*self.problems, *others)

    def on_top_of(self, sending: ProposalView) -> Submission:
        """Return it as made from the text that its author sent last, whatever others wrote since."""
        last = sending.last_by(self.submission.author.id)
        return replace(self.submission, round=last.number if last else None)


def wish_of(
    schemas: SchemaSet, documents: ConfinedDocuments, record: PushedRecord, push: Push, author: Person, via: Via
) -> Wish:
    """Return what `record` in a push asks for; the same commit asks for the same thing.

    A file that is published already stays byte for byte, also where it never went through the cleaning: whoever pushes
    it back has not changed it.
    """
    published = frozenset(record.base_files.values())
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name, data in record.files.items():
        files[name] = data
        if data in published:
            continue
        try:
            kind, clean = documents.cleaned(author.id, name, data)
        except DocumentRefused as error:
            problems.append(problem_of(error, f"{record.path}/{name}", shown=name))
            continue
        # What is called something else than it is stays as it came; the checks say so.
        if kind == kind_of_name(name):
            files[name] = clean
    mended = tuple(sorted(name for name, data in files.items() if data != record.files[name]))
    plural, _, slug = record.path.partition("/")
    submission = Submission(
        kind=schemas.kind_of_folder(plural).name,
        author=author,
        text=RawText(index=record.text),
        slug=slug,
        base=_base(schemas, record),
        files=files,
        reason=push.reason[:REASON_LIMIT],
        via=via,
        key=f"{push.commit}:{record.path}",
    )
    return Wish(path=record.path, submission=submission, mended=mended, problems=tuple(problems))


def _base(schemas: SchemaSet, record: PushedRecord) -> str | None:
    """Return the digest of the version that a text was made from."""
    if record.base is None:
        return None
    files = {**record.base_files, INDEX_FILE: record.base}
    try:
        found = RecordReader(schemas).read_any(record.path, record.base, described(files), files.__getitem__)
    except InvalidRecord:
        # What is broken in the published line has no digest; the proposal that mends it starts from the newest.
        return None
    return found.digest


TARGET = "refs/for/main"
_log = structlog.get_logger()


class PushService:
    """Answers pushes. Safe for all threads of a process."""

    def __init__(
        self,
        copy: PublicCopy,
        proposals: ProposalService,
        schemas: SchemaSet,
        documents: ConfinedDocuments,
        address: Callable[[str], str],
    ) -> None:
        """Read what was pushed into the inbox of `copy`; `address` gives the page of a proposal by its id."""
        self._copy = copy
        self._proposals = proposals
        self._schemas = schemas
        self._documents = documents
        self._address = address

    def answer(self, commands: Sequence[RefCommand], author: Person, lang: str) -> PushAnswer:
        """Take one push in; whatever is wrong with it is said in the answer."""
        words = PushWords(lang)
        if len(commands) != 1 or not f"{commands[0].ref}/".startswith(f"{TARGET}/"):
            return _refusal(commands, [words.only_proposals()])
        command = commands[0]
        try:
            made, lines = self._take(command, author, words)
        except PushRefused as error:
            return _refusal(commands, words.refused(error))
        except (DomainError, OperationalError) as error:
            # Without an answer git would only say that a program of the node has failed.
            _log.warning("push.interrupted", error=type(error).__name__)
            return _refusal(commands, [words.busy()])
        if not made:
            return _refusal(commands, lines)
        names = ",".join(f"proposal/{proposal.id}" for proposal in made)
        return PushAnswer(refs=(RefAnswer(ref=command.ref, made=names),), lines=tuple(lines))

    def _take(self, command: RefCommand, author: Person, words: PushWords) -> tuple[list[Proposal], list[str]]:
        reader = PushReader(self._copy.inbox, self._copy.layout)
        push = reader.read(command.new, self._copy.newest())
        wishes = [wish_of(self._schemas, self._documents, record, push, author, Via.PUSH) for record in push.records]
        revised = command.ref.removeprefix(TARGET).removeprefix("/")
        sending: ProposalView | None = None
        if revised:
            try:
                sending = self._proposals.view(revised, author)
            except NotFound:
                return [], [words.unknown()]
            if objection := self._objection(sending, wishes, author, words):
                return [], [objection]
        try:
            self._proposals.permit_sending(author, len(wishes))
        except QuotaReached as error:
            return [], [words.error(error)]
        seen, objections = self._examined(wishes, words)
        return ([], objections) if objections else self._send(seen, sending, words)

    def _objection(self, sending: ProposalView, wishes: Sequence[Wish], author: Person, words: PushWords) -> str | None:
        """Return what keeps a push from improving a proposal, whatever its texts say."""
        if not sending.proposal.state.is_open:
            return words.unknown()
        if len(wishes) != 1:
            return words.one_record()
        proposal, path = sending.proposal, wishes[0].path
        about = f"{self._schemas.kind(proposal.kind).plural}/{proposal.slug}"
        if path != about:
            return words.other_record(path, about)
        if sending.last_by(author.id) is None:
            # Proposals cannot be fetched, so this would put the published text in place of what the author wrote.
            return words.not_seen(self._address(proposal.id))
        return None

    def _examined(
        self, wishes: Iterable[Wish], words: PushWords
    ) -> tuple[list[tuple[Wish, CheckedSubmission]], list[str]]:
        """Return the wishes with their texts checked, and what keeps them from being taken in words."""
        seen: list[tuple[Wish, CheckedSubmission]] = []
        number = 0
        lines: list[str] = []
        for wish in wishes:
            try:
                made = self._proposals.examine(wish.submission)
            except (NotFound, Conflict):
                lines.append(words.gone(wish.path))
                number += 1
                continue
            seen.append((wish, made))
            problems = wish.besides(made.checked.problems)
            found = [problem for problem in problems if problem.severity is Severity.ERROR]
            lines += self._said(found, wish, words)
            number += len(found)
        return seen, [words.count(number), *lines] if number else []

    def _said(self, problems: Iterable[Problem], wish: Wish, words: PushWords) -> Iterator[str]:
        return words.problems(problems, self._schemas.kind(wish.submission.kind))

    def _send(
        self, seen: Iterable[tuple[Wish, CheckedSubmission]], revised: ProposalView | None, words: PushWords
    ) -> tuple[list[Proposal], list[str]]:
        made: list[Proposal] = []
        lines: list[str] = []
        for wish, checked in seen:
            known = None if revised else self._known(checked)
            outcome = known or self._sent(wish, checked, revised, words)
            if isinstance(outcome, Proposal) and outcome.state.is_open:
                made.append(outcome)
                lines += words.taken(outcome.title, self._address(outcome.id), known=bool(known))
                lines += words.cleaned(wish.mended)
            elif isinstance(outcome, Proposal):
                lines += words.over(outcome.title, outcome.state, self._address(outcome.id))
            else:
                lines += outcome
        return made, lines

    def _known(self, checked: CheckedSubmission) -> Proposal | None:
        """Return an open proposal of the same person that holds this text already, perhaps from an earlier commit."""
        wish, record = checked.submission, checked.checked.record
        for sending in self._proposals.sent_about(wish.kind, wish.slug or "") if record else ():
            found = sending.proposal
            if record and found.author == wish.author.id and found.state.is_open and sending.holds(record.digest):
                return found
        return None

    def _sent(
        self, wish: Wish, checked: CheckedSubmission, revised: ProposalView | None, words: PushWords
    ) -> Proposal | list[str]:
        try:
            if revised:
                outcome = self._proposals.revise(revised.proposal.id, wish.on_top_of(revised))
            else:
                outcome = self._proposals.submit(wish.submission, checked)
        except Forbidden:
            # Whoever may not improve a proposal learns nothing about it.
            return [words.unknown() if revised else words.not_allowed()]
        except NothingChanged:
            return [words.unchanged(wish.path)]
        except RevisionOutdated:
            return [words.outdated(wish.path)]
        except (NotFound, Conflict, Invalid):
            return [words.unknown() if revised else words.gone(wish.path)]
        if isinstance(outcome, Rejected):
            return [words.count(len(outcome.errors)), *self._said(outcome.errors, wish, words)]
        return outcome


def _refusal(commands: Sequence[RefCommand], lines: Iterable[str]) -> PushAnswer:
    refs = tuple(RefAnswer(ref=command.ref, refused="nicht angenommen / not taken") for command in commands)
    return PushAnswer(refs=refs, lines=tuple(lines))
