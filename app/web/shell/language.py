"""German at /…, English at /en/…: one set of routes, the language stands in the address.

A small WSGI layer moves the prefix from the path to the script name, so that every address a
page builds with `url_for` stays in its language. Addresses for machines have no language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, cast

from flask import request
from markupsafe import Markup

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Language = Literal["de", "en"]

DEFAULT: Language = "de"
PREFIXES: dict[str, Language] = {"/en": "en"}
ENVIRON_KEY = "enet.lang"
NEUTRAL = (
    *(
        "/api/",
        "/static/",
        "/feed.atom",
        "/sitemap",
        "/mcp",
        "/llms.txt",
        "/catalog.",
        "/v1/",
        "/healthz",
        "/readyz",
        "/robots.txt",
    ),
    *("/oai", "/v/", "/state.txt", "/.well-known/"),
)
"""Addresses that exist once, whatever the language."""


class LanguagePrefix:
    """WSGI layer that recognises the language prefix and takes it off the path."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the request on with its language under `ENVIRON_KEY`."""
        # Werkzeug would lead from an address without a path to "/" at the host that the request names.
        prefix, language, rest = split_prefix(environ.get("PATH_INFO") or "/")
        inner = {**environ, ENVIRON_KEY: language, "PATH_INFO": rest}
        if prefix:
            inner["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        return self._application(inner, start_response)


def split_prefix(path: str) -> tuple[str, Language, str]:
    """Return (language prefix or "", language, path without it) of a request path."""
    for prefix, language in PREFIXES.items():
        rest = path.removeprefix(prefix)
        if rest != path and rest[:1] in {"", "/"} and not rest.startswith(NEUTRAL):
            return prefix, language, rest or "/"
    return "", DEFAULT, path


def current_language() -> Language:
    """Return the language of the interface in this request."""
    return cast("Language", request.environ.get(ENVIRON_KEY, DEFAULT))


def mount_point() -> str:
    """Return the part of the address before every path of this site, without the language."""
    root = request.root_path
    for prefix, language in PREFIXES.items():
        if current_language() == language:
            return root.removesuffix(prefix)
    return root


def address_in(language: Language) -> str:
    """Return the address of the present page in another language, query included."""
    prefix = next((prefix for prefix, known in PREFIXES.items() if known == language), "")
    query = request.query_string.decode("utf-8", "replace")
    return mount_point() + prefix + request.path + (f"?{query}" if query else "")


def lang_of(language: str) -> Markup:
    """Return the `lang` attribute for a text in another language than the interface, with a space before it."""
    if not language or language == current_language():
        return Markup("")
    return Markup(' lang="{}"').format(html_language(language))


def html_language(language: str) -> str:
    """Return a language tag that browsers know: plain German is German to them."""
    return "de" if language == "de-simple" else language
