import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tuf.api.metadata import Metadata, Root

from app.cli import main
from app.cli.conformance import judge, verdicts
from app.federation.listing.keys import recovery_key
from app.federation.listing.own import ABOUT
from app.federation.listing.repository import OwnList, Target
from app.fetching import Fetched, FetchFailed, Wanted
from tests.netnodes.net import record_id
from tests.netnodes.read_pair import GONE, WITH_FILE, Pair

OTHER = record_id(3)


@dataclass
class Copy:
    """A copy of the list that a test breaks, in place of the node itself.

    `found` is answered, in place of 404, for what is not there.
    """

    pair: Pair
    folder: Path
    later: timedelta = timedelta()
    found: Callable[[str], bool] = lambda _url: False

    def fetch(self, wanted: Wanted) -> Fetched:
        file = self.folder / wanted.url.removeprefix(f"{self.pair.node.issuer.address}/netz/tuf/")
        if not file.exists() and not self.found(wanted.url):
            raise FetchFailed("status", "404")
        return Fetched(body=file.read_bytes() if file.exists() else b"<p>Nicht gefunden</p>")

    def file(self, pattern: str) -> Path:
        return next(self.folder.glob(pattern))

    def sign(self, path: str, data: bytes | None, custom: Mapping[str, Any] | None = None) -> None:
        """Sign a list that names these bytes under a path."""
        listed = OwnList(self.folder, self.pair.node.net.clock)
        target = None if data is None else listed.stage(path, Target(data, custom))
        listed.publish(self.pair.node.services.federation.listing.key.signer(), {path: target}, total=5)

    def verdicts(self) -> list[dict[str, Any]]:
        services = self.pair.node.services
        now = services.clock() + self.later
        return verdicts(judge(self, self.pair.node.issuer, services.schemas, lambda: now, lambda _done, _total: None))


@pytest.fixture
def copy(pair: Pair, tmp_path: Path) -> Copy:
    shutil.copytree(pair.folder, tmp_path / "copy")
    return Copy(pair, tmp_path / "copy")


Spoil = Callable[[Copy], object]


def set_to(name: str, value: object) -> Spoil:
    return lambda copy: setattr(copy, name, value)


def removed(pattern: str) -> Spoil:
    return lambda copy: copy.file(pattern).unlink()


def listed(data: bytes, path: str = f"records/{OTHER}.json") -> Spoil:
    return lambda copy: copy.sign(path, data)


def said(order: str = "content", of: str = OTHER, custom: Any = None, front: Any = None, **members: object) -> Spoil:
    """List a record that says something else, with these members first, otherwise as canonical as before."""

    def spoil(copy: Copy) -> None:
        record = json.loads(copy.file(f"targets/records/*.{of}.json").read_bytes()) | members
        record["content"]["record"] |= front or {}
        order_ = {name: record[name] for name in [*order.split(), *sorted(record)]}
        copy.sign(f"records/{of}.json", json.dumps(order_, separators=(",", ":"), ensure_ascii=False).encode(), custom)

    return spoil


def unlisted(copy: Copy) -> None:
    name = copy.file(f"targets/files/{WITH_FILE}/*").name
    copy.sign(f"files/{WITH_FILE}/{name[:64]}", None)


def withdrawn(copy: Copy, reason: str, since: str) -> None:
    custom = {"state": "withdrawn", "reason": reason, "since": since or copy.pair.node.net.clock().date().isoformat()}
    said(of=GONE, custom=custom, front={"reason": reason})(copy)


def tampered(copy: Copy) -> None:
    file = copy.file(f"targets/records/*.{OTHER}.json")
    file.write_bytes(file.read_bytes().replace(b"Ein Text", b"Ein Fest"))


def unsigned_root(copy: Copy) -> None:
    file = copy.file("metadata/1.root.json")
    file.write_bytes(
        file.read_bytes().replace(b'"version": 1', b'"version": 2').replace(b'"version":1', b'"version":2')
    )


def unnumbered(copy: Copy) -> None:
    root = Metadata[Root].from_file(str(copy.file("metadata/1.root.json")))
    root.signed.version, root.signed.consistent_snapshot = 2, False
    root.sign(recovery_key(copy.pair.node.services.federation.listing.words.read_text(encoding="utf-8")))
    root.to_file(str(copy.folder / "metadata" / "2.root.json"))


CASES: dict[str, tuple[Spoil, str, str]] = {
    "a root that nobody signed": (unsigned_root, "3 The first root", "list:root"),
    "snapshots without numbers": (unnumbered, "3 Snapshots are consistent", "consistent"),
    "an expired timestamp": (set_to("later", timedelta(days=7, seconds=1)), "3 The timestamp", "timestamp.json: "),
    "a missing part": (removed("metadata/*.bin-07.json"), "3 Timestamp, snapshot", ".bin-07.json: list:status 404"),
    "a page for any root": (set_to("found", lambda _url: True), "3 Timestamp, snapshot", "2.root.json: list:signature"),
    "a page for any target": (set_to("found", lambda url: "/targets/" in url), "3 What is not there", "unknown"),
    "a tampered target": (tampered, "4 Each target is there", f"{OTHER}.json: hash"),
    "a missing target": (removed(f"targets/records/*.{GONE}.json"), "4 Each target is", f"{GONE}.json: status 404"),
    "a node without a name": (listed(b'{"name":1}', ABOUT), "4 node.json", "node"),
    "another date": (lambda copy: withdrawn(copy, "legal", "2020-01-01"), "4 custom", "custom since"),
    "a record that is too large": (listed(b" " * 262_145), "5 No record is larger", "too_large 262145"),
    "a member twice": (listed(b'{"content":{},"iat":1,"iss":1,"iss":2}'), "5 Records are strict JSON", "json"),
    "content that is not first": (said("ver"), "4.1 Records have their members", "payload content"),
    "another order of members": (said("content iat ver"), "4.1 Records are written as RFC 8785", "canonical"),
    "a version without number": (said(ver="1"), "4.1 Records have their members", "payload ver"),
    "the name of another": (said(sub=f"https://b.example/r/{OTHER}"), "4.1 iss is the node", "subject"),
    "a time to come": (said(iat=32_503_680_000), "5 iat is not ahead", "future"),
    "a record that breaks its schema": (said(front={"title": 3}), "4.1 Records and withdrawals keep", "title"),
    "a schema that nobody knows": (said(front={"schema": "concept/2"}), "4.1 Records and", "schema_unknown concept/2"),
    "a licence that forbids": (said(front={"license": "CC-BY-NC-4.0"}), "5 The licence", "licence"),
    "a slug of two records": (said(slug="beispiel-1"), "4.1 Each slug", "name beispiel-1"),
    "personal data": (lambda copy: withdrawn(copy, "personal-data", ""), "4.2 What was withdrawn", "erased"),
    "a file that is not listed": (unlisted, "4.3 The list names each file", "file plan.png"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_broken_list_is_told_by_the_rule_that_it_breaks_and_where(copy: Copy, name: str) -> None:
    spoil, rule, place = CASES[name]
    spoil(copy)
    (broken,) = [one for one in copy.verdicts() if one["state"] == "broken"]
    assert f"{broken['section']} {broken['rule']}".startswith(rule)
    assert place in "{where}: {what}".format(**broken["places"][0])


def test_all_parts_that_cannot_be_read_are_told_at_once(copy: Copy) -> None:
    removed("metadata/*.bin-07.json")(copy)
    spoiled = copy.file("metadata/*.bin-09.json")
    spoiled.write_bytes(spoiled.read_bytes().replace(b"{", b"[", 1))
    removed("metadata/*.bin-1f.json")(copy)
    (broken,) = [one for one in copy.verdicts() if one["state"] == "broken"]
    told = ["{where}: {what}".format(**place).partition(".")[2] for place in broken["places"]]
    assert [one[:20] for one in told] == ["bin-07.json: list:st", "bin-09.json: list:si", "bin-1f.json: list:st"]


def test_all_faults_of_a_record_are_told_at_once(copy: Copy) -> None:
    wrong, elsewhere = {"title": 3, "summary": 4, "license": "CC-BY-NC-4.0"}, "https://b.example"
    said("content iat ver", front=wrong, iat=32_503_680_000, iss=elsewhere, sub=f"{elsewhere}/r/{OTHER}")(copy)
    told = [place["what"] for one in copy.verdicts() for place in one["places"]]
    codes = ("canonical", "subject", "future", "schema type title", "schema type summary", "licence CC-BY-NC-4.0")
    assert [code for code in codes if not any(one.startswith(code) for one in told)] == []


def test_what_could_not_be_read_was_not_tried(copy: Copy) -> None:
    removed("metadata/*.bin-07.json")(copy)
    assert {one["state"] for one in copy.verdicts() if one["section"].startswith("4")} == {"not tried"}


def test_a_node_and_what_it_exports_keep_all_rules(copy: Copy, tmp_path: Path) -> None:
    assert {one["state"] for one in copy.verdicts()} == {"kept"}
    command = ["--data", str(tmp_path / "none"), "conformance", copy.pair.node.issuer.address]
    text, said = (CliRunner().invoke(main, [*command, "--format", style]) for style in ("text", "json"))
    assert (text.exit_code, said.exit_code) == (0, 0), text.output
    assert {line.split()[0] for line in text.stdout.splitlines()[1:]} == {"kept"}
    found = json.loads(said.stdout)
    named = copy.pair.node.services.federation.listing.listed.listed()
    assert (found["targets"], {one["state"] for one in found["rules"]}) == (len(named), {"kept"})
    assert CliRunner().invoke(main, [*command[:-1], "http://127.0.0.1:9"]).exit_code == 3
