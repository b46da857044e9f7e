# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a reader goes after signing in: to a page of this site, whatever the address claims."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import request, url_for

LONGEST = 1500
"""Characters; the cookie has to hold it while the reader is at the provider."""


def safe_destination(given: str | None) -> str:
    """Return the path to go to; the start page for everything that is not plainly a path of this site."""
    start = url_for("start.home")
    if not given or len(given) > LONGEST or not given.isascii() or not given.isprintable():
        return start
    # Browsers read a backslash as a slash and "//host" as another site.
    if not given.startswith("/") or given.startswith("//") or "\\" in given or " " in given:
        return start
    parts = urlsplit(given)
    return start if parts.scheme or parts.netloc else given


def here() -> str:
    """Return the present page as a destination; the start page when one cannot come back to it."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None or request.endpoint.startswith("sign_in."):
        return url_for("start.home")
    query = request.query_string.decode("ascii", "replace")
    return safe_destination(quote(request.root_path + request.path) + (f"?{query}" if query else ""))


def sign_in_address(*, back: bool = True) -> str:
    """Return the address of the page for signing in, which leads back to the present page with `back`."""
    return url_for("sign_in.choose", weiter=here() if back else None)
