# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decides what exactly is published when a proposal meets the version that stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from app.content.document import FrontMatterError
from app.content.paths import INDEX_FILE
from app.content.problem import Problem
from app.content.record import Record
from app.content.schema import KindSchema
from app.review.errors import RecordGone
from app.review.merging import RecordText, merge
from app.review.model.proposal import Proposal
from app.review.model.submission import ConflictedField
from app.review.text.composition import compose
from app.review.text.examiner import Checked, Examiner
from app.review.text.stored import StoredText, StoredTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """A proposal and the published line: `published` is None for a new place.

    Either `checked` is what would be published, or `conflicts` must be decided first. `merged` says that both sides
    changed something.
    """

    published: StoredText | None
    proposed: StoredText
    checked: Checked | None = None
    conflicts: tuple[ConflictedField, ...] = ()
    merged: bool = False
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_there(self) -> bool:
        """Tell whether exactly this is published already."""
        checked = self.checked
        published = self.published
        if published is None or checked is None or checked.record is None:
            return False
        return published.found.digest == checked.record.digest


class MergePreviews:
    """Brings proposals and published versions together."""

    def __init__(self, texts: StoredTexts, examiner: Examiner) -> None:
        """Read through `texts`, check through `examiner`."""
        self._texts = texts
        self._examiner = examiner

    def meet(self, proposal: Proposal, proposed: StoredText) -> MergePreview:
        """Return what publishing the proposal now would mean; raises RecordGone and BaseUnknown."""
        path = self._texts.path(proposal.kind, proposal.slug)
        published = self._texts.published(path)
        if published is None:
            return self._alone(path, None, proposed)
        if not isinstance(published.found, Record):
            raise RecordGone(path)
        if published.found.id != proposal.record_id:
            taken = Problem(
                file=f"{path}/{INDEX_FILE}", code="name_taken", field="title", params={"slug": proposal.slug}
            )
            return MergePreview(published=published, proposed=proposed, problems=(taken,))
        if proposal.base is None or published.found.digest == proposal.base:
            return self._alone(path, published, proposed)
        return self._merged(path, published, proposed, self._texts.by_digest(path, proposal.base))

    def _alone(self, path: str, published: StoredText | None, proposed: StoredText) -> MergePreview:
        checked = self._examiner.check(path, proposed.files, published)
        return MergePreview(published=published, proposed=proposed, checked=checked)

    def _merged(self, path: str, published: StoredText, proposed: StoredText, base: StoredText) -> MergePreview:
        done = merge(base.fields, published.fields, proposed.fields)
        if done.conflicts:
            return MergePreview(published=published, proposed=proposed, conflicts=done.conflicts)
        kind = self._examiner.kind_at(path)
        try:
            files = merged_files(kind, done.text, published, (published.files, proposed.files))
        except FrontMatterError as error:
            checked = self._examiner.unwritable(path, error)
        else:
            checked = self._examiner.check(path, files, published)
        return MergePreview(published=published, proposed=proposed, checked=checked, merged=True)


def merged_files(
    kind: KindSchema, text: RecordText, like: StoredText, sources: tuple[Mapping[str, bytes], ...]
) -> dict[str, bytes]:
    """Return the folder that `text` describes; the bytes of its files are looked for in `sources` by their hash.

    Raises FrontMatterError where the text cannot be written.
    """
    known = {sha256(data).hexdigest(): data for source in sources for data in source.values()}
    files = {name: known[digest] for name, digest in text.files.items() if digest in known}
    return {**files, INDEX_FILE: compose(kind, text.front, text.sections, like.index)}
