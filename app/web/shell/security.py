"""The headers that tell browsers what a page of this site may do: nothing but show itself.

The policy needs no nonce because no page carries inline script or style. Pictures may come
from data: addresses because KERN's style sheet draws its icons with them.
"""

from __future__ import annotations

from http import HTTPStatus
from wsgiref.headers import Headers

from flask import Flask, Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FILE_POLICY = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'"
"""For files that belong to a record: whatever they contain, nothing in them runs."""

FRAME_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
    )
)
"""For the card of a record, the one page that others may show in a frame: no script, no form, nothing to press."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


TRANSPORT = "Strict-Transport-Security"
ONE_YEAR = "max-age=31536000"


def register(app: Flask, issuer: str) -> None:
    """Send the headers with every answer of `app` that has a content; a view may set its own instead.

    Where the public address of the node (`issuer`) is an https one, browsers are told to come by https alone.
    """
    headers = HEADERS | ({TRANSPORT: ONE_YEAR} if issuer.startswith("https://") else {})

    def protect(response: Response) -> Response:
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            # Browsers put the headers of a 304 in place of those that they kept, which a view may have set itself.
            for name, value in headers.items():
                response.headers.setdefault(name, value)
        return response

    app.after_request(protect)


def framed(response: Response) -> Response:
    """Let any other site show this answer in a frame; it does nothing for whoever is signed in and has no button."""
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def protect_static(headers: Headers, _path: str, _url: str) -> None:
    """Send the same headers with files served beside the application (WhiteNoise's signature)."""
    for name, value in HEADERS.items():
        headers[name] = value
