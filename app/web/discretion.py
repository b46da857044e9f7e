# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages on which people say what they plan: kept nowhere, found by no search engine, named to no other site."""

from __future__ import annotations

from flask import Blueprint, Response

from app.web import caching


def keep_discreet(blueprint: Blueprint) -> None:
    """Hold all pages of `blueprint` to that."""
    blueprint.before_request(caching.keep_private)
    blueprint.after_request(_discreet)


def _discreet(response: Response) -> Response:
    # The address of a kept memo is the key to it, so no link may tell it to another site.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
