"""Which form of a thing a program asks for at the address of its page (content negotiation)."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import MIMEAccept

FORMS = {"text/markdown": "md", "text/turtle": "ttl", "application/ld+json": "jsonld"}
"""Media types that some pages come in besides HTML, and the endings of the addresses that give them to anybody."""


def wanted() -> str:
    """Return the ending of the form that is asked for rather than a page, "" for the page that browsers want."""
    return form_of(request.accept_mimetypes)


def form_of(accepted: MIMEAccept) -> str:
    """Return the same for what a request accepts."""
    best = max(FORMS, key=accepted.quality)
    return FORMS[best] if accepted.quality(best) > accepted.quality("text/html") else ""
