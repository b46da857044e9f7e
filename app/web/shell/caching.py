"""Which answers are meant for one reader alone, and which are the same for all (`page_cache` keeps those)."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from app.web.shell import cookies

UNCACHED = frozenset(
    (
        "health.healthz",
        "health.readyz",
        "monitor.metrics",
        "federation.oai",
        "network.overview",
        "foreign.record",
        "foreign.version",
        "foreign.difference",
    )
)
"""What changes without a change of the catalogue, such as when another node was last heard of."""
READING = frozenset({"GET", "HEAD"})
REVALIDATE = "no-cache"
PRIVATE = "private, no-store"


def keep_private() -> None:
    """Mark the answer as meant for this reader alone: nobody keeps it, neither this site nor a browser or proxy."""
    g.private = True


def is_private() -> bool:
    """Tell whether the answer is meant for one reader: a signed-in one, or one who got a form."""
    return "private" in g or cookies.names_a_person() or cookies.is_forged()


def applies() -> bool:
    """Tell whether the request asks for something that is the same for all and only changes with the validator."""
    known = request.endpoint is not None and request.endpoint not in UNCACHED
    return known and request.method in READING and not is_private()


def keep_discreet(blueprint: Blueprint) -> None:
    """Hold pages on which people say what they plan: kept nowhere, found by nobody, named to no other site."""
    blueprint.before_request(keep_private)
    blueprint.after_request(_discreet)


def _discreet(response: Response) -> Response:
    # The address of a kept memo is the key to it, so no link may tell it to another site.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
