"""Texts of the interface and of the schemas in the language of the request; message ids are the English texts."""

from functools import cache, lru_cache

from babel.support import NullTranslations
from flask import Flask, has_request_context, url_for
from flask_babel import Babel
from markupsafe import Markup

from app.records.schema import SchemaSet
from app.records.vocabulary import PROGRAMMES, TOPICS
from app.shared.errors import DomainError
from app.shared.wording import catalogue, translator
from app.web.shell.access import services
from app.web.shell.language import DEFAULT, current_language

_NONE = NullTranslations()
MESSAGES = 4096
"""Size of the cache of messages without placeholders, in entries; there are fewer messages."""


def register(app: Flask, timezone: str) -> None:
    """Set up translations for `app`."""
    Babel(app, default_locale=DEFAULT, default_timezone=timezone, locale_selector=current_language)
    # Jinja's own functions need three calls per message, and a page has some hundred messages.
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_counted_in_template)
    catalogue(DEFAULT)


def _in_template(message: str, **values: object) -> Markup:
    """Return a message for a template, as HTML and with placeholders; the values inserted are escaped."""
    words = translations()
    return _trusted(words.ugettext(message)) % values if values else _ready(words, message)


def _counted_in_template(singular: str, plural: str, number: int, **values: object) -> Markup:
    return _trusted(translations().ungettext(singular, plural, number)) % {"num": number, **values}


@lru_cache(MESSAGES)
def _ready(words: NullTranslations, message: str) -> Markup:
    return _trusted(words.ugettext(message)) % {}


def _trusted(message: str) -> Markup:
    return Markup(message)  # noqa: S704  # Messages are part of the program.


def translations() -> NullTranslations:
    """Return the translations for the language of this request; outside a request, message ids are returned unchanged.

    Flask-Babel takes ten times as long for this, and a page needs it two hundred times.
    """
    return catalogue(current_language()) if has_request_context() else _NONE


def _(message: str, **values: object) -> str:
    """Return a message with its named placeholders filled in."""
    text = str(translations().ugettext(message))
    return text % values if values else text


def error_words(error: DomainError) -> str:
    """Return the message of an error in the language of this request."""
    return error.said(translator(current_language()))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the singular or plural of a message for a number, which it can include as `%(num)s`."""
    return str(translations().ungettext(singular, plural, number)) % {"num": number, **values}


Choices = tuple[tuple[str, str], ...]


def label(name: str, value: str) -> str:
    """Return the label of a value of a shared type or field of the schemas, such as "state"."""
    return services().schemas.label(name, value, current_language())


def topics() -> Choices:
    """Return the fields of action; empty if the node lacks that vocabulary."""
    vocabulary = services().vocabularies.get(TOPICS)
    return tuple((each.id, each.label(current_language())) for each in vocabulary.concepts) if vocabulary else ()


def programme_page(key: str) -> str:
    """Return the address of a funding programme's page, "" if the vocabulary does not list it."""
    vocabulary = services().vocabularies.get(PROGRAMMES)
    return url_for("programmes.programme", key=key) if vocabulary and vocabulary.get(key) else ""


def choices(name: str) -> Choices:
    """Return the values of a shared type or field of the schemas, such as "state", with their labels."""
    return _choices(services().schemas, name, current_language())


@cache
def _choices(schemas: SchemaSet, name: str, lang: str) -> Choices:
    # Cached, because schemas never change at run time.
    return tuple((str(each.value), each.label(lang)) for each in schemas.choices(name))


def with_none_chosen(offered: Choices) -> Choices:
    """Return the choices, preceded by an empty one that says "please choose"."""
    return (("", _("please choose")), *offered)
