# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that people can read and pass on, from what a form sends."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request

from app.kickoff.situation import DEFAULT_SLIDER
from app.kickoff.situation.parameters import NAMES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_SLIDER = ("naehe", str(DEFAULT_SLIDER))


def tidied(args: MultiDict[str, str]) -> str:
    """Return the address without the fields that a form sends empty; "" where there are none in it."""
    given = list(args.items(multi=True))
    if not any(name in NAMES and not value for name, value in given):
        return ""
    said = [(name, value) for name, value in given if value and (name, value) != _SLIDER]
    return request.script_root + request.path + (f"?{urlencode(said)}" if said else "")
