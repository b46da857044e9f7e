"""Security headers: pages of this site may load nothing from elsewhere and run no inline code.

The policy needs no nonce because no page contains inline scripts or styles. Pictures may come from data: addresses,
which KERN's style sheet uses for its icons.
"""

from http import HTTPStatus
from wsgiref.headers import Headers

from flask import Flask, Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'"
"""For files of a record: whatever they contain, nothing in them runs."""

FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
)
"""For the card of a record, the only page that other sites may frame: no scripts, forms or buttons."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(app: Flask, issuer: str) -> None:
    """Send the headers with every response of `app` that has content; a view may set its own instead.

    If the public address of the node (`issuer`) uses https, browsers are told to use only https for a year (HSTS).
    """
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if issuer.startswith("https://") else {})

    def protect(response: Response) -> Response:
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            # Browsers replace the headers of a cached page by those of a 304, even if a view had set its own.
            for name, value in headers.items():
                response.headers.setdefault(name, value)
        return response

    app.after_request(protect)


def framed(response: Response) -> Response:
    """Allow other sites to frame this response, which contains no buttons and nothing personal."""
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def protect_static(headers: Headers, _path: str, _url: str) -> None:
    """Send the security headers with static files (the signature is WhiteNoise's)."""
    for name, value in HEADERS.items():
        headers[name] = value
