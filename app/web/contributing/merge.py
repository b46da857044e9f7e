"""„Abgleich“: choosing between two texts of one record, field by field; here a draft and a newer text."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action
from app.records.json_value import JsonValue
from app.records.record import StoredFile
from app.records.schema import KindSchema
from app.review.errors import RevisionOutdated
from app.review.models import DraftFile
from app.review.submission import ConflictedField
from app.review.text.record_text import FILE_PREFIX, bound_files, release_files
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.contributing.form.controls import control_id
from app.web.records.difference import field_label, field_words
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.formats import byte_size
from app.web.shell.shown import Link
from app.web.shell.wording import _

STAMP = "stand"
"""Hidden field that tells which text was shown: a choice is about that one, so for a newer one the page comes again."""
MINE, THEIRS = "meine", "andere"
PUBLISHED = "abgleich"
"""Ends the address where a draft meets what was published; the other one is about the newest text of its proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSide:
    """What one of two texts says in a field; `value` chooses it, `files` are those that the other side has not."""

    value: str
    label: str
    text: str
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChoice:
    """A field that both sides changed. `base` None: original not shown; `own` None: no third text is possible."""

    key: str
    label: str
    sides: tuple[TextSide, TextSide]
    chosen: str
    base: str | None = None
    own: str | None = None

    @property
    def anchor(self) -> str:
        return control_id(self.key)


_Meeting = tuple[str, tuple[TextChoice, ...], Callable[[set[str]], object]]
"""The stamp of a newer text, its choices against a draft, and what merges both, with the newer in the named fields."""


@blueprint.get("/<draft_id>/<any(abgleich, stand):way>")
@requires(Action.PROPOSE)
def compare(draft_id: str, way: str) -> Response | str:
    """Show the fields that both the draft and the newer text changed."""
    found = _meeting(opened(draft_id), way)
    if found is None:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    stamp, choices, _take = found
    shown = {"draft_id": draft_id, "is_published": way == PUBLISHED, "stamp": stamp, "choices": choices}
    return render_template("contributing/merge.html", **shown)


@blueprint.post("/<draft_id>/<any(abgleich, stand):way>")
@requires(Action.PROPOSE)
def decide(draft_id: str, way: str) -> Response:
    """Bring both together by the author's choices; the draft then goes on from the newer text."""
    if found := _meeting(opened(draft_id), way):
        stamp, _choices, take = found
        if request.form.get(STAMP) == stamp:
            with suppress(RevisionOutdated):
                take({name for name, value in request.form.items() if value == THEIRS})
    return redirect(url_for("contribute.compare", draft_id=draft_id, way=way), 303)


def _meeting(editor: DraftEditor, way: str) -> _Meeting | None:
    return _with_published(editor) if way == PUBLISHED else _with_newest(editor)


def _with_published(editor: DraftEditor) -> _Meeting | None:
    stale, draft = services().review.stale_drafts, editor.draft
    published = stale.newer_version(draft)
    if published is None:
        return None
    merged = stale.merged_with_version(draft, published)

    def take(theirs: set[str]) -> None:
        decided = release_files(merged.decided({conflict.key for conflict in merged.conflicts} - theirs))
        content = replace(draft.content, front=decided.front, sections=decided.sections)
        services().review.drafts.rebase(draft, editor.person, content, base=published.digest, files=decided.files)

    def choice(conflict: ConflictedField) -> TextChoice:
        ours, theirs = (_held(conflict.key, value) for value in (conflict.proposed, conflict.published))
        own = url_for("contribute.file", draft_id=draft.id, name="x")
        public = url_for("records.file", kind=editor.kind, slug=published.slug, name="x")
        files = _links(draft.files, ours - theirs, own), _links(published.files, theirs - ours, public)
        return _choice(editor.kind, conflict, _("The published text"), *files)

    return published.digest, tuple(choice(each) for each in merged.conflicts), take


def _with_newest(editor: DraftEditor) -> _Meeting | None:
    stale, draft = services().review.stale_drafts, editor.draft
    status = stale.status(draft)
    if status is None or not status.must_meet:
        return None
    newest = status.round

    def take(theirs: set[str]) -> None:
        stale.catch_up(draft.id, editor.person, draft.version, newest=newest, theirs=theirs)

    def choice(conflict: ConflictedField) -> TextChoice:
        is_file = conflict.key.startswith(FILE_PREFIX)
        mine = (Link(label=_("the file of your draft"), href=""),) if is_file and conflict.proposed else ()
        other = (Link(label=_("the file of the newest text"), href=""),) if is_file and conflict.published else ()
        return _choice(editor.kind, conflict, _("The newest text of the proposal"), mine, other)

    return str(newest), tuple(choice(each) for each in stale.merged(draft, editor.person).conflicts), take


def _choice(
    kind: KindSchema, conflict: ConflictedField, theirs: str, files: tuple[Link, ...], their_files: tuple[Link, ...]
) -> TextChoice:
    key, mine, other = conflict.key, conflict.proposed, conflict.published
    sides = (
        TextSide(value=MINE, label=_("Your text"), text=field_words(kind, key, mine), files=files),
        TextSide(value=THEIRS, label=theirs, text=field_words(kind, key, other), files=their_files),
    )
    return TextChoice(key=key, label=field_label(kind, key), sides=sides, chosen=MINE)


def _held(key: str, value: JsonValue) -> frozenset[tuple[str, str]]:
    if key.startswith(FILE_PREFIX):
        return frozenset({(key.removeprefix(FILE_PREFIX), str(value))} if value else ())
    return frozenset(bound_files(value).items())


def _links(
    files: Iterable[DraftFile | StoredFile], shown: frozenset[tuple[str, str]], address: str
) -> tuple[Link, ...]:
    """Return links to the files among `shown`; `address` is that of a file called "x"."""
    return tuple(
        Link(label=f"{file.name} ({byte_size(file.size)})", href=f"{address.removesuffix('x')}{file.name}")
        for file in files
        if (file.name, file.sha256) in shown
    )
