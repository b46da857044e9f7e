"""The vocabularies, with one address per term: a page for people, SKOS for programs that ask for it."""

from collections.abc import Iterable, Sequence
from unicodedata import normalize

from flask import Blueprint, Response, abort, render_template, url_for
from pyoxigraph import NamedNode

from app.records.vocabulary import TOPICS, Concept, Vocabulary
from app.web.doors.graph import FORM_ENDINGS, Graph, GraphForm, sent, thing, word
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.page_cache import wanted
from app.web.shell.shown import Fact, Line, Link
from app.web.shell.wording import _, topics

ROOT = "/begriffe"
blueprint = Blueprint("terms", __name__, url_prefix=ROOT)
_PREFIXES = {"dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#"}
_LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
"""The licence of all vocabularies, as in their schema."""


@blueprint.get("")
def overview() -> str:
    """List the vocabularies."""
    found = services().vocabularies
    links = [
        Link(
            label=found[name].title.get(current_language(), name),
            href=url_for("terms.scheme", name=name),
            count=len(found[name].concepts),
        )
        for name in sorted(found)
    ]
    return render_template("doors/vocabularies.html", vocabularies=links)


@blueprint.get("/<slug:name>")
def scheme(name: str) -> Response:
    """List the terms of a vocabulary, as a page or in SKOS."""
    vocabulary = _vocabulary(name)
    if wanted() in set(GraphForm):
        return _negotiated(scheme_graph(name, wanted()))
    terms = sorted(_links(vocabulary, vocabulary.concepts), key=lambda link: normalize("NFKD", link.label).casefold())
    forms = _forms(url_for("terms.scheme", name=name))
    title = vocabulary.title.get(current_language(), name)
    return _negotiated(Response(render_template("doors/vocabulary.html", title=title, terms=terms, forms=forms)))


@blueprint.get(f"/<slug:name>.<any({FORM_ENDINGS}):ending>")
def scheme_graph(name: str, ending: str) -> Response:
    """Describe all terms of a vocabulary in SKOS."""
    form, vocabulary = GraphForm(ending), _vocabulary(name)
    return sent(_graph(vocabulary, vocabulary.concepts).written(form), form)


@blueprint.get("/<slug:name>/<slug:key>")
def term(name: str, key: str) -> Response:
    """Show a term's meaning and its relations, as a page or in SKOS."""
    vocabulary, concept = _concept(name, key)
    if wanted() in set(GraphForm):
        return _negotiated(term_graph(name, key, wanted()))
    address = url_for("terms.term", name=name, key=key)
    page = render_template(
        "doors/term.html",
        title=concept.label(current_language()),
        note=concept.note.get(current_language(), ""),
        above=Link(label=vocabulary.title.get(current_language(), name), href=url_for("terms.scheme", name=name)),
        facts=_facts(vocabulary, concept),
        search=url_for("search.results", q=concept.label("de")),
        topic=_topic(key) if name == TOPICS else "",
        permanent=f"{services().settings.issuer}{ROOT}/{name}/{key}",
        forms=_forms(address),
    )
    return _negotiated(Response(page))


@blueprint.get(f"/<slug:name>/<slug:key>.<any({FORM_ENDINGS}):ending>")
def term_graph(name: str, key: str, ending: str) -> Response:
    """Describe one term in SKOS."""
    form, (vocabulary, concept) = GraphForm(ending), _concept(name, key)
    return sent(_graph(vocabulary, [concept]).written(form), form)


def _negotiated(answer: Response) -> Response:
    answer.vary.add("Accept")
    return answer


def _vocabulary(name: str) -> Vocabulary:
    return services().vocabularies.get(name) or abort(404)


def _concept(name: str, key: str) -> tuple[Vocabulary, Concept]:
    vocabulary = _vocabulary(name)
    return vocabulary, vocabulary.get(key) or abort(404)


def _facts(vocabulary: Vocabulary, concept: Concept) -> list[Fact]:
    names = {"de": _("German"), "en": _("English")}
    words = [
        (names.get(lang, lang), [Line(text=", ".join(label for _lang, label in concept.labels(lang)), lang=lang)])
        for lang in concept.pref
    ]
    broader = [found for name in concept.broader if (found := vocabulary.get(name))]
    field = dict(topics()).get(concept.topic or "")
    linked = [
        (_("Broader terms"), _lines(vocabulary, broader)),
        (_("Narrower terms"), _lines(vocabulary, vocabulary.narrower(concept.id))),
        (_("Related terms"), _lines(vocabulary, vocabulary.related(concept.id))),
        (_("Field of action"), [Line(text=field, href=_topic(concept.topic))] if field and concept.topic else []),
        (_("In other vocabularies"), [Line(text=one, href=one, external=True) for one in concept.match]),
    ]
    return [Fact(label=label, lines=tuple(lines)) for label, lines in (*words, *linked) if lines]


def _topic(topic_id: str) -> str:
    return url_for("topics.topic", topic_id=topic_id)


def _links(vocabulary: Vocabulary, concepts: Iterable[Concept]) -> list[Link]:
    return [
        Link(label=one.label(current_language()), href=url_for("terms.term", name=vocabulary.id, key=one.id))
        for one in concepts
    ]


def _lines(vocabulary: Vocabulary, concepts: Iterable[Concept]) -> list[Line]:
    return [Line(text=link.label, href=link.href) for link in _links(vocabulary, concepts)]


def _forms(address: str) -> list[Link]:
    return [Link(label="Turtle", href=f"{address}.ttl"), Link(label="JSON-LD", href=f"{address}.jsonld")]


def _graph(vocabulary: Vocabulary, concepts: Sequence[Concept]) -> Graph:
    """Return a graph of terms and the title of their vocabulary, below whose address theirs are."""
    graph, scheme = Graph(_PREFIXES), _address(vocabulary.id)
    graph.a(scheme, "skos:ConceptScheme")
    graph.add(scheme, "dct:title", *(word(text, lang) for lang, text in vocabulary.title.items()))
    graph.add(scheme, "dct:license", NamedNode(_LICENCE))
    graph.add(scheme, "skos:hasTopConcept", *(_address(vocabulary.id, one.id) for one in concepts if not one.broader))
    for concept in concepts:
        it = graph.a(_address(vocabulary.id, concept.id), "skos:Concept")
        narrower, related = vocabulary.narrower(concept.id), vocabulary.related(concept.id)
        graph.add(it, "skos:inScheme", scheme)
        graph.add(it, "skos:topConceptOf", None if concept.broader else scheme)
        graph.add(it, "skos:prefLabel", *(word(text, lang) for lang, text in concept.pref.items()))
        graph.add(it, "skos:altLabel", *(word(text, lang) for lang, texts in concept.alt.items() for text in texts))
        graph.add(it, "skos:scopeNote", *(word(text, lang) for lang, text in concept.note.items()))
        graph.add(it, "skos:broader", *(_address(vocabulary.id, one) for one in concept.broader))
        graph.add(it, "skos:narrower", *(_address(vocabulary.id, one.id) for one in narrower))
        graph.add(it, "skos:related", *(_address(vocabulary.id, one.id) for one in related))
        graph.add(it, "skos:broadMatch", _address(TOPICS, concept.topic) if concept.topic else None)
        # The vocabulary does not say how closely the other term matches.
        graph.add(it, "skos:mappingRelation", *map(thing, concept.match))
    return graph


def _address(*names: str) -> NamedNode:
    return NamedNode("/".join((services().settings.issuer + ROOT, *names)))
