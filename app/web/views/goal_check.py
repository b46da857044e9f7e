# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check of goals and leadership: ten questions before a project starts; the answers go into the memo."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.web.discretion import keep_discreet
from app.web.memo.goal_check import goal_check

blueprint = Blueprint("goal_check", __name__, url_prefix="/zielpruefung")
keep_discreet(blueprint)


@blueprint.get("")
def form() -> str:
    """Ask the questions."""
    return render_template("pages/goal_check.html", check=goal_check(request.form))


@blueprint.post("")
def answered() -> str:
    """Show what is still open, with everything that was typed; an open memo travels along."""
    return render_template("pages/goal_check.html", check=goal_check(request.form))
