"""The five lines of records, with what the list of places and the profiles of organisations add."""

from __future__ import annotations

from app.catalogue import CatalogueService
from app.kickoff.places.directory import PlaceDirectory
from app.records.five_lines import FiveLinesReader, Inhabitants
from app.records.problem import InvalidRecord
from app.records.record import Municipality, Record, RecordRef
from app.shared.errors import NotFound


def wire_five_lines(catalogue: CatalogueService, places: PlaceDirectory) -> FiveLinesReader:
    """Return what reads the five lines of the records of a node."""

    def known(town: Municipality) -> Inhabitants | None:
        found = None if town.lies_in.is_abroad else places.known(town.name, town.state, town.kind, town.ars)
        if found is None or found.population is None:
            return None
        return Inhabitants(found.population, found.population_as_of)

    def organisation(name: str) -> Record | None:
        ref = RecordRef.parse(name)
        entry = None if "://" in name else catalogue.visible().at(ref.kind, ref.slug, ref.origin)
        try:
            return catalogue.record(entry) if entry else None
        except (InvalidRecord, NotFound):
            # A profile that cannot be read keeps nobody from reading the record that names it.
            return None

    stamp = lambda: (catalogue.last_seq(), places.state())  # noqa: E731
    return FiveLinesReader(known, organisation, stamp, lambda: catalogue.moment.is_whole)
