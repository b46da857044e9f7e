# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Resumption tokens: the request and the place in the log, so that the server remembers nothing.

A token never expires. Whoever forges one only asks another question that anybody may ask.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import asdict, dataclass
from typing import Any

from app.federation.jose import NotStrictJson, loads
from app.federation.oai.errors import Code, OaiError

_TEXTS = ("prefix", "since", "until", "set")
_NUMBERS = ("after", "up_to", "cursor", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """A list that was begun: go on after change number `after`, up to `up_to`.

    `cursor` items have been sent of about `total`; the rest are the arguments of the first request.
    """

    prefix: str
    after: int
    up_to: int
    cursor: int
    total: int
    since: str | None = None
    until: str | None = None
    set: str | None = None

    def token(self) -> str:
        """Return the token that stands for this."""
        members = {name: value for name, value in asdict(self).items() if value is not None}
        raw = json.dumps(members, separators=(",", ":"), sort_keys=True)
        return urlsafe_b64encode(raw.encode()).rstrip(b"=").decode("ascii")


def read_token(token: str) -> Resumption:
    """Return what a token stands for; raises OaiError with badResumptionToken."""
    try:
        members = loads(urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
    except (UnicodeEncodeError, Base64Error, NotStrictJson) as error:
        raise _bad() from error
    if not isinstance(members, dict) or not set(members) <= {*_TEXTS, *_NUMBERS}:
        raise _bad()
    found: dict[str, Any] = dict(members)
    texts = all(isinstance(found.get(name, ""), str) for name in _TEXTS)
    numbers = all(type(found.get(name)) is int and 0 <= found[name] < 2**31 for name in _NUMBERS)
    if not (texts and numbers and "prefix" in found):
        raise _bad()
    return Resumption(**found)


def _bad() -> OaiError:
    return OaiError(Code.BAD_RESUMPTION_TOKEN, "This is no token of this repository.")
