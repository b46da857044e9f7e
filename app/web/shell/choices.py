"""What forms offer to choose from: values with their names in the reader's language."""

from __future__ import annotations

from functools import cache

from flask import url_for

from app.records.schema import SchemaSet
from app.records.vocabulary import PROGRAMMES, TOPICS
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.wording import _

Choices = tuple[tuple[str, str], ...]


def label(name: str, value: str) -> str:
    """Return a value in words, as the schemas put it under this name, such as "state"."""
    return services().schemas.label(name, value, current_language())


def topics() -> Choices:
    """Return the fields of action, none on a node without that vocabulary."""
    vocabulary = services().vocabularies.get(TOPICS)
    return tuple((each.id, each.label(current_language())) for each in vocabulary.concepts) if vocabulary else ()


def programme_page(key: str) -> str:
    """Return the address of the page of a funding programme; "" for one that the vocabulary does not know."""
    vocabulary = services().vocabularies.get(PROGRAMMES)
    return url_for("programmes.programme", key=key) if vocabulary and vocabulary.get(key) else ""


def choices(name: str) -> Choices:
    """Return the values that the schemas know under this name, such as "state"."""
    return _choices(services().schemas, name, current_language())


@cache
def _choices(schemas: SchemaSet, name: str, lang: str) -> Choices:
    # What a schema says never changes.
    return tuple((str(each.value), each.label(lang)) for each in schemas.choices(name))


def with_none_chosen(offered: Choices) -> Choices:
    """Return them behind an entry that asks to choose one."""
    return (("", _("please choose")), *offered)
