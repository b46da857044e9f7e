"""Answers requests after OAI-PMH 2.0. Knows nothing of HTTP: arguments in, a document out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from app.catalogue import CatalogueService
from app.federation.entity import NodeFacts
from app.federation.held import HeldItem, HeldStatements, ListPosition, StatementNotHeld
from app.federation.oai import xml
from app.federation.oai.formats import MetadataFormats
from app.federation.oai.lists import OaiLists, OaiSets
from app.federation.oai.request import OaiCode, OaiError, Request, read_request
from app.federation.oai.xml import GRANULARITY, Element, written
from app.shared.clock import Clock
from app.shared.errors import Invalid, NotFound

_log = structlog.get_logger(__name__)


class OaiProvider:
    """The interface of one node."""

    def __init__(self, facts: NodeFacts, held: HeldStatements, catalogue: CatalogueService, clock: Clock) -> None:
        """Offer what `held` holds; `catalogue` gives the texts for Dublin Core."""
        self._facts = facts
        self._held = held
        self._clock = clock
        self._sets = OaiSets(facts.issuer)
        self._formats = MetadataFormats(held, catalogue, self._sets, facts)
        self._lists = OaiLists(held, self._sets, tuple(self._formats.known))
        self._verbs: dict[str, Callable[[Element, Request, ListPosition], None]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": self._list_identifiers,
            "ListRecords": self._list_records,
        }

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """Return the document that answers a request with these arguments; mistakes are part of the answer.

        Raises Unavailable when the node cannot sign or read at the moment.
        """
        # Taken before anything is read, so that nothing that is missing here has an earlier time.
        now = self._clock()
        position = self._held.catch_up()
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
        earliest = self._held.items.earliest() or self._clock()
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
        for form in self._formats.known.values():
            element = xml.add(answer, "metadataFormat")
            xml.add(element, "metadataPrefix", form.prefix)
            xml.add(element, "schema", form.schema)
            xml.add(element, "metadataNamespace", form.namespace)

    def _list_sets(self, answer: Element, request: Request, _position: ListPosition) -> None:
        if request.token is not None:
            raise OaiError(OaiCode.BAD_RESUMPTION_TOKEN, "The list of sets comes in one piece.")
        for spec, group, value in self._sets.all(self._held):
            element = xml.add(answer, "set")
            xml.add(element, "setSpec", spec)
            xml.add(element, "setName", self._facts.set_name(group, value))

    def _get_record(self, answer: Element, request: Request, _position: ListPosition) -> None:
        item = self._find(request.arguments["identifier"])
        prefix = request.arguments["metadataPrefix"]
        if prefix not in self._formats.known:
            raise OaiError(OaiCode.CANNOT_DISSEMINATE_FORMAT, "The item has no such form here.")
        if not self._write_record(answer, item, prefix):
            raise OaiError(OaiCode.ID_DOES_NOT_EXIST, "The item cannot be given out at the moment.")

    def _list_identifiers(self, answer: Element, request: Request, position: ListPosition) -> None:
        self._lists.answer(answer, request, position, self._write_header)

    def _list_records(self, answer: Element, request: Request, position: ListPosition) -> None:
        self._lists.answer(answer, request, position, self._write_record)

    def _find(self, identifier: str) -> HeldItem:
        try:
            return self._held.by_sub(identifier)
        except StatementNotHeld as error:
            raise OaiError(OaiCode.ID_DOES_NOT_EXIST, "Nothing has this identifier.") from error

    def _write_header(self, parent: Element, item: HeldItem, prefix: str) -> int:
        status = {"status": "deleted"} if self._formats.deleted(item, prefix) else {}
        header = xml.add(parent, "header", **status)
        xml.add(header, "identifier", self._held.sub(item))
        xml.add(header, "datestamp", written(item.stamped_at))
        for spec in self._sets.of(item):
            xml.add(header, "setSpec", spec)
        return len(header)

    def _write_record(self, parent: Element, item: HeldItem, prefix: str) -> int:
        """Append a record and return about how many bytes it has; 0 if this version cannot be given out."""
        record = xml.add(parent, "record")
        size = self._write_header(record, item, prefix)
        if self._formats.deleted(item, prefix):
            return size
        try:
            return size + self._formats.write(record, item, prefix)
        except (NotFound, Invalid) as error:
            # One damaged version must not keep others from the rest; the next good one is offered again.
            _log.warning("oai.item_left_out", record=item.record_id, ver=item.ver, error=type(error).__name__)
            parent.remove(record)
            return 0


def _refused(root: Element, error: OaiError) -> bytes:
    xml.add(root, "error", error.text, code=error.code.value)
    return xml.serialised(root)
