"""The catalogue for open-data portals (DCAT-AP.de 3.0): each record is a dataset with several distributions."""

import zlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice

from flask import Blueprint, Response, abort, current_app, request, url_for
from pyoxigraph import BlankNode, Literal, NamedNode

from app.catalogue import CatalogueEntry
from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.record import Municipality, Record
from app.records.vocabulary import TOPICS, Vocabulary
from app.shared.config import Settings
from app.shared.confinement import Threads
from app.shared.kept import Recent
from app.web.doors.graph import FORM_ENDINGS, Graph, GraphForm, Thing, at, sent, thing, word
from app.web.shell.access import services
from app.web.shell.rate_limit import client_address
from app.web.shell.routing import Addresses, is_record_id, own_addresses

blueprint = Blueprint("dcat", __name__)
PART_SIZE = 1000
"""Records per response, about 2.5 MB; portals follow the links to further parts."""
MAX_KEPT_BYTES = 8 * 1024 * 1024
"""Bytes of compressed catalogues cached per process; a record takes a few hundred bytes."""
_KEY = "enet.catalogues"
_making = Threads(2)
"""Two requests may build a catalogue at a time, only one per address; more would block the threads of readers."""
Offer = Mapping[str, JsonValue]
EU = "http://publications.europa.eu/resource/authority"
THEMES = f"{EU}/data-theme"
_GEO = "http://dcat-ap.de/def/politicalGeocoding"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
LICENCES = {
    "CC-BY-4.0": "http://dcat-ap.de/def/licenses/cc-by/4.0",
    "CC0-1.0": "http://dcat-ap.de/def/licenses/cc-zero",
    "DL-DE-BY-2.0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "DL-DE-ZERO-2.0": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    "ODbL-1.0": "http://dcat-ap.de/def/licenses/odbl",
    "other-open": "http://dcat-ap.de/def/licenses/other-open",
}
"""Maps licences, by SPDX identifier if they have one, to the list of DCAT-AP.de."""
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_LANGUAGES = {"de": "DEU", "en": "ENG"}
_LEVELS = {
    2: ("stateKey", "state"),
    5: ("districtKey", "administrativeDistrict"),
    8: ("municipalityKey", "municipality"),
    9: ("municipalAssociationKey", "municipality"),
    12: ("regionalKey", "municipality"),
}
"""Maps the length of an official key to the list that it belongs to and the level of the place."""


@blueprint.get(f"/catalog.<any({FORM_ENDINGS}):ending>")
def catalogue(ending: str) -> Response:
    """Describe this node's readable records for open-data portals: PART_SIZE of them, those that follow `after`.

    A longer catalogue is a Hydra collection whose parts link to the next one. Parts are ordered by record id, so a
    portal misses nothing if records are published meanwhile. Raises Busy while others are being built.
    """
    form, after = GraphForm(ending), request.args.get("after", "")
    if after and not is_record_id(after):
        abort(404)
    node = services()
    kept: Recent[Hashable, bytes] = current_app.extensions.setdefault(_KEY, Recent(MAX_KEPT_BYTES, weigh=len))
    kept.hold_for(state := (node.catalogue.own.last_seq(), node.vocabularies.state))
    packed = kept.find((state, form, after))
    if packed is None:
        with _making.held(client_address(), 5):
            packed = zlib.compress(_described(form, after).written(form), level=1)
        if node.catalogue.moment.is_whole:
            kept.put((state, form, after), packed)
    return sent(zlib.decompress(packed), form)


def _described(form: GraphForm, after: str) -> Graph:
    """Return the description of the readable own records in a part."""
    node, issuer = services(), services().settings.issuer
    described = Catalogue(own_addresses(), node.settings, node.vocabularies.get(TOPICS))
    entries = list(islice(node.catalogue.own.by_id(node.schemas.listed, after=after), PART_SIZE + 1))
    for entry in node.catalogue.in_turn(entries[:PART_SIZE]):
        if record := node.catalogue.readable(entry):
            described.add(entry, record)
    more = entries[PART_SIZE - 1].id if len(entries) > PART_SIZE else ""
    if after or more:
        described.add_part(
            issuer + _path(form, after),
            total=node.catalogue.own.count(node.schemas.listed),
            first=issuer + _path(form, ""),
            following=issuer + _path(form, more) if more else "",
        )
    return described.graph


def _path(form: GraphForm, after: str) -> str:
    return url_for("dcat.catalogue", ending=form.value, after=after or None)


class Catalogue:
    """Describes records as datasets; call `add` for each record."""

    def __init__(self, addresses: Addresses, settings: Settings, topics: Vocabulary | None) -> None:
        self.graph = Graph(PREFIXES)
        self._addresses = addresses
        concepts = topics.concepts if topics else ()
        self._themes = {one.id: [name for name in one.match if name.startswith(f"{THEMES}/")] for one in concepts}
        issuer, operator = addresses.issuer, settings.operator_name or settings.name
        self._it = NamedNode(f"{issuer}/#catalog")
        self._publisher = self._agent(NamedNode(f"{issuer}/#operator"), operator, "de")
        self._contact = self._kind(
            BlankNode("contact"), operator, email=settings.operator_email, page=f"{issuer}/impressum"
        )
        self._describe(settings.name)
        self._service = self._api()

    def add(self, entry: CatalogueEntry, record: Record) -> None:
        """Describe one own record."""
        graph, page = self.graph, self._addresses.page(entry.kind, entry.slug)
        it = graph.a(NamedNode(self._addresses.permanent(entry.id)), "dcat:Dataset")
        graph.add(self._it, "dcat:dataset", it)
        graph.add(self._service, "dcat:servesDataset", it)
        graph.add(it, "dct:title", word(record.title, record.lang))
        graph.add(it, "dct:description", word(record.summary, record.lang))
        graph.add(it, "dct:identifier", Literal(self._addresses.permanent(entry.id)))
        graph.add(it, "dct:publisher", self._publisher)
        graph.add(it, "dcat:contactPoint", self._contact)
        graph.add(it, "dct:modified", at(entry.at))
        graph.add(it, "dcat:version", Literal(str(entry.ver)))
        graph.add(it, "dct:language", self._language(record.lang))
        graph.add(it, "dcat:keyword", *(word(one, record.lang) for one in record.keywords))
        for address in dict.fromkeys(theme for topic in record.topics for theme in self._themes.get(topic, [])):
            graph.add(it, "dcat:theme", graph.a(NamedNode(address), "skos:Concept"))
            graph.add(NamedNode(address), "skos:prefLabel", word(address.rpartition("/")[2], "en"))
        graph.add(it, "dcat:landingPage", self._document(page))
        for place in record.municipalities:
            self._place(it, place, record.lang)
        for title, address in _links(record):
            # It is not recorded whether the link leads to a dataset, a service or a page.
            if document := self._document(address):
                graph.add(it, "foaf:page", document)
                graph.add(document, "dct:title", word(title, record.lang))
        forms = (
            ("Seite", page, "text/html"),
            ("Markdown", f"{page}.md", "text/markdown"),
            ("JSON", self._addresses.api_record(entry.id), "application/json"),
        )
        for title, address, media_type in forms:
            graph.add(it, "dcat:distribution", self._distribution(title, address, media_type, record))
        offers = (one for one in _listed(record.data.get("open_data")) if isinstance(one, OBJECT))
        for number, offer in enumerate(offers, 1):
            name = NamedNode(f"{self._addresses.permanent(entry.id)}#daten-{number}")
            graph.add(it, "dct:relation", name)
            self._offer(name, offer, record.lang)

    def add_part(self, this: str, *, total: int, first: str, following: str) -> None:
        """Describe a part of the catalogue: the number of all records, and the next part ("" after the last).

        CKAN and piveau follow `next`; older versions of CKAN follow `nextPage`, Hydra's earlier term.
        """
        graph = self.graph
        it = graph.a(NamedNode(this), "hydra:PagedCollection", "hydra:PartialCollectionView")
        graph.add(it, "hydra:totalItems", Literal(str(total), datatype=_INTEGER))
        for names, address in ((("first", "firstPage"), first), (("next", "nextPage"), following)):
            for name in names:
                graph.add(it, f"hydra:{name}", thing(address) if address else None)

    def _offer(self, it: NamedNode, offer: Offer, lang: str) -> None:
        """Describe a dataset or service that a record mentions; its publisher is not the operator."""
        graph, publisher, page = self.graph, str(offer["publisher"]), str(offer["url"])
        graph.add(it, "dct:title", word(str(offer["title"]), lang))
        graph.add(it, "dct:description", word(str(offer["text"]), lang))
        graph.add(it, "dct:identifier", Literal(it.value))
        graph.add(it, "dct:publisher", self._agent(NamedNode(f"{it.value}-publisher"), publisher, lang))
        graph.add(it, "dcat:contactPoint", self._kind(graph.nameless(), publisher, page=page))
        is_service, licence = offer["type"] == "service", self._licence(str(offer.get("license")))
        names = [NamedNode(f"{EU}/file-type/{one}") for one in _listed(offer.get("formats"))]
        forms = [graph.a(name, "dct:MediaTypeOrExtent") for name in names]
        graph.add(self._it, "dcat:service" if is_service else "dcat:dataset", it)
        if is_service:
            graph.add(graph.a(it, "dcat:DataService"), "dcat:endpointURL", thing(page))
            graph.add(it, "dct:license", licence)
            graph.add(it, "dct:format", *forms)
            return
        graph.add(graph.a(it, "dcat:Dataset"), "dcat:landingPage", self._document(page))
        # A distribution must have a licence; without one, only the page of the dataset can be given.
        for number, form in enumerate((forms or [None]) if licence else (), 1):
            part = graph.a(NamedNode(f"{it.value}-{number}"), "dcat:Distribution")
            graph.add(it, "dcat:distribution", part)
            graph.add(part, "dcat:accessURL", thing(page))
            graph.add(part, "dct:license", licence)
            graph.add(part, "dct:format", form)

    def _describe(self, site: str) -> None:
        graph, it = self.graph, self.graph.a(self._it, "dcat:Catalog")
        graph.add(it, "dct:title", word(site, "de"))
        graph.add(it, "dct:description", word("Erfahrungen von Kommunen, jede Angabe mit ihrer Quelle.", "de"))
        graph.add(it, "dct:publisher", self._publisher)
        graph.add(it, "dct:language", self._language("de"))
        graph.add(it, "dct:license", self._licence("CC-BY-4.0"))
        graph.add(it, "foaf:homepage", self._document(f"{self._addresses.issuer}/"))
        graph.add(it, "dcat:themeTaxonomy", graph.a(NamedNode(THEMES), "skos:ConceptScheme"))
        graph.add(NamedNode(THEMES), "dct:title", word("Data theme", "en"))

    def _api(self) -> Thing:
        graph, api = self.graph, f"{self._addresses.issuer}/api/v1"
        it = graph.a(NamedNode(f"{self._addresses.issuer}/#api"), "dcat:DataService")
        graph.add(self._it, "dcat:service", it)
        graph.add(it, "dct:title", word("Schnittstelle für Programme", "de"))
        graph.add(it, "dct:publisher", self._publisher)
        graph.add(it, "dcat:contactPoint", self._contact)
        graph.add(it, "dcat:endpointURL", NamedNode(api))
        graph.add(it, "dcat:endpointDescription", NamedNode(f"{api}/openapi.json"))
        graph.add(it, "dct:license", self._licence("CC-BY-4.0"))
        return it

    def _agent(self, it: Thing, name: str, lang: str) -> Thing:
        self.graph.add(self.graph.a(it, "foaf:Agent", "foaf:Organization"), "foaf:name", word(name, lang))
        return it

    def _kind(self, it: Thing, name: str, *, page: str, email: str = "") -> Thing:
        self.graph.a(it, "vcard:Kind", "vcard:Organization")
        self.graph.add(it, "vcard:fn", Literal(name))
        self.graph.add(it, "vcard:hasEmail", thing(f"mailto:{email}") if email else None)
        self.graph.add(it, "vcard:hasURL", thing(page))
        return it

    def _distribution(self, title: str, address: str, media_type: str, record: Record) -> Thing:
        graph = self.graph
        it = graph.a(NamedNode(f"{address}#distribution"), "dcat:Distribution")
        graph.add(it, "dct:title", word(title, "de"))
        graph.add(it, "dcat:accessURL", NamedNode(address))
        graph.add(it, "dct:license", self._licence(record.license))
        attribution = record.data.get("attribution")
        graph.add(it, "dcatde:licenseAttributionByText", Literal(attribution) if isinstance(attribution, str) else None)
        kind = NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}")
        graph.add(it, "dcat:mediaType", graph.a(kind, "dct:MediaType"))
        return it

    def _place(self, it: Thing, place: Municipality, lang: str) -> None:
        # A key of another country has a length of these too, and names another place here.
        own = "" if place.lies_in.is_abroad else place.ars or ""
        key, level = _LEVELS.get(len(own), ("", ""))
        named = thing(f"{_GEO}/{key}/{place.ars}") if key else None
        where = self.graph.a(named or self.graph.nameless(), "dct:Location")
        self.graph.add(where, "skos:prefLabel", word(place.name, lang))
        self.graph.add(it, "dct:spatial", where)
        self.graph.add(it, "dcatde:politicalGeocodingLevelURI", thing(f"{_GEO}/Level/{level}") if key else None)

    def _language(self, lang: str) -> Thing | None:
        code = _LANGUAGES.get(lang)
        return self.graph.a(NamedNode(f"{EU}/language/{code}"), "dct:LinguisticSystem") if code else None

    def _licence(self, name: str) -> Thing | None:
        address = LICENCES.get(name)
        return self.graph.a(NamedNode(address), "dct:LicenseDocument") if address else None

    def _document(self, address: str) -> Thing | None:
        document = thing(address)
        return self.graph.a(document, "foaf:Document") if document else None


def _links(record: Record) -> Iterator[tuple[str, str]]:
    """Yield title and address of a record's links other than sources: portals, services, source code."""
    code = record.data.get("repository")
    for link in _listed(record.data.get("links")):
        if isinstance(link, OBJECT):
            yield str(link["title"]), str(link["url"])
    if isinstance(code, OBJECT) and code.get("url"):
        yield "Quellcode", str(code["url"])


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, LIST) else ()
