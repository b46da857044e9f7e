"""Which nodes are known by lists of members (own and of trusted associations), and for which towns they may speak."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from jsonschema_rs import Draft202012Validator

from app.federation.association.members import LinkInvalid, Members
from app.federation.harvest.models import Freshness, Node, NodeState
from app.federation.harvest.nodes import DAILY_NEW, NameTaken, NodeNotKnown
from app.federation.harvest.run import RunParts, first_root, list_folder
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.listing.own import MEMBERS
from app.federation.listing.reading import LISTS, Source
from app.federation.strict_json import StatementRefused, loads
from app.fetching import FetchFailed, Limits, Wanted
from app.shared.errors import Conflict
from app.shared.wording import N_

JOIN = "/netz/beitritt"
DAILY_NAMES = 200
"""Nodes that become known by one association in a day."""
_LINK = re.compile(rf"(\S+){JOIN}#root=([0-9a-f]{{64}})&secret=([A-Za-z0-9_-]{{20,100}})", re.ASCII)
_ANSWER = Limits(wire=4096, inflated=4096, seconds=45)
_PATIENCE = 5
"""Seconds for the root of a node that asks: whoever has a link must not hold threads of this site for long."""
_log = structlog.get_logger(__name__)


class OwnAddress(Conflict):
    """This node cannot read its own list."""

    address: str

    message = N_("%(address)s is this site itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What lists say of one node; `by` is the first association that names it, `keys` None of a mere successor."""

    by: Issuer
    root: str
    keys: frozenset[str] | None = None
    daily_new: int = DAILY_NEW
    hub: bool = False
    trusted: bool = False


@dataclass(slots=True)
class Said:
    """What all lists say. `refused` lists cannot be read: their last state stays. No `disputed` official key counts."""

    lines: dict[Issuer, Line] = field(default_factory=dict)
    refused: list[Issuer] = field(default_factory=list)
    disputed: dict[str, frozenset[Issuer]] = field(default_factory=dict)


class Associations:
    """Joins associations, lets members in, and keeps the nodes known by their word at what their lists name."""

    def __init__(
        self,
        own: Issuer,
        members: Members,
        parts: RunParts,
        schema: Draft202012Validator,
        forget: Callable[[Issuer], object],
        bind: Callable[[Issuer, str | None], object],
    ) -> None:
        """`forget` removes a node with its copies; `bind` notes for which municipalities one may speak."""
        self._own = own
        self.members = members
        self._parts = parts
        self._schema = schema
        self._forget = forget
        self._bind = bind

    def link(self, secret: str, root: str) -> str:
        """Return the join link; what follows # is not sent by browsers, so no log has it."""
        return f"{self._own.address}{JOIN}#root={root}&secret={secret}"

    def ask(self, link: str, own_root: str) -> tuple[Issuer, str]:
        """Ask the association that made `link` for admission. Raises LinkInvalid, OwnAddress, FetchFailed."""
        found = _LINK.fullmatch(link.strip())
        if found is None:
            raise LinkInvalid
        with suppress(IssuerInvalid):
            association = Issuer.parse(found[1])
            if association == self._own:
                raise OwnAddress(association.address)
            if first_root(self._parts.fetcher, Source(association, LISTS)).sha256 != found[2]:
                raise LinkInvalid
            said = {"issuer": self._own.address, "root": own_root, "secret": found[3]}
            url, body = f"{association.address}{JOIN}", json.dumps(said).encode()
            try:
                self._parts.fetcher.fetch(Wanted(peer=association, url=url, limits=_ANSWER, body=body))
            except FetchFailed as error:
                if error.is_absence:
                    raise LinkInvalid from error
                raise
            return association, found[2]
        raise LinkInvalid

    def receive(self, sent: bytes) -> None:
        """Take in what a node sends that asks to be let in; raises LinkInvalid, and FetchFailed if it is not there."""
        try:
            said = loads(sent)
            issuer, root, secret = (str(said[key]) for key in ("issuer", "root", "secret"))  # type: ignore[call-overload,index]  # not seen yet
            asker = Issuer.parse(issuer)
        except (StatementRefused, IssuerInvalid, KeyError, TypeError) as error:
            raise LinkInvalid from error
        # Nobody without a secret makes this node ask another one.
        self.members.check(secret, asker, root)
        if first_root(self._parts.fetcher, Source(asker, LISTS), _PATIENCE).sha256 != root:
            raise LinkInvalid
        self.members.take(secret, asker, root)

    def said(self) -> Said:
        """Return what the lists say at this moment."""
        said, speakers = Said(), defaultdict[str, set[tuple[Issuer, str]]](set)
        for by, document in self._lists(said.refused):
            for one in document["members"]:
                issuer = Issuer(one["issuer"])
                keys = frozenset(one["keys"])
                if "until" not in one and issuer != self._own and _same_net(issuer, by):
                    line = Line(
                        by=by, root=one["root"], keys=keys, daily_new=min(one["daily_new"], DAILY_NEW), hub=one["hub"]
                    )
                    first = said.lines.setdefault(issuer, line)
                    if first.root == line.root:
                        said.lines[issuer] = replace(first, keys=(first.keys or frozenset()) | keys)
                if "until" not in one:
                    for key in keys:
                        speakers[key].add((issuer, one["root"]))
            heir = document.get("successor")
            if heir and (issuer := Issuer(heir["issuer"])) != self._own and _same_net(issuer, by):
                line = said.lines.get(issuer) or Line(by=by, root=heir["root"])
                said.lines[issuer] = replace(line, trusted=True)
        several = {key: those for key, those in speakers.items() if len(those) > 1}
        said.disputed = {key: frozenset(issuer for issuer, _root in those) for key, those in several.items()}
        return said

    def settle(self) -> None:
        """Adopt the nodes that the lists name; what the operator entered stays. Raises RepositoryBusy."""
        said = self.said()
        known = {node.issuer: node for node in self._parts.nodes.all()}
        before = self._new_today()
        new = before.copy()
        # What a list that cannot be read says is not known, so what its members hold stays as it is.
        still = {
            issuer: set((node.official_keys or "").split())
            for issuer, node in known.items()
            if node.association in said.refused or (said.refused and not node.association and issuer not in said.lines)
        }
        for issuer, node in known.items():
            if issuer not in said.lines and issuer not in still:
                self._leave(node)
        for issuer, line in said.lines.items():
            held = known.get(issuer)
            if issuer in still or (held is None and new[line.by.address] >= DAILY_NAMES):
                continue
            taken = said.disputed.keys() | set[str]().union(*still.values())
            keys = None if line.keys is None else " ".join(sorted(line.keys - taken))
            # Another process may be faster.
            with suppress(NodeNotKnown, NameTaken):
                if held is None or (held.association and _other(held, line)):
                    self._parts.nodes.add(
                        issuer,
                        line.root,
                        association=line.by,
                        mirror=line.hub,
                        trusted=line.trusted,
                        daily_new=line.daily_new,
                    )
                    new[line.by.address] += held is None
                if (held.official_keys if held else None) != keys:
                    self._bind(issuer, keys)
        if new != before:
            self._note_new(new)

    def _new_today(self) -> Counter[str]:
        """Return how many nodes each association has made known on this day (UTC), also those that are gone again."""
        with suppress(OSError, ValueError):
            return Counter(json.loads(self._new_file.read_bytes()).get(self._day))
        return Counter()

    def _note_new(self, new: Counter[str]) -> None:
        part = self._new_file.with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({self._day: new}), encoding="utf-8")
        part.replace(self._new_file)

    @property
    def _new_file(self) -> Path:
        return self._parts.folder / "_new.json"

    @property
    def _day(self) -> str:
        return self._parts.clock().date().isoformat()

    def _leave(self, node: Node) -> None:
        """Forget what no list names any more, unless the operator entered it."""
        with suppress(NodeNotKnown):
            if node.association:
                self._forget(node.issuer)
            elif node.official_keys is not None:
                self._bind(node.issuer, None)

    def _lists(self, refused: list[Issuer]) -> Iterator[tuple[Issuer, Mapping[str, Any]]]:
        """Yield the lists: this node's own, those of associations that the operator trusts, and their successors'."""
        nodes = [one for one in self._parts.nodes.all() if one.trusted and one.state is not NodeState.BLOCKED]
        nodes.sort(key=lambda one: (one.added_at, one.issuer))
        successors = {one.issuer.address: one for one in nodes if one.association}
        waiting = [one for one in nodes if not one.association]
        if own := self.members.document():
            document = json.loads(own)
            yield self._own, document
            waiting += _heirs(document, successors)
        # The list grows meanwhile: a successor counts only through whoever named it, whatever it says of itself.
        for node in waiting:
            found = None
            with suppress(OSError, StatementRefused):
                found = loads((list_folder(self._parts.folder, node) / MEMBERS).read_bytes())
            is_gone = node.freshness_at(self._parts.clock()) is Freshness.GONE
            if not isinstance(found, dict) or not self._schema.is_valid(found):
                # Before its first list it has said nothing.
                if node.list_version and not is_gone:
                    _log.warning("members.refused", node=node.issuer.address)
                    refused.append(node.issuer)
            elif is_gone:
                # It says nothing any more, but that another one goes on.
                yield node.issuer, {**found, "members": []}
                waiting += _heirs(found, successors)
            else:
                yield node.issuer, found
                waiting += _heirs(found, successors)


def _heirs(document: Mapping[str, Any], successors: dict[str, Node]) -> list[Node]:
    """Take the node that a list names as its successor out of those that wait, at most once."""
    heir = successors.pop(document.get("successor", {}).get("issuer", ""), None)
    return [heir] if heir else []


def _same_net(issuer: Issuer, by: Issuer) -> bool:
    """Tell whether an association may name an address: plain http is for trials on one machine."""
    return issuer.address.startswith("https:") or by.address.startswith("http:")


def _other(held: Node, line: Line) -> bool:
    now = (held.association, held.root, held.daily_new, held.mirror, held.trusted)
    return now != (line.by, line.root, line.daily_new, line.hub, line.trusted)
