"""Which records a test makes a node read."""

import pytest

from app.catalogue import CatalogueEntry, CatalogueService
from app.records.record import Record


def noted(catalogue: CatalogueService, monkeypatch: pytest.MonkeyPatch) -> list[CatalogueEntry]:
    """Return a list to which each version is added that is read from now on."""
    read: list[CatalogueEntry] = []
    record = catalogue.record

    def note(entry: CatalogueEntry) -> Record:
        read.append(entry)
        return record(entry)

    monkeypatch.setattr(catalogue, "record", note)
    return read
