"""Others can take the vocabulary over: pyshacl holds it against the conditions of SKOS."""

import warnings
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

SHAPES = Path(__file__).with_name("skos_shapes.ttl")
BASE = "https://node.example/begriffe"
BUS = URIRef(f"{BASE}/terms/on-demand-transport")


def read(client: FlaskClient, path: str, accept: str = "*/*") -> Graph:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    with warnings.catch_warnings():
        # The reader of JSON-LD uses a class that rdflib itself calls old.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=answer.data, format="turtle" if answer.mimetype == "text/turtle" else "json-ld")


def complaints(graph: Graph) -> str:
    from pyshacl import validate  # noqa: PLC0415 - each process of a run would load it

    fine, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=True)
    return "" if fine else str(text)


@pytest.mark.parametrize("name", ["topics", "terms"])
def test_a_vocabulary_keeps_to_skos(client: FlaskClient, name: str) -> None:
    graph = read(client, f"/begriffe/{name}.ttl")
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) > 10
    assert complaints(graph) == ""


def around(graph: Graph, term: URIRef) -> Graph:
    """Return what is said of a term and of all that it hangs together with."""
    near, more = set[Node](), list[Node]([term])
    while more:
        near.add(one := more.pop())
        ways = (SKOS.broader, SKOS.narrower, SKOS.related)
        more += [other for way in ways for other in graph.objects(one, way) if other not in near]
    part = Graph()
    for triple in graph:
        if triple[0] in near:
            part.add(triple)
    return part


def test_planted_mistakes_are_found(client: FlaskClient) -> None:
    graph = around(read(client, "/begriffe/terms.ttl"), BUS)
    above = next(graph.objects(BUS, SKOS.broader))
    before = complaints(graph)
    graph.add((BUS, SKOS.prefLabel, Literal("Noch ein Name", lang="de")))
    graph.add((BUS, SKOS.related, above))
    graph.add((above, SKOS.broader, BUS))
    found = complaints(graph)
    for part in ("UniqueLang", "related to something", "below itself", "one way only"):
        assert (part in before, part in found) == (False, True)


@pytest.mark.parametrize("path", ["/begriffe/terms", "/begriffe/terms/on-demand-transport"])
def test_all_forms_say_the_same_and_the_address_answers_in_the_one_asked_for(client: FlaskClient, path: str) -> None:
    turtle = read(client, f"{path}.ttl")
    assert isomorphic(turtle, read(client, f"{path}.jsonld"))
    assert isomorphic(turtle, read(client, path, "text/turtle"))
    assert isomorphic(turtle, read(client, path, "application/ld+json, text/html;q=0.5"))
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "Accept" in page.vary
    assert URIRef(f"https://node.example{path}") in set(turtle.subjects())


def test_a_term_names_its_words_its_field_of_action_and_its_licence(client: FlaskClient) -> None:
    graph = read(client, "/begriffe/terms/on-demand-transport.ttl")
    assert Literal("Rufbus", lang="de") in set(graph.objects(BUS, SKOS.altLabel))
    assert URIRef(f"{BASE}/topics/mobility") in set(graph.objects(BUS, SKOS.broadMatch))
    assert (URIRef(f"{BASE}/terms"), DCTERMS.license, None) in graph


def test_fields_of_action_name_the_themes_of_the_european_portals(client: FlaskClient) -> None:
    graph = read(client, "/begriffe/topics.ttl")
    theme = URIRef("http://publications.europa.eu/resource/authority/data-theme/TRAN")
    assert theme in set(graph.objects(URIRef(f"{BASE}/topics/mobility"), SKOS.mappingRelation))


@pytest.mark.parametrize("path", ["/begriffe/nix.ttl", "/begriffe/terms/nix.ttl", "/begriffe/nix/nix"])
def test_what_is_no_term_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
