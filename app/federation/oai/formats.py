"""The two forms in which an item is handed out: as its origin signed it, and in Dublin Core for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.federation.entity import NodeFacts
from app.federation.held import HeldItem, HeldStatements
from app.federation.oai import xml
from app.federation.oai.lists import OaiSets
from app.federation.oai.xml import Element, written
from app.records.record import Record, licence_address

STATEMENTS = "enet"
DUBLIN_CORE = "oai_dc"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFormat:
    """A form by its prefix, where its schema lies, and its namespace."""

    prefix: str
    schema: str
    namespace: str


class MetadataFormats:
    """Writes items into answers."""

    def __init__(self, held: HeldStatements, catalogue: CatalogueService, sets: OaiSets, facts: NodeFacts) -> None:
        """Name own records' publisher, and topics, as `facts` word them."""
        self._held = held
        self._catalogue = catalogue
        self._sets = sets
        self._facts = facts
        self.known = {
            STATEMENTS: MetadataFormat(
                prefix=STATEMENTS, schema=f"{facts.oai_pmh_endpoint}/enet.xsd", namespace=xml.ENET
            ),
            DUBLIN_CORE: MetadataFormat(
                prefix=DUBLIN_CORE, schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd", namespace=xml.OAI_DC
            ),
        }

    def deleted(self, item: HeldItem, prefix: str) -> bool:
        """Tell whether the item is gone in this form. The signed withdrawal itself is there to be fetched."""
        return item.withdrawn and prefix != STATEMENTS

    def write(self, record: Element, item: HeldItem, prefix: str) -> int:
        """Append metadata and notes to a record's element and return about how many bytes they have.

        Raises NotFound, Invalid and Unavailable when the version cannot be given out.
        """
        if prefix == STATEMENTS:
            return self._write_statement(record, item)
        return self._write_dublin_core(record, item)

    def _write_statement(self, record: Element, item: HeldItem) -> int:
        jws = self._held.jws(item)
        form = self.known[STATEMENTS]
        metadata = xml.add(record, "metadata")
        statement = xml.add_root(metadata, form.namespace, "statement", None, None)
        statement.set("digest", item.digest)
        statement.text = jws
        if not item.withdrawn:
            self._write_rights(record, self._catalogue.record(self._held.entry(item)))
        self._write_way(record, item)
        return len(jws)

    def _write_dublin_core(self, record: Element, item: HeldItem) -> int:
        form = self.known[DUBLIN_CORE]
        entry = self._held.entry(item)
        found = self._catalogue.record(entry)
        described = tuple(self._described(item, found, entry.at.date().isoformat()))
        metadata = xml.add(record, "metadata")
        dc = xml.add_root(metadata, form.namespace, "dc", DUBLIN_CORE, form.schema)
        for name, text in described:
            xml.add_in(dc, xml.DC, name, text)
        self._write_rights(record, found)
        return sum(len(text) for _name, text in described)

    def _described(self, item: HeldItem, record: Record, published: str) -> Iterator[tuple[str, str]]:
        yield "title", record.title
        yield from (("subject", self._facts.set_name("topic", topic)) for topic in record.topics)
        yield from (("subject", keyword) for keyword in record.keywords)
        yield "description", record.summary
        yield "publisher", self._facts.publisher if item.origin == OWN else self._sets.origin(item.origin)
        yield "date", published
        yield "type", record.kind
        yield "identifier", self._held.sub(item)
        yield from (("source", source.url or source.title) for source in record.sources)
        yield "language", record.lang
        yield from (("coverage", place.name) for place in record.municipalities)
        yield "rights", licence_address(record.license) or record.license

    def _write_rights(self, record: Element, found: Record) -> None:
        address = licence_address(found.license)
        if address:
            about = xml.add(record, "about")
            location = "http://www.openarchives.org/OAI/2.0/rights.xsd"
            rights = xml.add_root(about, xml.RIGHTS, "rights", None, location)
            xml.add_in(rights, xml.RIGHTS, "rightsReference", "", ref=address)

    def _write_way(self, record: Element, item: HeldItem) -> None:
        hops = self._held.hops(item)
        if not hops:
            return
        location = "http://www.openarchives.org/OAI/2.0/provenance.xsd"
        parent = xml.add_root(xml.add(record, "about"), xml.PROVENANCE, "provenance", None, location)
        for hop in hops:
            date = written(hop.harvested_at)
            parent = xml.add_in(parent, xml.PROVENANCE, "originDescription", "", harvestDate=date, altered="false")
            xml.add_in(parent, xml.PROVENANCE, "baseURL", hop.base_url)
            xml.add_in(parent, xml.PROVENANCE, "identifier", self._held.sub(item))
            xml.add_in(parent, xml.PROVENANCE, "datestamp", written(hop.stamped_at))
            xml.add_in(parent, xml.PROVENANCE, "metadataNamespace", xml.ENET)
