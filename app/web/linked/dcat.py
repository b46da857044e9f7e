"""The catalogue of a node for portals of open data, after DCAT-AP.de 3.0: each record is a dataset in several forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from app.catalogue import CatalogueEntry
from app.records.graph import Graph, Thing, at, thing, word
from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.record import Municipality, Record
from app.records.vocabulary import Vocabulary
from app.web.shell.routing import Addresses

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
"""Licences by their SPDX identifier where they have one, as the list of DCAT-AP.de names them."""
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_LANGUAGES = {"de": "DEU", "en": "ENG"}
_LEVELS = {
    2: ("stateKey", "state"),
    5: ("districtKey", "administrativeDistrict"),
    8: ("municipalityKey", "municipality"),
    9: ("municipalAssociationKey", "municipality"),
    12: ("regionalKey", "municipality"),
}
"""By the length of an official key: which list it is from, and the level that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who runs the node; one of `email` and `page` is how to reach them."""

    site: str
    name: str
    email: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several parts: the addresses of the first, of this one and of the next ("" after the last)."""

    total: int
    first: str
    this: str
    following: str


class Catalogue:
    """Describes records as datasets; each call of `add` is one record."""

    def __init__(self, addresses: Addresses, keeper: Keeper, topics: Vocabulary | None) -> None:
        self.graph = Graph(PREFIXES)
        self._addresses = addresses
        self._keeper = keeper
        self._themes = _themes(topics)
        self._it = NamedNode(f"{addresses.issuer}/#catalog")
        self._publisher = self._agent(NamedNode(f"{addresses.issuer}/#operator"), keeper.name, "de")
        self._contact = self._kind(BlankNode("contact"), keeper.name, email=keeper.email, page=keeper.page)
        self._describe()
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
        graph.add(it, "dcat:theme", *self._themes_of(record))
        graph.add(it, "dcat:landingPage", self._document(page))
        for place in record.municipalities:
            self._place(it, place, record.lang)
        for title, address in _named(record):
            self._page(it, title, address, record.lang)
        for title, address, media_type in self._forms(entry, page):
            graph.add(it, "dcat:distribution", self._distribution(title, address, media_type, record))
        for number, offer in enumerate(_offers(record), 1):
            name = NamedNode(f"{self._addresses.permanent(entry.id)}#daten-{number}")
            graph.add(it, "dct:relation", name)
            self._offer(name, offer, record.lang)

    def lead_on(self, part: Part) -> None:
        """Say of how many records this is a part, and where the next one is.

        CKAN and piveau follow `next`, earlier ones of CKAN `nextPage`, which Hydra had before.
        """
        graph = self.graph
        it = graph.a(NamedNode(part.this), "hydra:PagedCollection", "hydra:PartialCollectionView")
        graph.add(it, "hydra:totalItems", Literal(str(part.total), datatype=_INTEGER))
        for names, address in ((("first", "firstPage"), part.first), (("next", "nextPage"), part.following)):
            for name in names:
                graph.add(it, f"hydra:{name}", thing(address) if address else None)

    def _offer(self, it: NamedNode, offer: Offer, lang: str) -> None:
        """Describe a dataset or service that a record names: its publisher's, not the operator's."""
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
        # A distribution must name its licence; where none is known, the page of the dataset is all that can be told.
        for number, form in enumerate((forms or [None]) if licence else (), 1):
            part = graph.a(NamedNode(f"{it.value}-{number}"), "dcat:Distribution")
            graph.add(it, "dcat:distribution", part)
            graph.add(part, "dcat:accessURL", thing(page))
            graph.add(part, "dct:license", licence)
            graph.add(part, "dct:format", form)

    def _describe(self) -> None:
        graph, it = self.graph, self.graph.a(self._it, "dcat:Catalog")
        graph.add(it, "dct:title", word(self._keeper.site, "de"))
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

    def _forms(self, entry: CatalogueEntry, page: str) -> Iterator[tuple[str, str, str]]:
        yield "Seite", page, "text/html"
        yield "Markdown", f"{page}.md", "text/markdown"
        yield "JSON", self._addresses.api_record(entry.id), "application/json"

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

    def _page(self, it: Thing, title: str, address: str, lang: str) -> None:
        """State an address that the record names; whether it is of a dataset, a service or a page it does not say."""
        document = thing(address)
        if document is not None:
            self.graph.add(it, "foaf:page", self.graph.a(document, "foaf:Document"))
            self.graph.add(document, "dct:title", word(title, lang))

    def _place(self, it: Thing, place: Municipality, lang: str) -> None:
        key, level = _LEVELS.get(len(place.ars or ""), ("", ""))
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

    def _themes_of(self, record: Record) -> Iterator[Thing]:
        for address in dict.fromkeys(theme for topic in record.topics for theme in self._themes.get(topic, ())):
            yield self.graph.a(NamedNode(address), "skos:Concept")
            self.graph.add(NamedNode(address), "skos:prefLabel", word(address.rpartition("/")[2], "en"))


def _named(record: Record) -> Iterator[tuple[str, str]]:
    """Yield title and address of what the record names beside its sources: portals, services, source code."""
    code = record.data.get("repository")
    for link in _listed(record.data.get("links")):
        if isinstance(link, OBJECT):
            yield str(link["title"]), str(link["url"])
    if isinstance(code, OBJECT) and code.get("url"):
        yield "Quellcode", str(code["url"])


def _offers(record: Record) -> list[Offer]:
    """Return the datasets and services that a record names."""
    return [one for one in _listed(record.data.get("open_data")) if isinstance(one, OBJECT)]


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, LIST) else ()


def _themes(topics: Vocabulary | None) -> Mapping[str, tuple[str, ...]]:
    concepts: Iterable[tuple[str, tuple[str, ...]]] = ((one.id, one.match) for one in topics.concepts) if topics else ()
    return {name: tuple(one for one in match if one.startswith(f"{THEMES}/")) for name, match in concepts}
