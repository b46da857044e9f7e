# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which somebody chooses how to hear of changes: by feed, or by mail without an account."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from app.web.following.feeds import here
from app.web.following.offering import RECORD, Following, as_followed, follow_record, follow_search
from app.web.kickoff.situation import read_kickoff
from app.web.search.question import read_question
from app.web.shell.access import services

blueprint = Blueprint("subscribing", __name__)


@blueprint.get("/abonnieren")
def offer() -> str:
    """Say how to follow a search or a record."""
    return render_template("following/offer.html", **_shown(wanted()))


def _shown(follow: Following) -> dict[str, object]:
    return {"follow": follow, "feed": here(follow.feed)}


def wanted() -> Following:
    """Return what the address names: a record by its id, or a search by its parameters."""
    if RECORD in request.args:
        catalogue = services().catalogue
        return follow_record(catalogue.record(catalogue.head(request.args[RECORD]))) or abort(404)
    asker = read_kickoff(request.args)
    return follow_search(as_followed(read_question(request.args, asker.parameters()), asker.situation))
