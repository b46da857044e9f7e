"""Decides what exactly is published when a proposal meets the version that stands now."""

from __future__ import annotations

from dataclasses import dataclass

from app.records.git.errors import ObjectMissing
from app.records.paths import INDEX_FILE
from app.records.problem import Problem
from app.records.record import Record
from app.review.errors import RecordGone
from app.review.merging.merge import Merge, merge
from app.review.model.submission import ConflictedField
from app.review.models import Proposal
from app.review.text.composition import compose
from app.review.text.examiner import Checked, Examiner
from app.review.text.record_text import RecordText
from app.review.text.stored import StoredText, StoredTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """A proposal and the published line; `published` is None for a new place.

    `checked` is what would be published, None where conflicts must be decided first. `merge` brings both together where
    both sides changed something.
    """

    proposal_id: str
    published: StoredText | None
    proposed: StoredText
    checked: Checked | None
    merge: Merge | None = None

    @property
    def text(self) -> RecordText:
        """Return both together; for fields in conflict it holds what is published."""
        return self.merge.text if self.merge else self.proposed.record_text

    @property
    def conflicts(self) -> tuple[ConflictedField, ...]:
        """Return what must be decided first."""
        return self.merge.conflicts if self.merge else ()

    @property
    def head(self) -> str:
        """Return the digest of what is published now, empty for a new place."""
        return self.published.found.digest if self.published else ""


def merge_with_published(texts: StoredTexts, examiner: Examiner, proposal: Proposal) -> MergePreview:
    """Return what publishing the proposal now would mean; raises ObjectMissing, RecordGone and BaseUnknown."""
    path = texts.path(proposal.kind, proposal.slug)
    proposed, published = texts.proposed(proposal.id, path), texts.published(path)
    if proposed is None:
        raise ObjectMissing(proposal.id)
    if published is not None and not isinstance(published.found, Record):
        raise RecordGone(path)
    if published is None or published.found.id != proposal.record_id or proposal.base in (None, published.found.digest):
        checked = _checked(examiner, path, proposal, published, proposed)
        return MergePreview(proposal_id=proposal.id, published=published, proposed=proposed, checked=checked)
    base = texts.by_digest(path, proposal.base)
    done = merge(base.record_text, published.record_text, proposed.record_text)
    merged = None if done.conflicts else _merged(examiner, path, done.text, published, proposed)
    return MergePreview(proposal_id=proposal.id, published=published, proposed=proposed, checked=merged, merge=done)


def _checked(
    examiner: Examiner, path: str, proposal: Proposal, published: StoredText | None, proposed: StoredText
) -> Checked:
    if published is None or published.found.id == proposal.record_id:
        return examiner.check(path, proposed.files, published)
    # Somebody else's record got the address of a new one first.
    taken = Problem(file=f"{path}/{INDEX_FILE}", code="name_taken", field="title", params={"slug": proposal.slug})
    return Checked(path=path, files=proposed.files, problems=(taken,))


def _merged(examiner: Examiner, path: str, text: RecordText, published: StoredText, proposed: StoredText) -> Checked:
    def write() -> dict[str, bytes]:
        index = compose(examiner.kind_at(path), text.front, text.sections, published.index)
        return {**text.files_among(published.files, proposed.files), INDEX_FILE: index}

    return examiner.check_written(path, write, published)
