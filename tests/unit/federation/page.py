"""The examples of `docs/federation.md`, made by the program itself, and the list that they come from.

    python -m tests.unit.federation.page docs/federation.md schemas/federation-vectors.json

writes the examples between their marks, and the list with its keys as JSON.
"""

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner

from app.federation.listing.keys import RootFile, first_root, recovery_key
from app.federation.listing.repository import OwnList, Target
from app.federation.statement import Statement
from tests.unit.federation.examples import AT, ISSUER, statement, withdrawn

WORDS = "abandon " * 23 + "art"
ONLINE = CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
"""Made for this page; both protect nothing."""
ABOUT = json.dumps({"name": "Beispielverbund", "contact": "netz@erfahrungen.example"}).encode()
GONE = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
_BLOCK = re.compile(r"(<!-- example: ([a-z-]+) -->\n```[a-z]*\n)(?:(?!```).*\n)*(```\n)")
_SHOWN = ("id", "kind", "schema", "title", "lang", "topics", "license")


def vectors() -> str:
    """Return all files of the list as JSON, with the keys that signed them."""
    written, published, withdrawal = _published()
    said = {
        "about": f"The list of {ISSUER.address} as of {AT.isoformat()}; see docs/federation.md.",
        "recovery_words": WORDS,
        "online_key": bytes(range(32)).hex(),
        "root": {"sha256": sha256(written["metadata/1.root.json"]).hexdigest(), "words": _root().to_compare},
        "digests": {one.sub: one.digest for one in (published, withdrawal)},
        "files": {path: data.decode() for path, data in written.items()},
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _published() -> tuple[dict[str, bytes], Statement, Statement]:
    published = statement()
    record, gone = f"records/{published.record_id}.json", f"records/{GONE}.json"
    note = replace(withdrawn(id=GONE, successor="case-study/rufbus-2"), id=GONE, slug="altstadt-rufbus")
    withdrawal = statement(note, ver=3, topics=("mobility",))
    said: Any = {"files": sorted(file.sha256 for file in published.files)}
    why: Any = {"state": "withdrawn", "reason": "legal", "since": AT.date().isoformat()}
    changes = {
        "node.json": Target(ABOUT), record: Target(published.payload(), said), gone: Target(withdrawal.payload(), why),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        written = _listed(Path(folder), changes)
    return written, published, withdrawal


def examples() -> dict[str, str]:
    """Return every example by its name."""
    written, published, withdrawal = _published()
    root = _root()
    entries = {path: one for name, data in written.items() if "bin-" in name for path, one in _targets(data).items()}
    shortened = json.loads(published.payload())
    shortened["content"]["record"] = {name: published.record[name] for name in _SHOWN}
    return {
        "root": root.data.decode(),
        "words": f"{root.sha256}\n{root.to_compare}",
        "timestamp": written["metadata/timestamp.json"].decode(),
        "delegations": json.dumps(json.loads(written["metadata/1.targets.json"])["signed"]["delegations"]),
        "entries": _lines({path: entries[path] for path in sorted(entries)}),
        "addresses": "\n".join(_addresses(written)),
        "node": ABOUT.decode(),
        "published": _lines({"content": shortened.pop("content"), **shortened}),
        "withdrawn": withdrawal.payload().decode(),
        "digest": withdrawal.digest,
    }


def with_examples(page: str, found: Mapping[str, str]) -> str:
    """Return the page with these examples; raises KeyError for a mark that has none."""
    return _BLOCK.sub(lambda block: f"{block[1]}{found[block[2]]}\n{block[3]}", page)


def names(page: str) -> set[str]:
    """Return the names of the examples that a page shows."""
    return {block[1] for block in _BLOCK.findall(page)}


def _listed(folder: Path, changes: Mapping[str, Target]) -> dict[str, bytes]:
    """Return the files of a list with one publication by path."""
    listed = OwnList(folder / "tuf", lambda: AT)
    listed.begin(_root())
    staged = {path: listed.stage(path, one) for path, one in changes.items()}
    listed.publish(ONLINE, staged, total=len(changes))
    top = folder / "tuf"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def _root() -> RootFile:
    recovery = recovery_key(WORDS)
    return first_root(ONLINE.public_key, [recovery.public_key], recovery, AT)


def _addresses(written: Mapping[str, bytes]) -> list[str]:
    """Return the addresses of all files but those of parts in which nothing is listed."""
    shown = (name for name, data in written.items() if "bin-" not in name or _targets(data))
    return [f"{ISSUER.address}/netz/tuf/{name}" for name in shown]


def _targets(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)["signed"]["targets"]
    return found


def _lines(value: Mapping[str, Any]) -> str:
    """Return an object with one member a line."""
    members = (f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in value.items())
    return "{\n " + ",\n ".join(members) + "\n}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_examples(file.read_text("utf-8"), examples()), "utf-8")
    Path(sys.argv[2]).write_text(vectors(), "utf-8")
