# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns a push into proposals: all of its records are taken, or none and the answer says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.content.problem import Problem, Severity
from app.content.schema import SchemaSet
from app.content.sharing.conversation import PushAnswer, RefAnswer, RefCommand
from app.content.sharing.public_copy import PublicCopy
from app.content.sharing.pushed import PushReader, PushRefused
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import Person
from app.review.errors import NothingChanged
from app.review.model.proposal import Proposal
from app.review.model.submission import Rejected, Submission, Via
from app.review.proposals.service import ProposalService
from app.review.pushing.cleaning import CleanedRecord, cleaned_record
from app.review.pushing.translating import PushTranslator
from app.review.pushing.words import PushWords

TARGET = "refs/for/main"


@dataclass(frozen=True, slots=True)
class _Wish:
    """One submission and the folder it is about."""

    path: str
    submission: Submission
    cleaned: CleanedRecord


class PushService:
    """Answers pushes. Safe for all threads of a process."""

    def __init__(
        self, copy: PublicCopy, proposals: ProposalService, schemas: SchemaSet, address: Callable[[str], str]
    ) -> None:
        """Read what was pushed into the inbox of `copy`; `address` gives the page of a proposal by its id."""
        self._copy = copy
        self._proposals = proposals
        self._schemas = schemas
        self._translator = PushTranslator(schemas)
        self._address = address

    def answer(self, commands: Sequence[RefCommand], author: Person, lang: str) -> PushAnswer:
        """Take one push in; whatever is wrong with it is said in the answer."""
        words = PushWords(lang)
        if len(commands) != 1 or not _is_for_review(commands[0].ref):
            return _refusal(commands, [words.only_proposals()])
        command = commands[0]
        try:
            made, lines = self._take(command, author, words)
        except PushRefused as error:
            return _refusal(commands, words.refused(error))
        if not made:
            return _refusal(commands, lines)
        names = ",".join(f"proposal/{proposal.id}" for proposal in made)
        return PushAnswer(refs=(RefAnswer(ref=command.ref, made=names),), lines=tuple(lines))

    def _take(self, command: RefCommand, author: Person, words: PushWords) -> tuple[list[Proposal], list[str]]:
        reader = PushReader(self._copy.inbox, self._copy.layout)
        push = reader.read(command.new, self._copy.newest())
        wishes = [self._wish(cleaned_record(record), push.reason, command.new, author) for record in push.records]
        revised = command.ref.removeprefix(TARGET).removeprefix("/")
        if revised and len(wishes) != 1:
            return [], [words.one_record()]
        objections = list(self._objections(wishes, words))
        if objections:
            return [], objections
        return self._send(wishes, revised, words)

    def _wish(self, cleaned: CleanedRecord, reason: str, commit: str, author: Person) -> _Wish:
        record = cleaned.record
        submission = self._translator.submission(record, reason, commit, author, Via.PUSH)
        return _Wish(record.path, submission, cleaned)

    def _objections(self, wishes: Iterable[_Wish], words: PushWords) -> Iterator[str]:
        number = 0
        lines: list[str] = []
        for wish in wishes:
            try:
                checked = wish.cleaned.besides(self._proposals.check(wish.submission).problems)
                found = [problem for problem in checked if problem.severity is Severity.ERROR]
            except (NotFound, Conflict):
                found, lines = [], [*lines, words.gone(wish.path)]
                number += 1
            lines += self._said(found, wish, words)
            number += len(found)
        if number:
            yield words.count(number)
            yield from lines

    def _said(self, problems: Iterable[Problem], wish: _Wish, words: PushWords) -> Iterator[str]:
        return words.problems(problems, self._schemas.kind(wish.submission.kind))

    def _send(self, wishes: Iterable[_Wish], revised: str, words: PushWords) -> tuple[list[Proposal], list[str]]:
        made: list[Proposal] = []
        lines: list[str] = []
        for wish in wishes:
            outcome = self._sent(wish, revised, words)
            if isinstance(outcome, Proposal):
                made.append(outcome)
                lines += words.taken(outcome.title, self._address(outcome.id))
                lines += words.cleaned(wish.cleaned.mended)
            else:
                lines += outcome
        return made, lines

    def _sent(self, wish: _Wish, revised: str, words: PushWords) -> Proposal | list[str]:
        try:
            if revised:
                outcome = self._proposals.revise(revised, wish.submission)
            else:
                outcome = self._proposals.submit(wish.submission)
        except Forbidden:
            return [words.not_allowed()]
        except NothingChanged:
            return [words.unchanged(wish.path)]
        except (NotFound, Conflict, Invalid):
            return [words.unknown() if revised else words.gone(wish.path)]
        if isinstance(outcome, Rejected):
            return [words.count(len(outcome.errors)), *self._said(outcome.errors, wish, words)]
        return outcome


def _is_for_review(ref: str) -> bool:
    return ref == TARGET or ref.startswith(f"{TARGET}/")


def _refusal(commands: Sequence[RefCommand], lines: Iterable[str]) -> PushAnswer:
    refs = tuple(RefAnswer(ref=command.ref, refused="nicht angenommen / not taken") for command in commands)
    return PushAnswer(refs=refs, lines=tuple(lines))
