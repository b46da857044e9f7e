"""Requests of OAI-PMH 2.0: verbs, their arguments, resumption tokens, and the errors that answer what breaks the rules.

A resumption token is the request and the place in the log, so that the server remembers nothing. It never expires;
whoever forges one only asks another question that anybody may ask.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from app.federation.jose import NotStrictJson, loads
from app.shared.errors import Invalid


class OaiCode(StrEnum):
    """The error codes of OAI-PMH 2.0, section 3.6, that this node gives."""

    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 - a code of the standard
    BAD_VERB = "badVerb"
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"


class OaiError(Invalid):
    """A request that the protocol answers with an error; `text` explains it in English."""

    code: OaiCode
    text: str


TOKEN = "resumptionToken"  # noqa: S105 - the name of an argument
_LONGEST = 2000
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verb:
    """`exclusive` may only stand alone, in place of all others."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    exclusive: str | None = None


_SELECTIVE = _Verb(
    required=frozenset({"metadataPrefix"}), optional=frozenset({"from", "until", "set"}), exclusive=TOKEN
)
_VERBS = {
    "Identify": _Verb(),
    "ListMetadataFormats": _Verb(optional=frozenset({"identifier"})),
    "ListSets": _Verb(exclusive=TOKEN),
    "GetRecord": _Verb(required=frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _SELECTIVE,
    "ListRecords": _SELECTIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that keeps to the rules: a verb and its arguments."""

    verb: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str | None:
        """Return the resumption token, if the request goes on with a list."""
        return self.arguments.get(TOKEN)


def read_request(pairs: Sequence[tuple[str, str]]) -> Request:
    """Return the request that these arguments make; raises OaiError with badVerb or badArgument."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise OaiError(OaiCode.BAD_VERB, "Give exactly one verb: " + ", ".join(_VERBS) + ".")
    arguments = {name: value for name, value in pairs if name != "verb"}
    if len(arguments) != len(pairs) - 1:
        raise OaiError(OaiCode.BAD_ARGUMENT, "An argument was given more than once.")
    if any(len(value) > _LONGEST or UNFIT.search(value) for value in arguments.values()):
        raise OaiError(OaiCode.BAD_ARGUMENT, "An argument is too long or contains control characters.")
    _check(_VERBS[verbs[0]], frozenset(arguments))
    return Request(verb=verbs[0], arguments=arguments)


def _check(verb: _Verb, names: frozenset[str]) -> None:
    if verb.exclusive in names and len(names) > 1:
        raise OaiError(OaiCode.BAD_ARGUMENT, f"{verb.exclusive} has to stand alone.")
    if names == {verb.exclusive}:
        return
    if names - verb.required - verb.optional:
        raise OaiError(OaiCode.BAD_ARGUMENT, "This verb does not take one of the arguments given.")
    missing = sorted(verb.required - names)
    if missing:
        raise OaiError(OaiCode.BAD_ARGUMENT, f"The argument {missing[0]} is missing.")


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
        raise _bad_token() from error
    if not isinstance(members, dict) or not set(members) <= {*_TEXTS, *_NUMBERS}:
        raise _bad_token()
    found: dict[str, Any] = dict(members)
    texts = all(isinstance(found.get(name, ""), str) for name in _TEXTS)
    numbers = all(type(found.get(name)) is int and 0 <= found[name] < 2**31 for name in _NUMBERS)
    if not (texts and numbers and "prefix" in found):
        raise _bad_token()
    return Resumption(**found)


def _bad_token() -> OaiError:
    return OaiError(OaiCode.BAD_RESUMPTION_TOKEN, "This is no token of this repository.")
