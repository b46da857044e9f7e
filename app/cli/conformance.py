"""erfahrungsnetz conformance: judges any node by the checks with which this program takes lists in."""

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import click
import rfc8785
from tuf.api.metadata import TargetFile

from app.catalogue.ledger import Progress
from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, format_option
from app.cli.peers import ADDRESS
from app.federation.harvest.intake import RECORDS, faults, said_of
from app.federation.harvest.run import ABOUT_LIMIT, first_root
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.issuer import Issuer
from app.federation.listing.keys import RootFile
from app.federation.listing.own import ABOUT
from app.federation.listing.reading import LISTS, ListRefused, PeerList, Source
from app.federation.statement import Statement, Status, read_payload
from app.federation.strict_json import StatementRefused, loads
from app.fetching import Fetched, Fetcher, FetchFailed, Wanted
from app.records.record_reader import PAYLOAD_LIMIT
from app.records.schema import SchemaSet
from app.shared.clock import Clock, utc_now
from app.wiring.federation import wire_fetcher

_ROOT, _FRESH, _LIST, _TARGETS = 1, 2, 3, 4
"""How far a list has to be readable before a rule can be tried."""
_RULES = (
    (_ROOT, "3", "The first root is there, as TUF writes it, and signed by a key that it names", "list:root"),
    (_LIST, "3", "Timestamp, snapshot, targets and parts are there, signed, and as the one before names them", "list:"),
    (_FRESH, "3", "The timestamp has not expired", "list:expired"),
    (_FRESH, "5", "Nothing counts as confirmed for more than 8 days", "list:future"),
    (_LIST, "3", "Succinct roles name up to 256 parts called bin, and the snapshot names each of them", "list:bins"),
    (_LIST, "5", "There are no more than 20,000 targets, and numbers end at 2^31 - 1", "list:items list:number"),
    (_LIST, "3", "Snapshots are consistent", "consistent"),
    (_LIST, "3", "What is not there is answered with 404", "unknown"),
    (_TARGETS, "4", "Each target is there, with the length and the SHA-256 that the list names", "target"),
    (_TARGETS, "4", "node.json says name and contact", "node"),
    (_TARGETS, "4", "custom names the files of a record, or state, reason and since of a withdrawal", "custom"),
    (_TARGETS, "5", "No record is larger than 256 KiB, and no target larger than 10 MiB", "too_large"),
    (_TARGETS, "5", "Records are strict JSON", "json"),
    (_TARGETS, "4.1", "Records have their members, with content first and iat second", "payload"),
    (_TARGETS, "4.1", "Records are written as RFC 8785 does", "canonical"),
    (_TARGETS, "4.1", "iss is the node, and sub the record of the path", "subject"),
    (_TARGETS, "5", "iat is not ahead of the clock of this machine", "future"),
    (_TARGETS, "4.1", "Records and withdrawals keep to their schema", "schema schema_unknown"),
    (_TARGETS, "4.1", "Each slug stands for one record", "name"),
    (_TARGETS, "5", "The licence lets others show the record", "licence"),
    (_TARGETS, "4.2", "What was withdrawn for personal data is not in the list", "erased"),
    (_TARGETS, "4.3", "The list names each file of a record, with its size", "file"),
)
"""For each rule: how far, section of docs/federation.md, words, and the codes of findings that break it.

`list:` and `target` stand for what no other rule has.
"""
_RULE_OF = {code: number for number, rule in enumerate(_RULES) for code in rule[3].split()}
_SHOWN = 5
"""Places that are named for each rule."""
_NOWHERE = "0" * 64 + ".00000000-0000-4000-8000-000000000000.json"
_NOBODY = ("unreachable", "deadline")
"""Codes of a node that does not answer: asking on would take long and tell nothing."""
_PART = re.compile(r"([0-9]{1,10})\.(bin-[0-9a-f]{2})\.json", re.ASCII)
_FILE = re.compile(r"files/[0-9a-f-]{36}/([0-9a-f]{64})", re.ASCII)
_Finding = tuple[str, str, str]
"""Code, place below the address of the list, and detail."""


@dataclass(slots=True)
class Judgement:
    """What is wrong with a list, and how far it could be read."""

    root: RootFile
    stage: int = 0
    targets: int = 0
    findings: list[_Finding] = field(default_factory=list)

    def note(self, error: ListRefused | FetchFailed, url: str) -> None:
        """Note why the list, or a part of it, cannot be read."""
        code, detail = said_of(error)
        self.findings.append((f"list:{code}", url.partition(f"{LISTS}/")[2], detail))


@dataclass(slots=True)
class _Noting:
    """Remembers what was asked for last: it is to blame when the client of the list stops."""

    fetcher: Fetcher
    url: str = ""

    def fetch(self, wanted: Wanted) -> Fetched:
        self.url = wanted.url
        return self.fetcher.fetch(wanted)


def judge(fetcher: Fetcher, issuer: Issuer, schemas: SchemaSet, clock: Clock, show: Progress) -> Judgement:
    """Read the whole list of a node; raises FetchFailed where nobody answers (any more)."""
    noting, source = _Noting(fetcher), Source(issuer, LISTS)
    done = Judgement(first_root(noting, source))
    with tempfile.TemporaryDirectory() as folder:
        try:
            peer = PeerList(noting, source, Path(folder), done.root.data, clock)
            done.stage = _ROOT
            peer.refresh()
            done.stage = _FRESH
            listed = dict(_parts(peer, noting, done))
            done.stage = _FRESH if done.findings else _LIST
        except (ListRefused, FetchFailed) as error:
            done.note(error, noting.url)
        if done.stage and not RootFile((Path(folder) / "root.json").read_bytes()).signed.consistent_snapshot:
            # The client then asks for other names, so that nothing else which it found counts.
            done.findings = [("consistent", "metadata", "consistent_snapshot is false")]
    if done.findings:
        return done
    if detail := _answer_to_unknown(peer):
        done.findings.append(("unknown", f"targets/{RECORDS}{_NOWHERE}", detail))
    done.findings += _Targets(peer, issuer, StatementReader(schemas), clock, listed).judged(show)
    done.stage, done.targets = _TARGETS, len(listed)
    return done


def _parts(peer: PeerList, noting: _Noting, done: Judgement) -> Iterator[tuple[str, TargetFile]]:
    """Yield what all parts list; one that cannot be read is noted, and the others are read nevertheless."""
    read = dict[str, int]()
    while True:
        try:
            for name, number, part in peer.changes(read):
                read[name] = number
                yield from part.items()
        except (ListRefused, FetchFailed) as error:
            done.note(error, noting.url)
            at = _PART.search(noting.url)
            if at is None or at[2] in read or said_of(error)[0] in _NOBODY:
                return
            read[at[2]] = int(at[1])
        else:
            return


def _answer_to_unknown(peer: PeerList) -> str:
    hashed, _, path = _NOWHERE.partition(".")
    try:
        peer.fetch(TargetFile(1, {"sha256": hashed}, f"{RECORDS}{path}"))
    except FetchFailed as error:
        return "" if error.is_absence else error.reason
    return "200"


@dataclass(slots=True)
class _Targets:
    peer: PeerList
    issuer: Issuer
    reader: StatementReader
    clock: Clock
    listed: Mapping[str, TargetFile]
    slugs: dict[str, str] = field(default_factory=dict)

    def judged(self, show: Progress) -> Iterator[_Finding]:
        """Yield what is wrong with any target."""
        if ABOUT not in self.listed:
            yield "node", ABOUT, "missing"
        for number, (path, target) in enumerate(sorted(self.listed.items()), 1):
            try:
                yield from ((code, path, detail) for code, detail in self._target(path, target))
            except (StatementRefused, NotUnderstood, ListRefused, FetchFailed) as error:
                code, detail = said_of(error)
                if code in _NOBODY:
                    raise
                yield code, path, detail
            show(number, len(self.listed))

    def _target(self, path: str, target: TargetFile) -> Iterator[tuple[str, str]]:
        if path.startswith(RECORDS):
            yield from self._record(path, target)
        elif path == ABOUT:
            said = loads(self.peer.fetch(target)) if target.length <= ABOUT_LIMIT else {}
            if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in ("name", "contact")):
                yield "node", f"{target.length} bytes"
        elif found := _FILE.fullmatch(path):
            self.peer.fetch(target)
            if found[1] != target.hashes["sha256"]:
                yield "file", "another SHA-256 than in its path"

    def _record(self, path: str, target: TargetFile) -> Iterator[tuple[str, str]]:
        """Yield all that is wrong with a record, not only what alone keeps it from being taken."""
        if target.length > PAYLOAD_LIMIT:
            raise StatementRefused("too_large", str(target.length))
        payload = self.peer.fetch(target)
        statement = read_payload(payload)
        if rfc8785.dumps(cast("Any", loads(payload))) != payload:
            yield "canonical", ""
        yield from map(said_of, faults(self.issuer, path, statement, self.reader, self.clock()))
        if self.slugs.setdefault(statement.slug, target.path) != target.path:
            yield "name", f"{statement.slug} is that of {self.slugs[statement.slug]}"
        if statement.reason == "personal-data":
            yield "erased", ""
        said = dict(target.custom or {})
        if isinstance(named := said.get("files"), list):
            said["files"] = sorted(map(str, named))
        yield from (("custom", name) for name, value in _custom(statement).items() if said.get(name) != value)
        for file in statement.files:
            found = self.listed.get(f"files/{statement.record_id}/{file.sha256}")
            if found is None or found.length != file.size:
                yield "file", file.name


def _custom(statement: Statement) -> dict[str, object]:
    """Return what the list has to say of a record."""
    if statement.status is Status.WITHDRAWN:
        since = statement.issued_at.date().isoformat()
        return {"state": statement.status.value, "reason": statement.reason, "since": since}
    files = sorted({file.sha256 for file in statement.files})
    return {"files": files} if files else {}


@click.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@format_option("Format of the report.")
@click.pass_obj
def conformance(options: Options, address: Issuer, style: str) -> None:
    """Judge the list of the node at ADDRESS by the rules of docs/federation.md, one line each.

    Reads everything that the node publishes and keeps nothing. Needs no node of your own. A rule is kept, broken or,
    where the list cannot be read so far, not tried.

    \b
    Examples:
      erfahrungsnetz conformance https://erfahrungen.example
      erfahrungsnetz conformance https://erfahrungen.example --format json
    """
    settings = options.settings()
    schemas = SchemaSet.load(settings.schemas_path)
    done = judge(wire_fetcher(settings), address, schemas, utc_now, ProgressLine("targets"))
    rules = verdicts(done)
    if style == "json":
        said = {"address": address.address, "root": done.root.sha256, "targets": done.targets, "rules": rules}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{address.address}: {done.targets} targets, root {done.root.sha256}")
        click.echo("\n".join(line for rule in rules for line in _lines(rule)))
    if done.findings:
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def verdicts(done: Judgement) -> list[dict[str, Any]]:
    """Return what became of each rule, and where one is broken."""
    broken = defaultdict[int, list[dict[str, str]]](list)
    for code, where, detail in done.findings:
        others = "list:" if code.startswith("list:") else "target"
        plain = "".join(character if character.isprintable() else "?" for character in where[:300])
        broken[_RULE_OF.get(code, _RULE_OF[others])].append({"where": plain, "what": f"{code} {detail}".rstrip()})
    return [
        {
            "section": section,
            "rule": words,
            "state": "broken" if number in broken else "kept" if done.stage >= stage else "not tried",
            "places": broken[number],
        }
        for number, (stage, section, words, _codes) in enumerate(_RULES)
    ]


def _lines(rule: Mapping[str, Any]) -> Iterator[str]:
    yield f"{rule['state']:<9} {rule['section']:<3} {rule['rule']}"
    places = rule["places"]
    yield from (f"              {place['where']}: {place['what']}" for place in places[:_SHOWN])
    if len(places) > _SHOWN:
        yield f"              and {len(places) - _SHOWN} more"
