# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which arguments belong to which verb."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.federation.oai.errors import Code, OaiError

TOKEN = "resumptionToken"  # noqa: S105 - the name of an argument
_LONGEST = 2000
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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
        raise OaiError(Code.BAD_VERB, "Give exactly one verb: " + ", ".join(_VERBS) + ".")
    arguments = {name: value for name, value in pairs if name != "verb"}
    if len(arguments) != len(pairs) - 1:
        raise OaiError(Code.BAD_ARGUMENT, "An argument was given more than once.")
    if any(len(value) > _LONGEST or _UNFIT.search(value) for value in arguments.values()):
        raise OaiError(Code.BAD_ARGUMENT, "An argument is too long or contains control characters.")
    _check(_VERBS[verbs[0]], frozenset(arguments))
    return Request(verb=verbs[0], arguments=arguments)


def _check(verb: _Verb, names: frozenset[str]) -> None:
    if verb.exclusive in names and len(names) > 1:
        raise OaiError(Code.BAD_ARGUMENT, f"{verb.exclusive} has to stand alone.")
    if names == {verb.exclusive}:
        return
    if names - verb.required - verb.optional:
        raise OaiError(Code.BAD_ARGUMENT, "This verb does not take one of the arguments given.")
    missing = sorted(verb.required - names)
    if missing:
        raise OaiError(Code.BAD_ARGUMENT, f"The argument {missing[0]} is missing.")
