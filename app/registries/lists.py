"""Requests of OAI-PMH 2.0: verbs, arguments, errors, sets, and pages with resumption tokens.

A token contains the request and the position, so the server stores nothing and a token never expires. Forging one has
no use: it is only another request that anybody may make.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.catalogue.models import OWN
from app.federation.issuer import Issuer
from app.federation.strict_json import StatementRefused, loads
from app.registries import xml
from app.registries.items import HeldItem, ItemQueries, ItemSelection, ListPosition
from app.registries.xml import GRANULARITY, UNFIT, Element
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verb:
    """The arguments of a verb; `exclusive` must be the only one if it is given."""

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
    """A valid request: a verb and its arguments."""

    verb: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str | None:
        """Return the resumption token, if the request continues a list."""
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
    """A list that continues after change number `after`; `cursor` of about `total` items have been sent."""

    prefix: str
    after: int
    up_to: int
    cursor: int
    total: int
    since: str | None = None
    until: str | None = None
    set: str | None = None

    def token(self) -> str:
        """Return the token that `read_token` reads."""
        members = {name: value for name, value in asdict(self).items() if value is not None}
        raw = json.dumps(members, separators=(",", ":"), sort_keys=True)
        return urlsafe_b64encode(raw.encode()).rstrip(b"=").decode("ascii")


def read_token(token: str) -> Resumption:
    """Return the content of a token; raises OaiError (badResumptionToken)."""
    try:
        members = loads(urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
    except (UnicodeEncodeError, Base64Error, StatementRefused) as error:
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


_ALMOST_A_DAY = timedelta(days=1) - timedelta(seconds=1)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Return the moments `from` and `until`, inclusive; a day as `until` ends with its last second. Raises OaiError."""
    if since and until and len(since) != len(until):
        raise OaiError(OaiCode.BAD_ARGUMENT, "from and until have different granularities.")
    start, end = _moment(since), _moment(until)
    if end is not None and until and _DAY.fullmatch(until):
        end += _ALMOST_A_DAY
    if start is not None and end is not None and start > end:
        raise OaiError(OaiCode.BAD_ARGUMENT, "from is later than until.")
    return start, end


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        pass  # It looks like a date but is not one, such as 31 February: refused like any other text.
    raise OaiError(OaiCode.BAD_ARGUMENT, f"A date has the form YYYY-MM-DD or {GRANULARITY}.")


_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)


class OaiSets:
    """The sets of one node."""

    def __init__(self, issuer: Issuer) -> None:
        """Name the set of own records after `issuer`."""
        self._issuer = issuer

    def selection(self, spec: str | None) -> ItemSelection | None:
        """Return what a set selects; None if there is no such set. Raises OaiError if `spec` is malformed."""
        if spec is None:
            return ItemSelection()
        if _SPEC.fullmatch(spec) is None:
            raise OaiError(OaiCode.BAD_ARGUMENT, "This is not how a set is written.")
        kind, _, value = spec.partition(":")
        if spec == "own":
            return ItemSelection(origin=OWN)
        if kind == "origin" and value:
            return ItemSelection(origin=OWN if value == self._issuer.origin else value)
        if kind == "topic" and value:
            return ItemSelection(topic=value)
        return ItemSelection(kind=value) if kind == "kind" and value else None

    def of(self, item: HeldItem) -> Iterator[str]:
        """Yield the sets that an item belongs to."""
        if item.origin == OWN:
            yield "own"
        yield f"origin:{self.origin(item.origin)}"
        yield f"kind:{item.kind}"
        yield from (f"topic:{topic}" for topic in item.topics)

    def all(self, items: ItemQueries) -> Iterator[tuple[str, str, str]]:
        """Yield spec, group (own, origin, kind or topic) and value of every set that is not empty."""
        origins = items.origins()
        if OWN in origins:
            yield "own", "own", self._issuer.origin
        yield from ((f"origin:{self.origin(origin)}", "origin", self.origin(origin)) for origin in origins)
        yield from ((f"kind:{kind}", "kind", kind) for kind in items.kinds())
        yield from ((f"topic:{topic}", "topic", topic) for topic in items.topics())

    def origin(self, origin: str) -> str:
        """Return the name of an origin that is used in sets."""
        return origin or self._issuer.origin


PAGE_ITEMS = 100
PAGE_BYTES = 4 * 1024 * 1024

Writer = Callable[[Element, HeldItem, str], int]
"""Appends an item in the format with this prefix and returns its approximate size in bytes."""


class OaiLists:
    """Answers requests for lists of items, one page at a time."""

    def __init__(self, items: ItemQueries, sets: OaiSets, prefixes: Sequence[str]) -> None:
        self._items = items
        self._sets = sets
        self._prefixes = frozenset(prefixes)

    def answer(self, parent: Element, request: Request, position: ListPosition, write: Writer) -> None:
        """Append a page of items, and the token for the next page. Raises OaiError."""
        resumed = request.token is not None
        if request.token is not None:
            begun = read_token(request.token)
        else:
            given = request.arguments
            begun = Resumption(
                prefix=given["metadataPrefix"],
                after=0,
                up_to=position.seq,
                cursor=0,
                total=0,
                since=given.get("from"),
                until=given.get("until"),
                set=given.get("set"),
            )
        selection = self._selected(begun, resumed=resumed)
        if not resumed:
            # Fix the end of the list, so that its total stays the same while other items change.
            total, last = self._items.extent(selection)
            begun = replace(begun, total=total, up_to=last)
        items = self._items.after(begun.after, selection, PAGE_ITEMS + 1)
        if not items and not resumed:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "Nothing fits what was asked for.")
        sent = self._write(parent, items[:PAGE_ITEMS], begun.prefix, write)
        if not len(parent) and len(items) <= sent and not resumed:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "What fits cannot be given out at the moment.")
        self._lead_on(parent, begun, items, sent)

    def _selected(self, begun: Resumption, *, resumed: bool) -> ItemSelection:
        try:
            since, until = read_span(begun.since, begun.until)
            selection = self._sets.selection(begun.set)
        except OaiError as error:
            if resumed:
                raise OaiError(OaiCode.BAD_RESUMPTION_TOKEN, error.text) from error
            raise
        if begun.prefix not in self._prefixes:
            code = OaiCode.BAD_RESUMPTION_TOKEN if resumed else OaiCode.CANNOT_DISSEMINATE_FORMAT
            raise OaiError(code, "Items have no such form here.")
        if selection is None:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "There is no such set.")
        return replace(selection, since=since, until=until, up_to_seq=begun.up_to)

    def _write(self, parent: Element, items: Sequence[HeldItem], prefix: str, write: Writer) -> int:
        """Write items until the page is full; return how many of them were processed."""
        size = 0
        for number, item in enumerate(items, start=1):
            size += write(parent, item, prefix)
            if size >= PAGE_BYTES:
                return number
        return len(items)

    def _lead_on(self, parent: Element, begun: Resumption, items: Sequence[HeldItem], sent: int) -> None:
        more = len(items) > sent
        if not more and begun.cursor == 0:
            return
        after = items[sent - 1].seq if sent else begun.after
        following = replace(begun, after=after, cursor=begun.cursor + sent)
        # The last page carries an empty token.
        xml.add(
            parent,
            "resumptionToken",
            following.token() if more else "",
            cursor=str(begun.cursor),
            completeListSize=str(max(begun.total, begun.cursor + sent)),
        )
