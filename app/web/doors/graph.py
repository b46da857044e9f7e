"""RDF graphs, written as Turtle or JSON-LD."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from flask import Response
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from app.web.shell.answers import open_data

Thing = NamedNode | BlankNode
Value = Thing | Literal
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_TIME = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"


class GraphForm(StrEnum):
    """A serialisation of graphs; its value is the extension in addresses."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"

    @property
    def media_type(self) -> str:
        """Return the media type."""
        return "text/turtle; charset=utf-8" if self is GraphForm.TURTLE else "application/ld+json"


FORM_ENDINGS = ", ".join(GraphForm)


def thing(address: str) -> NamedNode | None:
    """Return the node for an address, None if it is not a valid one."""
    try:
        return NamedNode(quote(address.strip(), safe=_IN_ADDRESSES))
    except ValueError:
        return None


def word(text: str, lang: str) -> Literal:
    """Return a literal in a language, without a language tag if that is invalid."""
    try:
        return Literal(text, language=lang)
    except ValueError:
        return Literal(text)


def at(moment: datetime) -> Literal:
    """Return a literal for a moment."""
    return Literal(moment.isoformat(timespec="seconds"), datatype=_TIME)


class Graph:
    """Collects RDF statements; properties and classes are given with prefixes ("dct:title")."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._triples: list[Triple] = []
        self._nameless = 0

    def name(self, short: str) -> NamedNode:
        """Return the full name for a prefixed one."""
        prefix, _, rest = short.partition(":")
        return NamedNode(self._prefixes[prefix] + rest)

    def nameless(self) -> BlankNode:
        """Return a blank node; its name is the same each time the same graph is written."""
        self._nameless += 1
        return BlankNode(f"b{self._nameless}")

    def a(self, subject: Thing, *classes: str) -> Thing:
        """State the classes of a subject, and return it."""
        self._triples += [Triple(subject, _TYPE, self.name(one)) for one in classes]
        return subject

    def add(self, subject: Thing, said: str, *values: Value | None) -> None:
        """State values of a property; None is ignored."""
        self._triples += [Triple(subject, self.name(said), value) for value in values if value is not None]

    def written(self, form: GraphForm) -> bytes:
        """Return the serialised graph."""
        kind = RdfFormat.TURTLE if form is GraphForm.TURTLE else RdfFormat.JSON_LD
        order = {subject: number for number, subject in enumerate(dict.fromkeys(one.subject for one in self._triples))}
        # Group statements by subject, without duplicates.
        grouped = sorted(dict.fromkeys(self._triples), key=lambda one: order[one.subject])
        return serialize(grouped, format=kind, prefixes=self._prefixes) or b""


def sent(written: bytes, form: GraphForm) -> Response:
    """Return a response with a serialised graph."""
    return open_data(Response(written, content_type=form.media_type))
