"""What a proposal changes, field by field, with what was said about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.records.checks.wording import describe_field
from app.records.difference import ChangeKind, FieldDifference, RecordDifference, compare
from app.records.record import Record
from app.records.schema import KindSchema
from app.review.models import Remark
from app.review.proposals.service import ComparedTexts
from app.review.proposals.store import ProposalView
from app.web.records.difference import in_words, value_text
from app.web.shell.language import current_language


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedField:
    """A field with its difference (None: nothing to compare) and its discussion."""

    key: str
    label: str
    difference: FieldDifference | None
    remarks: Sequence[Remark]

    @property
    def anchor(self) -> str:
        """Return the id of the field's element."""
        return anchor_of(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalChanges:
    """What changed: `words` first, then `fields`; `unchanged` are the labels of the others.

    `remarks` are those on the whole.
    """

    words: tuple[str, ...]
    fields: tuple[ReviewedField, ...]
    unchanged: tuple[str, ...]
    is_new: bool
    remarks: Sequence[Remark]


def anchor_of(key: str) -> str:
    """Return the id of the element with the discussion of a field; the preview beside it uses the field's own."""
    return f"aenderung-{key.replace('.', '-').replace('_', '-')}"


def changes_of(view: ProposalView, texts: ComparedTexts, kind: KindSchema, *, since_last: bool) -> ProposalChanges:
    """Return what a proposal changes, or with `since_last` what its newest text changes in the one before."""
    remarks: dict[str, list[Remark]] = {}
    for remark in view.remarks:
        remarks.setdefault(remark.field, []).append(remark)
    before = texts.earlier if since_last else texts.base or texts.published
    found = _difference(before, texts.proposed, kind)
    changed = {field.key: field for field in found.changed} if found else {}
    keys = [*changed, *(key for key in remarks if key and key not in changed)]
    lang = current_language()
    return ProposalChanges(
        words=in_words(found) if found and before is not None else (),
        fields=tuple(
            ReviewedField(
                key=key,
                label=changed[key].label if key in changed else describe_field(key, kind, lang).partition(" (")[0],
                difference=changed.get(key),
                remarks=remarks.get(key, ()),
            )
            for key in keys
        ),
        unchanged=tuple(field.label for field in found.fields if field.change is ChangeKind.SAME) if found else (),
        is_new=before is None,
        remarks=remarks.get("", ()),
    )


def _difference(before: Record | None, after: Record | None, kind: KindSchema) -> RecordDifference | None:
    if after is None:
        return None
    old = before or replace(after, data={}, sections=(), files=())
    found = compare(old, after, kind, value_text())
    if before is not None:
        return found
    # Of a new record only what somebody wrote is worth reading, not its identifier and dates. Files are described
    # among its pictures and files already.
    hidden = frozenset(spec.key for spec in kind.fields if spec.widget == "hidden") | {"files"}
    return replace(found, fields=tuple(field for field in found.fields if field.key not in hidden))
