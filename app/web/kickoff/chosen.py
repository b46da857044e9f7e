"""The reader's selection: a line on every page, a page of its own, and one address to pass on."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from flask import Blueprint, Flask, render_template, request

from app.web.kickoff.selection import (
    OF_A_LIST,
    Choosing,
    Parameters,
    Selection,
    choosing,
    kickoff_address,
    kickoff_parameters,
    put_aside,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import read_kickoff, situation_in_words
from app.web.shell.access import services
from app.web.shell.language import mount_point
from app.web.shell.page_cache import READING
from app.web.shell.routing import known_address
from app.web.shell.shown import Link
from app.web.shell.wording import _

blueprint = Blueprint("chosen", __name__)
_WRITING = frozenset({"memo", "goal_check", "chosen"})
"""Pages that show the selection themselves, or that nobody should leave unawares."""


class Chosen:
    """What the address of the present page says is put aside, and where to go with it."""

    @cached_property
    def selection(self) -> Selection:
        """The records by name."""
        return Selection.read(request.args)

    @property
    def is_shown(self) -> bool:
        """Tell whether the line stands on this page."""
        return not self.selection.is_empty and request.blueprint not in _WRITING

    @cached_property
    def parameters(self) -> Parameters:
        """Everything that is passed on: question, situation, selection."""
        return [pair for pair in kickoff_parameters() if pair[0] not in OF_A_LIST]

    @property
    def page(self) -> str:
        """The address of the page with the selection."""
        return kickoff_address(known_address("chosen.page"), self.parameters)

    @property
    def shared(self) -> str:
        """The same with the name of this site, to be passed on, in the reader's language."""
        language = request.root_path.removeprefix(mount_point())
        return services().settings.issuer + kickoff_address(f"{language}/auswahl", self.parameters)

    @property
    def ways(self) -> tuple[Link, ...]:
        """The pages that work with a selection."""
        return ways(self.selection, self.parameters)


def register(app: Flask) -> None:
    """Give every template of `app` the selection as `chosen`, and the decisions about a record as `deciding`."""
    app.context_processor(lambda: {"chosen": Chosen()})
    app.add_template_global(deciding)


def ways(selection: Selection, parameters: Parameters) -> tuple[Link, ...]:
    """Return the pages that work with a selection; one record alone has nothing to be compared with."""
    several = len(selection.taken) + len(selection.rejected) > 1
    pages = [(known_address("compare.page"), _("Compare"))] if several else []
    pages += [
        (known_address("goal_check.form"), _("Check goals and leadership")),
        (known_address("memo.draft"), _("Write the reuse memo")),
    ]
    return tuple(Link(label=words, href=kickoff_address(page, parameters)) for page, words in pages)


def deciding(record_id: str, origin: str = "", fragment: str = "") -> Choosing | None:
    """Return the decisions about a record, as variants of the present page; None where it cannot be asked for again."""
    if request.method not in READING:
        return None
    selection = Selection.read(request.args)
    chosen = set(selection.parameters())
    others = [pair for pair in request.args.items(multi=True) if pair not in chosen]
    here = request.root_path + request.path + (f"#{fragment}" if fragment else "")
    return choosing(selection_id(record_id, origin), selection, here, others)


@blueprint.get("/auswahl")
def page() -> str:
    """List what was put aside and what was rejected, with the address by which others see the same."""
    chosen, asker = Chosen(), read_kickoff(request.args)
    here, selection = known_address("chosen.page"), chosen.selection
    subject = _("Selection from %(site)s", site=services().settings.name)
    return render_template(
        "kickoff/chosen.html",
        taken=list(put_aside(selection.taken, selection, here, chosen.parameters)),
        rejected=list(put_aside(selection.rejected, selection, here, chosen.parameters)),
        line=situation_in_words(asker.situation),
        question=request.args.get("q", ""),
        mail="mailto:?" + urlencode({"subject": subject, "body": chosen.shared}).replace("+", "%20"),
        search=search_address(chosen.parameters),
    )
