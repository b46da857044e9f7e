"""Portals of open data can take the catalogue over: pyshacl holds it against the official shapes of DCAT-AP.de 3.0.

The shapes are not part of this repository.
"""

import warnings
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from app.web.doors import dcat
from app.web.doors.dcat import Catalogue
from app.web.doors.graph import GraphForm
from app.web.factory import create_app
from app.web.shell.routing import Addresses
from app.wiring import Services
from tests.webnode.node import ROOT

OFFICIAL = ROOT.parent / "shared" / "validation" / "dcat-ap-de-3.0"
HOME = "https://node.example"
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SH = Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def catalogue(node: Services) -> Graph:
    client = create_app(node, testing=True).test_client()
    return Graph().parse(data=client.get("/catalog.ttl").data, format="turtle")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    if not OFFICIAL.is_dir():
        pytest.skip("NOT RUN: the shapes of DCAT-AP.de 3.0 are not here")
    found = Graph()
    for file in sorted(OFFICIAL.glob("*.ttl")):
        found.parse(file)
    return found


def violations(graph: Graph, shapes: Graph) -> list[str]:
    """What the shapes say is wrong, one line each; what they merely advise is left out."""
    from pyshacl import validate  # noqa: PLC0415 - each process of a run would load it

    _fine, report, _text = validate(graph, shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph)
    told = (SH.focusNode, SH.resultPath, SH.resultMessage)
    results = report.subjects(SH.resultSeverity, SH.Violation)
    return sorted(" ".join(str(report.value(result, part)) for part in told) for result in results)


def test_a_long_catalogue_leads_a_portal_from_part_to_part(
    catalogue: Graph, client: FlaskClient, shapes: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dcat, "PART_SIZE", 40)
    gathered, address, parts = Graph(), "/catalog.ttl", 0
    while address:
        part = Graph().parse(data=client.get(address.removeprefix(HOME)).data, format="turtle")
        assert parts or violations(part, shapes) == []
        view = URIRef(address if parts else f"{HOME}/catalog.ttl")
        assert part.value(view, HYDRA.first) == URIRef(f"{HOME}/catalog.ttl")
        assert part.value(view, HYDRA.nextPage) == part.value(view, HYDRA.next)
        datasets = [one for one in part.subjects(RDF.type, DCAT.Dataset) if "#" not in str(one)]
        assert len(datasets) <= 40
        assert int(str(part.value(view, HYDRA.totalItems))) > 40
        address = str(part.value(view, HYDRA.next) or "")
        parts += 1
        gathered += part
    assert parts > 2
    assert set(gathered.subjects(RDF.type, DCAT.Dataset)) == set(catalogue.subjects(RDF.type, DCAT.Dataset))


def test_a_catalogue_in_one_part_says_nothing_of_parts(catalogue: Graph) -> None:
    assert (None, RDF.type, HYDRA.PagedCollection) not in catalogue


def test_a_portal_on_its_way_misses_nothing_when_something_is_published(
    client: FlaskClient, node: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dcat, "PART_SIZE", 3)
    found = list(node.catalogue.own.by_id(node.schemas.listed))
    # The record that was the last of its part when the portal read it has gone since.
    gone = f"{found[1].id[:-4]}ffff"
    answer = client.get(f"/catalog.ttl?after={gone}").get_data(as_text=True)
    assert [entry.slug in answer for entry in found[:6]] == [False, False, True, True, True, False]
    assert client.get("/catalog.ttl?after=%27").status_code == 404


def test_every_listed_record_is_a_dataset(catalogue: Graph, node: Services) -> None:
    listed = {f"{HOME}/r/{e.id}" for e in node.catalogue.heads() if not e.origin and node.schemas.kind(e.kind).listed}
    assert {str(one) for one in catalogue.subjects(RDF.type, DCAT.Dataset) if "#" not in str(one)} == listed


def test_the_catalogue_keeps_to_the_shapes(catalogue: Graph, shapes: Graph) -> None:
    assert violations(catalogue, shapes) == []


def test_a_planted_mistake_is_found(catalogue: Graph, shapes: Graph) -> None:
    wrong = Graph()
    dataset = next(catalogue.subjects(RDF.type, DCAT.Dataset))
    for triple in catalogue.triples((dataset, None, None)):
        wrong.add(triple)
    wrong.remove((dataset, DCTERMS.publisher, None))
    wrong.set((dataset, DCATDE.politicalGeocodingLevelURI, Literal("municipality")))
    found = violations(wrong, shapes)
    assert any("publisher" in line for line in found)
    assert any("politicalGeocodingLevelURI" in line for line in found)


@pytest.fixture(scope="module")
def ulm(node: Services) -> URIRef:
    return URIRef(f"{HOME}/r/{node.catalogue.head_by_slug('case-study', 'ulm-datenplattform').id}")


def test_a_case_says_its_place_theme_licence_and_address(catalogue: Graph, node: Services, ulm: URIRef) -> None:
    geo = "http://dcat-ap.de/def/politicalGeocoding"
    assert (ulm, DCTERMS.spatial, URIRef(f"{geo}/municipalityKey/08421000")) in catalogue
    assert (ulm, DCAT.theme, URIRef("http://publications.europa.eu/resource/authority/data-theme/TECH")) in catalogue
    forms = list(catalogue.objects(ulm, DCAT.distribution))
    assert len(forms) == 3
    licences = {str(one) for form in forms for one in catalogue.objects(form, DCTERMS.license)}
    assert licences == {"http://dcat-ap.de/def/licenses/cc-by/4.0"}
    page = URIRef("https://ulm.de/leben-in-ulm/digitale-stadt/ulm_data")
    assert (ulm, FOAF.page, page) in catalogue
    assert Literal("Ulm Data", lang="de") in set(catalogue.objects(page, DCTERMS.title))
    association = URIRef(f"{HOME}/r/{node.catalogue.head_by_slug('case-study', 'suederbrarup-smart-city').id}")
    keys = {str(one).partition("politicalGeocoding/")[2] for one in catalogue.objects(association, DCTERMS.spatial)}
    assert keys == {"municipalAssociationKey/010595974", "districtKey/01059"}
    austrian = node.catalogue.head_by_slug("case-study", "at-gemeinden-online-antraege")
    assert any(town.ars for town in node.catalogue.record(austrian).municipalities)
    abroad = URIRef(f"{HOME}/r/{austrian.id}")
    assert not any(geo in str(one) for one in catalogue.objects(abroad, DCTERMS.spatial))


def test_a_dataset_that_a_record_names_is_one_with_its_publisher_licence_and_formats(
    catalogue: Graph, client: FlaskClient, ulm: URIRef
) -> None:
    (offer,) = catalogue.objects(ulm, DCTERMS.relation)
    assert (None, DCAT.dataset, offer) in catalogue
    assert catalogue.value(offer, DCTERMS.title) == Literal("Offene Daten der Stadt Ulm", lang="de")
    publisher = catalogue.value(offer, DCTERMS.publisher)
    assert catalogue.value(publisher, FOAF.name) == Literal("Stadt Ulm", lang="de")
    parts = list(catalogue.objects(offer, DCAT.distribution))

    def told(what: URIRef) -> set[str]:
        return {str(one) for part in parts for one in catalogue.objects(part, what)}

    assert told(DCAT.accessURL) == {"http://daten.ulm.de/offene_daten"}
    assert told(DCTERMS.license) == {"http://dcat-ap.de/def/licenses/other-open"}
    assert {one.rpartition("/")[2] for one in told(DCTERMS.format)} == {"CSV", "XLS", "SHP", "GML", "GEOJSON"}
    page = client.get("/fallstudien/ulm-datenplattform").get_data(as_text=True)
    line = "Datensatz oder Datenkatalog · Stadt Ulm · eine andere freie Lizenz · CSV, Excel, Shape, GML, GeoJSON"
    assert line in page


def test_a_dataset_without_a_licence_has_its_page_and_no_distribution(catalogue: Graph, node: Services) -> None:
    case = URIRef(f"{HOME}/r/{node.catalogue.head_by_slug('case-study', 'hamburg-masterportal-udp').id}")
    (offer,) = catalogue.objects(case, DCTERMS.relation)
    assert list(catalogue.objects(offer, DCAT.distribution)) == []
    assert catalogue.value(offer, DCAT.landingPage) == URIRef("https://www.urbandataplatform.hamburg/mitmachen-796858")


def test_a_service_that_a_record_names_is_one(shapes: Graph, node: Services) -> None:
    entry = node.catalogue.head_by_slug("case-study", "ulm-datenplattform")
    record = node.catalogue.record(entry)
    offer = {
        "type": "service", "title": "Karten von Beispielstadt", "text": "Karten zum Einbinden.",
        "publisher": "Beispielstadt", "url": "https://karten.beispielstadt.example/wms", "license": "DL-DE-ZERO-2.0",
        "formats": ["WMS_SRVC"], "sources": ["offene-daten"],
    }  # fmt: skip
    described = Catalogue(Addresses(issuer=HOME, schemas=node.schemas), node.settings, None)
    described.add(entry, replace(record, data={**record.data, "open_data": [offer]}))
    found = Graph().parse(data=described.graph.written(GraphForm.TURTLE), format="turtle")
    (service,) = found.objects(URIRef(f"{HOME}/r/{entry.id}"), DCTERMS.relation)
    assert (service, RDF.type, DCAT.DataService) in found
    assert (None, DCAT.service, service) in found
    assert found.value(service, DCAT.endpointURL) == URIRef("https://karten.beispielstadt.example/wms")
    assert violations(found, shapes) == []


def test_every_form_of_a_dataset_can_be_fetched(catalogue: Graph, client: FlaskClient) -> None:
    addresses = sorted(str(one) for one in catalogue.objects(None, DCAT.accessURL) if str(one).startswith(HOME))[::25]
    assert {client.get(one.removeprefix(HOME)).status_code for one in addresses} == {200}


def test_json_ld_says_the_same(catalogue: Graph, client: FlaskClient) -> None:
    answer = client.get("/catalog.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    with warnings.catch_warnings():
        # Its reader of JSON-LD uses a class that rdflib itself calls old.
        warnings.simplefilter("ignore", DeprecationWarning)
        other = Graph().parse(data=answer.data, format="json-ld")
    assert len(other) == len(catalogue)
    assert isomorphic(_named(other), _named(catalogue))


def _named(graph: Graph) -> Graph:
    """What is said of things with addresses; the others are told apart by what is said of them."""
    part = Graph()
    for triple in graph:
        if isinstance(triple[0], URIRef) and not hasattr(triple[2], "skolemize"):
            part.add(triple)
    return part
