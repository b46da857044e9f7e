"""What stands in commits, as submissions with clean files: who takes a photo tells where, whatever way it comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.documents.confined import ConfinedDocuments
from app.documents.errors import DocumentRefused
from app.documents.kinds import kind_of_name
from app.identity import Person
from app.records.checks.files import problem_of
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.records.sharing.pushed import Push, PushedRecord
from app.review.model.submission import RawText, Submission, Via
from app.review.proposals.store import ProposalView
from app.review.text.examiner import described

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
