"""„So etwas gibt es schon“: records about the same as a draft, told as soon as it has a title."""

from __future__ import annotations

from flask import render_template

from app.records.json_value import JsonValue
from app.shared.errors import Unavailable
from app.web.contributing.draft_editor import DraftEditor
from app.web.search.hits import Card, readable
from app.web.shell.access import services
from app.web.shell.nodes import node_name
from app.web.shell.searched import note_damage

Found = list[tuple[Card, str]]
"""Each with the name of the site it comes from, "" for this one."""


def already_there(title: JsonValue, but: str = "") -> Found:
    """Return records of this site and of others about the same as a title; the record `but` (uid) is left out."""
    if not isinstance(title, str) or not title.strip():
        return []
    try:
        return [(card, node_name(hit.origin)) for hit, card in readable(services().already_there.like(title, but))]
    except Unavailable as error:
        # Nobody is kept from writing by a search that does not answer.
        note_damage(error)
        return []


def like_draft(editor: DraftEditor) -> Found:
    """Return what is there like a new record; what edits a published one, or improves a proposal, is about that."""
    draft = editor.draft
    return [] if draft.base is not None or draft.proposal_id else already_there(editor.text.front.get("title"))


def as_html(found: Found) -> str:
    """Return the notice as the form shows it, for the script that saves while somebody writes."""
    return render_template("contributing/already_there.html", found=found)
