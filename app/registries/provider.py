"""Answers OAI-PMH 2.0 requests, independently of HTTP: turns arguments into an XML document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.database import Sessions
from app.federation.held import HeldStatements
from app.federation.issuer import GlobalNames, Issuer
from app.records.record import Record, licence_address
from app.registries import xml
from app.registries.items import HeldItem, ItemQueries, ListPosition, Projection
from app.registries.lists import OaiCode, OaiError, OaiLists, OaiSets, Request, read_request
from app.registries.xml import GRANULARITY, Element, written
from app.shared.clock import Clock
from app.shared.errors import Invalid, NotFound

STATEMENTS = "enet"
DUBLIN_CORE = "oai_dc"
DUBLIN_CORE_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """What this node states about itself; `contact` may be empty, `set_name` labels a set (group, value)."""

    issuer: Issuer
    name: str
    publisher: str
    contact: str
    set_name: Callable[[str, str], str]

    @property
    def oai_pmh_endpoint(self) -> str:
        """Return the base URL for harvesters."""
        return f"{self.issuer.address}/oai"

    @property
    def admin_email(self) -> str:
        """Return an e-mail address that is valid in OAI-PMH, even if the operator has not entered one."""
        host = self.issuer.origin.partition("~")[0].partition(":")[0]
        return self.contact or f"webmaster@{host}{'' if '.' in host else '.invalid'}"


class OaiProvider:
    """The OAI-PMH interface of this node. One object per process; thread-safe."""

    def __init__(
        self, facts: NodeFacts, held: HeldStatements, catalogue: CatalogueService, sessions: Sessions, clock: Clock
    ) -> None:
        """Offer what the catalogue shows; `held` returns the statements and global names of its records."""
        self.items, self.projection = ItemQueries(sessions), Projection(sessions, catalogue, clock)
        self._facts = facts
        self._held = held
        self._catalogue = catalogue
        self._clock = clock
        self._names = GlobalNames(frozenset({facts.issuer}))
        self._sets = OaiSets(facts.issuer)
        self._formats = {
            STATEMENTS: (f"{facts.oai_pmh_endpoint}/enet.xsd", xml.ENET),
            DUBLIN_CORE: (DUBLIN_CORE_SCHEMA, xml.OAI_DC),
        }
        self._lists = OaiLists(self.items, self._sets, tuple(self._formats))
        self._verbs: dict[str, Callable[[Element, Request, ListPosition], None]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": partial(self._lists.answer, write=self._write_header),
            "ListRecords": partial(self._lists.answer, write=self._write_record),
        }

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """Return the answer to a request, which may be an error of the protocol. Raises Unavailable."""
        # Get the time before reading, so that nothing missing from this answer has an earlier time.
        now = self._clock()
        position = self.projection.catch_up()
        try:
            request = read_request(pairs)
        except OaiError as error:
            return _refused(xml.envelope(now, self._facts.oai_pmh_endpoint, {}), error)
        root = xml.envelope(now, self._facts.oai_pmh_endpoint, {"verb": request.verb, **request.arguments})
        answer = xml.add(root, request.verb)
        try:
            self._verbs[request.verb](answer, request, position)
        except OaiError as error:
            root.remove(answer)
            if error.code is OaiCode.BAD_ARGUMENT:
                root = xml.envelope(now, self._facts.oai_pmh_endpoint, {})
            return _refused(root, error)
        return xml.serialised(root)

    def _identify(self, answer: Element, _request: Request, _position: ListPosition) -> None:
        earliest = self.items.earliest() or self._clock()
        for name, text in (
            ("repositoryName", self._facts.name),
            ("baseURL", self._facts.oai_pmh_endpoint),
            ("protocolVersion", "2.0"),
            ("adminEmail", self._facts.admin_email),
            ("earliestDatestamp", written(earliest)),
            ("deletedRecord", "persistent"),
            ("granularity", GRANULARITY),
            ("compression", "gzip"),
        ):
            xml.add(answer, name, text)

    def _list_formats(self, answer: Element, request: Request, _position: ListPosition) -> None:
        identifier = request.arguments.get("identifier")
        if identifier is not None:
            self._find(identifier)
        for prefix, (schema, namespace) in self._formats.items():
            element = xml.add(answer, "metadataFormat")
            xml.add(element, "metadataPrefix", prefix)
            xml.add(element, "schema", schema)
            xml.add(element, "metadataNamespace", namespace)

    def _list_sets(self, answer: Element, request: Request, _position: ListPosition) -> None:
        if request.token is not None:
            raise OaiError(OaiCode.BAD_RESUMPTION_TOKEN, "The list of sets comes in one piece.")
        for spec, group, value in self._sets.all(self.items):
            element = xml.add(answer, "set")
            xml.add(element, "setSpec", spec)
            xml.add(element, "setName", self._facts.set_name(group, value))

    def _get_record(self, answer: Element, request: Request, _position: ListPosition) -> None:
        item = self._find(request.arguments["identifier"])
        prefix = request.arguments["metadataPrefix"]
        if prefix not in self._formats:
            raise OaiError(OaiCode.CANNOT_DISSEMINATE_FORMAT, "The item has no such form here.")
        if not self._write_record(answer, item, prefix):
            raise OaiError(OaiCode.ID_DOES_NOT_EXIST, "The item cannot be given out at the moment.")

    def _find(self, identifier: str) -> HeldItem:
        named = self._names(identifier)
        item = self.items.get(*named) if named else None
        if item is None or self._sub(item) != identifier:
            raise OaiError(OaiCode.ID_DOES_NOT_EXIST, "Nothing has this identifier.")
        return item

    def _sub(self, item: HeldItem) -> str:
        return self._held.sub_of(item.origin, item.record_id)

    def _write_header(self, parent: Element, item: HeldItem, prefix: str) -> int:
        status = {"status": "deleted"} if _is_deleted(item, prefix) else {}
        header = xml.add(parent, "header", **status)
        xml.add(header, "identifier", self._sub(item))
        xml.add(header, "datestamp", written(item.stamped_at))
        for spec in self._sets.of(item):
            xml.add(header, "setSpec", spec)
        return len(header)

    def _write_record(self, parent: Element, item: HeldItem, prefix: str) -> int:
        """Append a record and return its approximate size in bytes; 0 if this version cannot be read."""
        record = xml.add(parent, "record")
        size = self._write_header(record, item, prefix)
        if _is_deleted(item, prefix):
            return size
        write = self._write_statement if prefix == STATEMENTS else self._write_dublin_core
        try:
            return size + write(record, item)
        except (NotFound, Invalid) as error:
            # One damaged version must not block the rest of a list; the next good one is offered again.
            _log.warning("oai.item_left_out", record=item.record_id, ver=item.ver, error=type(error).__name__)
            parent.remove(record)
            return 0

    def _write_statement(self, record: Element, item: HeldItem) -> int:
        payload = self._held.payload(item.origin, item.record_id, item.ver).decode()
        metadata = xml.add(record, "metadata")
        statement = xml.add_root(metadata, xml.ENET, "statement", None, None)
        statement.set("digest", item.digest)
        # Write characters that XML cannot contain as JSON escapes, so that the value stays the same.
        statement.text = xml.UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", payload)
        if not item.withdrawn:
            entry = self._catalogue.get(item.record_id, item.ver, item.origin)
            self._write_rights(record, self._catalogue.record(entry))
        return len(payload)

    def _write_dublin_core(self, record: Element, item: HeldItem) -> int:
        entry = self._catalogue.get(item.record_id, item.ver, item.origin)
        found = self._catalogue.record(entry)
        described = tuple(self._described(item, found, entry.at.date().isoformat()))
        metadata = xml.add(record, "metadata")
        dc = xml.add_root(metadata, xml.OAI_DC, "dc", DUBLIN_CORE, DUBLIN_CORE_SCHEMA)
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
        yield "identifier", self._sub(item)
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


def _is_deleted(item: HeldItem, prefix: str) -> bool:
    """Return whether the item is deleted in this format; the signed withdrawal itself can still be fetched."""
    return item.withdrawn and prefix != STATEMENTS


def _refused(root: Element, error: OaiError) -> bytes:
    xml.add(root, "error", error.text, code=error.code.value)
    return xml.serialised(root)
