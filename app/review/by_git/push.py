"""Turns a push into proposals: either all of its records are accepted, or none, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import structlog
from sqlalchemy.exc import OperationalError

from app.documents.confined import ConfinedDocuments
from app.documents.errors import DocumentRefused
from app.documents.kinds import kind_of_name
from app.identity import Action, Person, Subject, may
from app.records.checks.files import problem_of
from app.records.document import FrontMatterError, parse
from app.records.document_writer import write_back
from app.records.paths import INDEX_FILE, VOCABULARY_FOLDER
from app.records.problem import InvalidRecord, Problem, Severity
from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.records.sharing.hook import PushAnswer, RefAnswer, RefCommand
from app.records.sharing.public_copy import PublicCopy
from app.records.sharing.pushed import Push, PushedRecord, PushReader, PushRefused
from app.review.by_git.words import PushWords
from app.review.errors import NothingChanged, QuotaReached, RevisionOutdated
from app.review.models import Proposal
from app.review.proposals.service import ProposalService
from app.review.proposals.store import ProposalView
from app.review.submission import RawText, Rejected, Submission, Via
from app.review.terms import TermService
from app.review.text.examiner import described
from app.review.text.record_text import review_date
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

_SAID_OF_FILES = frozenset({"file_type", "file_content", "file_too_large", "file_empty"})
REASON_LIMIT = 2000
"""Maximum characters of a commit message that are used as the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A pushed text for the folder `path`, with cleaned files.

    `mended` are the names of files changed by cleaning, `problems` those that are refused, `filled` the fields that
    the text lacked and the node added.
    """

    path: str
    submission: Submission
    mended: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def besides(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the refused files and the other findings; one finding per file."""
        refused = {problem.params["file"] for problem in self.problems}
        others = (one for one in found if one.code not in _SAID_OF_FILES or one.params.get("file") not in refused)
        return (*self.problems, *others)

    def on_top_of(self, sending: ProposalView) -> Submission:
        """Return the submission based on its author's last text, regardless of what others wrote since."""
        last = sending.last_by(self.submission.author.id)
        return replace(self.submission, round=last.number if last else None)


def wish_of(
    schemas: SchemaSet, documents: ConfinedDocuments, record: PushedRecord, push: Push, author: Person, via: Via
) -> Wish:
    """Return the wish for `record`, the same for the same commit. Files that are already published are not cleaned."""
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
        # A file whose content does not match its name is left as it is; the checks report it.
        if kind == kind_of_name(name):
            files[name] = clean
    mended = tuple(sorted(name for name, data in files.items() if data != record.files[name]))
    text, filled = (record.text, ()) if record.base else _filled(record, push.day, author)
    plural, _, slug = record.path.partition("/")
    submission = Submission(
        kind=schemas.kind_of_folder(plural).name,
        author=author,
        text=RawText(index=text),
        slug=slug,
        base=_base(schemas, record),
        files=files,
        reason=push.reason[:REASON_LIMIT],
        via=via,
        key=f"{push.commit}:{record.path}",
        push=push.commit if len(push.records) > 1 else "",
    )
    return Wish(path=record.path, submission=submission, mended=mended, filled=filled, problems=tuple(problems))


def _filled(record: PushedRecord, day: str, author: Person) -> tuple[bytes, tuple[str, ...]]:
    """Return the text of a new record, completed with identifier and dates, and the names of the fields added.

    The result depends only on author, path and day, so the record keeps its identifier when it is sent again.
    """
    try:
        review_by = review_date(date.fromisoformat(day)).isoformat()
        name = str(uuid5(NAMESPACE_URL, f"{author.pseudonym}/{record.path}"))
        known = {"id": name, "last_confirmed": day, "review_by": review_by}
        front = parse(record.text).front
        missing = {key: value for key, value in known.items() if not front.get(key)}
        return write_back(record.text, missing).encode() if missing else record.text, tuple(missing)
    except (FrontMatterError, ValueError):
        # The checks report faulty front matter; the date of a commit can be out of range.
        return record.text, ()


def _base(schemas: SchemaSet, record: PushedRecord) -> str | None:
    if record.base is None:
        return None
    files = {**record.base_files, INDEX_FILE: record.base}
    try:
        found = RecordReader(schemas).read_any(record.path, record.base, described(files), files.__getitem__)
    except InvalidRecord:
        # A broken published version has no digest; the proposal that repairs it is based on the newest version.
        return None
    return found.digest


TARGET = "refs/for/main"
_log = structlog.get_logger()


class _NotTaken(Exception):
    """Nothing was accepted; the lines say why."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


class PushService:
    """Answers pushes. Thread-safe."""

    def __init__(
        self,
        copy: PublicCopy,
        proposals: ProposalService,
        terms: TermService,
        schemas: SchemaSet,
        documents: ConfinedDocuments,
        address: Callable[[str], str],
    ) -> None:
        """Read pushes from the inbox of `copy`; `address` returns the page of a proposal by its id."""
        self._copy = copy
        self._proposals = proposals
        self._terms = terms
        self._schemas = schemas
        self._documents = documents
        self._address = address

    def answer(self, commands: Sequence[RefCommand], author: Person, lang: str) -> PushAnswer:
        """Process one push; every fault is reported in the answer."""
        words = PushWords(lang)
        made = ""
        try:
            made, lines = self._take(commands, author, words)
        except PushRefused as error:
            lines = [*words.refused(error)]
        except _NotTaken as error:
            lines = [*error.lines]
        except (DomainError, OperationalError) as error:
            # Without an answer, git would only report that a program on the server failed.
            _log.warning("push.interrupted", error=type(error).__name__)
            lines = [words.busy()]
        if made:
            return PushAnswer(refs=(RefAnswer(ref=commands[0].ref, made=made),), lines=tuple(lines))
        refs = tuple(RefAnswer(ref=command.ref, refused="nicht angenommen / not taken") for command in commands)
        return PushAnswer(refs=refs, lines=tuple(lines))

    def _take(self, commands: Sequence[RefCommand], author: Person, words: PushWords) -> tuple[str, list[str]]:
        """Return the names of what was made, and what to say."""
        command = commands[0]
        if len(commands) != 1 or not f"{command.ref}/".startswith(f"{TARGET}/"):
            only = words.say.gettext(
                "Publication comes after review. Send a proposal: git push origin HEAD:refs/for/main"
            )
            raise _NotTaken(only)
        push = PushReader(self._copy.inbox, self._copy.layout).read(
            command.new, self._copy.newest(), editor=may(author, Action.CURATE, Subject())
        )
        if push.vocabularies and not push.faults:
            return self._published(push, author, words)
        wishes = [wish_of(self._schemas, self._documents, record, push, author, Via.PUSH) for record in push.records]
        revised = self._improved(command.ref.removeprefix(TARGET).removeprefix("/"), wishes, author, words)
        records = self._examined(wishes, push.faults, author, words)
        made: list[Proposal] = []
        lines: list[str] = []
        for wish, record in zip(wishes, records, strict=True):
            known = None if revised else self._known(wish, record)
            earlier = revised or (None if known else self._earlier(wish))
            outcome = known or self._sent(wish, earlier, words)
            if isinstance(outcome, Proposal) and outcome.state.is_open:
                made.append(outcome)
                lines += words.taken(outcome.title, self._address(outcome.id), known=bool(known), again=bool(earlier))
                lines += words.filled(wish.filled)
                lines += words.cleaned(wish.mended)
            elif isinstance(outcome, Proposal):
                lines += words.over(outcome.title, outcome.state, self._address(outcome.id))
            else:
                lines += outcome
        return ",".join(f"proposal/{proposal.id}" for proposal in made), lines

    def _published(self, push: Push, author: Person, words: PushWords) -> tuple[str, list[str]]:
        if problems := self._terms.publish(push.vocabularies, author, push.reason):
            raise _NotTaken(words.count(len(problems)), *words.problems(problems))
        paths = ", ".join(one.path for one in push.vocabularies)
        return VOCABULARY_FOLDER, [words.say.gettext("Published: %(paths)s", paths=paths)]

    def _improved(self, revised: str, wishes: Sequence[Wish], author: Person, words: PushWords) -> ProposalView | None:
        """Return the proposal that a push revises, None if `revised` is empty; raises _NotTaken if it may not."""
        if not revised:
            return None
        try:
            sending = self._proposals.view(revised, author)
        except NotFound as error:
            raise _NotTaken(words.unknown()) from error
        proposal, say = sending.proposal, words.say
        if not proposal.state.is_open:
            raise _NotTaken(words.unknown())
        if len(wishes) != 1:
            raise _NotTaken(say.gettext("A revised proposal is about its one record only."))
        path, about = wishes[0].path, f"{self._schemas.kind(proposal.kind).plural}/{proposal.slug}"
        if path != about:
            raise _NotTaken(
                say.gettext(
                    "%(path)s: This proposal is about %(about)s. Send another record by itself: "
                    "git push origin HEAD:refs/for/main",
                    path=path,
                    about=about,
                )
            )
        if sending.last_by(author.id) is None:
            # Proposals cannot be fetched, so this push would replace the author's text by the published one.
            raise _NotTaken(
                say.gettext(
                    "Somebody else wrote this proposal, and git does not show its text. "
                    "Take it over and improve it on its page: %(address)s",
                    address=self._address(proposal.id),
                )
            )
        return sending

    def _examined(
        self, wishes: Sequence[Wish], faults: Sequence[PushRefused], author: Person, words: PushWords
    ) -> list[Record | None]:
        """Return the records of all texts; raises _NotTaken with all faults if any text cannot be accepted."""
        records: list[Record | None] = []
        lines = [line for fault in faults for line in words.refused(fault)]
        number = sum(len(fault.paths) for fault in faults)
        try:
            self._proposals.permit_sending(author, len(wishes))
        except QuotaReached as error:
            lines.append(error.said(words.say))
        for wish in wishes:
            try:
                checked = self._proposals.check(wish.submission)
            except (NotFound, Conflict):
                lines.append(words.gone(wish.path))
                number += 1
                continue
            records.append(checked.record)
            # Do not report a file as missing if it was refused.
            refused = {path for fault in faults for path in fault.paths}
            problems = [one for one in wish.besides(checked.problems) if one.severity is Severity.ERROR]
            found = [one for one in problems if f"{wish.path}/{one.params.get('file')}" not in refused]
            lines += words.problems(found, self._schemas.kind(wish.submission.kind))
            number += len(found)
        if lines:
            raise _NotTaken(*([words.count(number)] if number else []), *lines)
        return records

    def _known(self, wish: Wish, record: Record | None) -> Proposal | None:
        """Return an open proposal of the same person that already has this text, perhaps from an earlier commit."""
        author = wish.submission.author.id
        for sending in self._proposals.sent_about(wish.submission.kind, wish.submission.slug or "") if record else ():
            found = sending.proposal
            if record and found.author == author and found.state.is_open and sending.holds(record.digest):
                return found
        return None

    def _earlier(self, wish: Wish) -> ProposalView | None:
        """Return the only open proposal that the same person pushed about the same record, to be revised.

        One written in the browser is left alone: a clone does not hold its text, so a push would replace it.
        """
        author = wish.submission.author.id
        about = self._proposals.sent_about(wish.submission.kind, wish.submission.slug or "")
        own = [one for one in about if one.proposal.author == author and one.proposal.state.is_open]
        return own[0] if len(own) == 1 and own[0].proposal.via is Via.PUSH and own[0].last_by(author) else None

    def _sent(self, wish: Wish, revised: ProposalView | None, words: PushWords) -> Proposal | list[str]:
        try:
            if revised:
                outcome = self._proposals.revise(revised.proposal.id, wish.on_top_of(revised))
            else:
                outcome = self._proposals.submit(wish.submission)
        except Forbidden:
            # Do not reveal anything about a proposal to somebody who may not improve it.
            refused = words.say.gettext("Your account may not propose. Ask the operators of this site.")
            return [words.unknown() if revised else refused]
        except NothingChanged:
            return [words.say.gettext("%(path)s: The content is that of the published version.", path=wish.path)]
        except RevisionOutdated:
            return [words.outdated(wish.path)]
        except (NotFound, Conflict, Invalid):
            return [words.unknown() if revised else words.gone(wish.path)]
        if isinstance(outcome, Rejected):
            problems = words.problems(outcome.errors, self._schemas.kind(wish.submission.kind))
            return [words.count(len(outcome.errors)), *problems]
        return outcome
