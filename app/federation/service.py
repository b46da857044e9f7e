"""Everything a node needs to publish to others, put together."""

import json
from collections.abc import Mapping
from pathlib import Path

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.database import Sessions
from app.federation.association.members import Members
from app.federation.held import HeldStatements, OwnStatements
from app.federation.issuer import Issuer
from app.federation.listing.own import ABOUT, MEMBERS, OwnListing
from app.federation.listing.repository import OwnList
from app.records.json_value import JsonValue
from app.shared.clock import Clock


class FederationService:
    """The publishing half of the federation. One object per process, safe for all its threads."""

    def __init__(
        self,
        issuer: Issuer,
        about: Mapping[str, JsonValue],
        *,
        keys: Path,
        folder: Path,
        catalogue: CatalogueService,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        """Put the parts together, reading nothing; `keys` has the online key, `folder` is handed out as the list."""
        self.issuer = issuer
        self.own = OwnStatements(catalogue, issuer)
        self.held = HeldStatements(self.own, sessions)
        self.members = Members(sessions, clock)
        said = json.dumps(about, ensure_ascii=False).encode()
        self.folder = folder
        self.listing = OwnListing(
            OwnList(folder, clock, keys / "list.lock"),
            keys,
            self.own,
            catalogue,
            lambda: {ABOUT: said, MEMBERS: self.members.document()},
            clock,
        )

    def rebuild(self) -> None:
        """List everything once more, if the place of the list can be reached; raises KeyUnreadable."""
        # After a restore the folder of the list is not there.
        self.listing.ensure()
        if self.listing.listed.has_root():
            self.listing.rebuild()

    def follow(self, progress: Progress = silent) -> None:
        """List what the catalogue publishes; raises KeyUnreadable and ListDamaged."""
        if self.listing.listed.has_root():
            self.listing.follow(progress)

    def forget_erased(self) -> None:
        """Take what was erased out of the list and its folder; raises KeyUnreadable, ListDamaged and OSError."""
        if self.listing.has_begun():
            self.listing.ensure()
            self.follow()
            self.listing.listed.forget_old()
