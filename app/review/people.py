"""What review needs to know about people other than the acting person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.identity import Action, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Address and language ("de" or "en") for messages."""

    address: str
    lang: str = "de"


class People(Protocol):
    """Knows who is responsible for what, and how to reach them."""

    def curators(self, *on: Subject) -> Iterable[str]:
        """Return the ids of those responsible for all of these subjects."""

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        """Return whether the person may do this; False for somebody whose account is deleted."""

    def recipient(self, person_id: str) -> Recipient | None:
        """Return where messages to a person go; None if there is no address or they want no messages."""

    def reached(self, person_id: str) -> None:
        """Note that no further message about the same event will be sent to the person."""

    def refused(self, person_id: str) -> None:
        """Note that the mail server permanently refuses the person's address."""

    def id_of(self, pseudonym: str) -> str | None:
        """Return the id of the person behind a pseudonym; None once the link is deleted."""

    def same_as(self, person_ids: Iterable[str], /) -> frozenset[str]:
        """Return these ids with those of all other accounts, including former ones, of the same people."""
