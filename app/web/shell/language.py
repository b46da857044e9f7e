"""German at /…, English at /en/…: one set of routes, with the language in the address.

A WSGI layer moves the prefix from the path to the script name, so that addresses built with `url_for` stay in the
language. Addresses for programs have no language.
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
    *("/api/", "/static/", "/feed.atom", "/sitemap", "/mcp", "/llms.txt", "/catalog.", "/v1/", "/healthz", "/readyz"),
    *("/robots.txt", "/oai", "/netz/tuf/", "/netz/schemas/", "/.well-known/"),
)
"""Addresses that exist only once, without a language."""


class LanguagePrefix:
    """WSGI layer that recognises the language prefix and removes it from the path."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, with its language under `ENVIRON_KEY`."""
        # For an address without a path, Werkzeug would redirect to "/" at the host named in the request.
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
    """Return the path below which the site is mounted, without the language."""
    root = request.root_path
    for prefix, language in PREFIXES.items():
        if current_language() == language:
            return root.removesuffix(prefix)
    return root


def address_in(language: Language) -> str:
    """Return the address of the current page in another language, including the query."""
    prefix = next((prefix for prefix, known in PREFIXES.items() if known == language), "")
    query = request.query_string.decode("utf-8", "replace")
    return mount_point() + prefix + request.path + (f"?{query}" if query else "")


def lang_of(language: str) -> Markup:
    """Return the `lang` attribute for a text whose language differs from the interface's, preceded by a space."""
    if not language or language == current_language():
        return Markup("")
    return Markup(' lang="{}"').format(html_language(language))


def html_language(language: str) -> str:
    """Return a language tag that browsers know: plain-language German becomes German."""
    return "de" if language == "de-simple" else language
