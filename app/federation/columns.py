"""Columns that give nodes and their keys as the code works with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from app.federation.issuer import Issuer
from app.federation.jose import KeySet

_REMEMBERED = 1024


class IssuerText(TypeDecorator[Issuer]):
    """A node by its address. None is kept as ""."""

    impl = String
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(200)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:  # noqa: ARG002 - as SQLAlchemy calls it
        return _address

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        return _issuer


class KeySetText(TypeDecorator[KeySet]):
    """Public keys, kept as a JWK set."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: KeySet | None, dialect: Dialect) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        """Return what is stored."""
        return json.dumps((value or KeySet()).as_jwks())

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        return _keys


@lru_cache(maxsize=_REMEMBERED)
def _address(issuer: Issuer | None) -> str:
    return issuer.address if issuer else ""


@lru_cache(maxsize=_REMEMBERED)
def _issuer(address: str | None) -> Issuer | None:
    return Issuer(address) if address else None


@lru_cache(maxsize=_REMEMBERED)
def _keys(packed: str | None) -> KeySet:
    return KeySet.from_jwks(json.loads(packed)) if packed else KeySet()
