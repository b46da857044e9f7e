"""The start of a project: what, where, within which limits; then come the hits."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.web.kickoff.bar import Bar, offered, place_details, suggestion, wanted_places
from app.web.kickoff.selection import Selection, kickoff_address, kickoff_parameters
from app.web.kickoff.situation import read_kickoff, tidied
from app.web.shell.shown import Link
from app.web.shell.wording import _

blueprint = Blueprint("kickoff", __name__)
blueprint.add_app_template_filter(place_details)

LONGEST_QUESTION = 200
SHORTEST = 2
WHERE = "wo"
"""Where on the page the place is asked for."""


@blueprint.get("/projektstart")
def steps() -> str | BaseResponse:
    """Ask in three short steps, each of which can be skipped."""
    address = tidied(request.args)
    if address:
        return redirect(address)
    asker, here = read_kickoff(request.args), f"{url_for('kickoff.steps')}#{WHERE}"
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    return render_template(
        "kickoff/steps.html",
        text=text,
        suggestion=suggestion(text, asker, request.args, here),
        bar=Bar(asker, wanted_places(asker, request.args, here), is_open=True),
        examples=_examples(),
        look_up=here,
        hidden=Selection.read(request.args).parameters(),
    )


def _examples() -> tuple[Link, ...]:
    """Return what others plan, each as the same page with the first question answered."""
    kept = [pair for pair in kickoff_parameters() if pair[0] != "q"]
    texts = (_("Warning of heavy rain"), _("On-demand bus in the countryside"), _("Data platform for the district"))
    return tuple(
        Link(label=text, href=kickoff_address(url_for("kickoff.steps"), [("q", text), *kept])) for text in texts
    )


@blueprint.get("/projektstart/orte")
def places() -> Response:
    """Offer places for what was typed of a name, as JSON for places.js."""
    typed = request.args.get("q", "")[:80]
    return jsonify({"places": offered(typed) if len(typed.strip()) >= SHORTEST else []})
