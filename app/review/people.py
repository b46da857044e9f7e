"""What review asks about people beyond the person who acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.identity import Action, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a message goes, and in which language ("de" or "en")."""

    address: str
    lang: str = "de"


class People(Protocol):
    """Knows who looks after what and how to reach whom."""

    def curators(self, *on: Subject) -> Iterable[str]:
        """Return the ids of those who look after all of these."""

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        """Tell whether somebody may do that; nobody who has gone may."""

    def recipient(self, person_id: str) -> Recipient | None:
        """Return where messages to a person go; None when there is no address or no wish for messages."""

    def reached(self, person_id: str) -> None:
        """Take note that nothing more is sent to a person about what they were told."""

    def refused(self, person_id: str) -> None:
        """Take note that the mail server refuses the address of a person for good."""

    def id_of(self, pseudonym: str) -> str | None:
        """Return the id of the person behind a pseudonym, None once the link was cut."""

    def same_as(self, person_ids: Iterable[str], /) -> frozenset[str]:
        """Return the ids with those of all accounts, also of former ones, behind which the same people stand."""
