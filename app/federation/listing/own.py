"""Keeps the list of this node at what its catalogue publishes."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from tuf.api.metadata import TargetFile

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.catalogue.models import OWN
from app.federation.held import OwnStatements
from app.federation.listing.keys import (
    NotRootKey,
    OnlineKey,
    RootChangesMore,
    RootFile,
    first_root,
    new_words,
    next_root,
    public_key,
    recovery_key,
)
from app.federation.listing.repository import OwnList, Target
from app.federation.statement import Status
from app.records.json_value import JsonValue
from app.shared.clock import Clock

ABOUT = "node.json"
"""The target that says who a node is: what it is called."""
MEMBERS = "members.json"
"""The target with the members of an association."""
_ERASED = "personal-data"
"""The reason of withdrawals that leave the list as well: erased from the list is erased everywhere."""


class OwnListing:
    """The node's own list; safe for threads. The recovery key exists only as `words`, until they have been put away."""

    def __init__(
        self,
        listed: OwnList,
        keys: Path,
        statements: OwnStatements,
        catalogue: CatalogueService,
        beside: Callable[[], Mapping[str, bytes | None]],
        clock: Clock,
    ) -> None:
        """Use the folder `keys`; `beside` returns the targets other than records (None: not listed)."""
        self.listed = listed
        self.key = OnlineKey(keys / "online.pem")
        self._next = OnlineKey(keys / "online-next.pem")
        self.words = keys / "recovery.txt"
        self._roots = keys / "roots"
        self._cursor = keys / "listed.json"
        self._statements = statements
        self._catalogue = catalogue
        self._beside = beside
        self._clock = clock

    def has_begun(self) -> bool:
        """Tell whether this node ever had a list, wherever its folder is by now."""
        return any(self._roots.glob("*.root.json"))

    def ensure(self) -> bool:
        """Make keys and first root if missing and the list's place is reachable; return whether they were made."""
        if self.listed.has_root() or not self.listed.has_place():
            return False
        if saved := sorted(self._roots.glob("*.root.json")):
            # The folder of the list is gone, and others know this node by these.
            for one in saved:
                self.listed.begin(RootFile(one.read_bytes()))
            self.begin_anew()
            return False
        # Nothing is listed, however far an earlier list had come.
        self._cursor.unlink(missing_ok=True)
        words, online = new_words(), self.key.make()
        signer = recovery_key(words)
        draft = self.words.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(f"{words}\n", encoding="utf-8")
        draft.replace(self.words)
        self._begin(first_root(online.public_key, [signer.public_key], signer, self._clock()))
        return True

    def can_go_on(self) -> bool:
        """Tell whether online key and root are here, by which others know this node."""
        return self.key.path.exists() and (self.listed.has_root() or self.has_begun())

    def begin_anew(self) -> None:
        """Let the next call write the whole list, above every number that others know: theirs may be unknown here."""
        self._cursor.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._cursor.write_text("{}", encoding="utf-8")

    def recover(self, words: str) -> RootFile:
        """Replace the online key by a recovery key and sign anew. Raises WordsWrong and NotRootKey."""
        signer = recovery_key(words)
        before = self.listed.root()
        # Looked at before anything is replaced.
        next_root(before, before.signed.keys[before.signed.roles["timestamp"].keyids[0]], signer, self._clock())
        online = self.key.make()
        root = next_root(before, online.public_key, signer, self._clock())
        self._begin(root)
        self.listed.sign_anew(online)
        return root

    def let_recover(self, words: str, hex_key: str, *, allowed: bool = True) -> RootFile:
        """Add or remove a root key by its public half. Raises WordsWrong, NotRootKey and PublicKeyWrong."""
        before = self.listed.root()
        now, names = before.signed, before.signed.roles
        other = public_key(hex_key)
        if not allowed and other.keyid not in names["root"].keyids:
            raise NotRootKey
        keys = [now.keys[one] for one in names["root"].keyids if one != other.keyid]
        keys += [other] if allowed else []
        online = now.keys[names["timestamp"].keyids[0]]
        root = next_root(before, online, recovery_key(words), self._clock(), keys)
        self._begin(root)
        return root

    def prepare(self) -> str:
        """Make the next online key and return its public half; it counts once a root that names it is installed."""
        return str(self._next.make().public_key.keyval["public"])

    def install(self, root: RootFile) -> None:
        """Adopt a root signed elsewhere; repeatable. Raises NotRootKey, RootChangesMore, KeyUnreadable."""
        before = self.listed.root()
        if root.data != before.data:
            root.check_after(before)
        online = (self._next if self._next.path.exists() else self.key).signer()
        old, new = before.signed.roles, dict(root.signed.roles)
        who = new.pop("root")
        if new["timestamp"].keyids != [online.public_key.keyid]:
            raise NotRootKey
        if (set(who.keyids), who.threshold) != (set(old["root"].keyids), old["root"].threshold) or any(
            (role.keyids, role.threshold) != ([online.public_key.keyid], 1) for role in new.values()
        ):
            raise RootChangesMore
        self._begin(root)
        if self._next.path.exists():
            self._next.path.replace(self.key.path)
        self.listed.sign_anew(online)

    def follow(self, progress: Progress = silent) -> None:
        """List what the catalogue has published since the last time; raises KeyUnreadable and ListDamaged."""
        generation = self._catalogue.generation()
        reached = self._reached(generation)
        if reached is None:
            self.rebuild(progress)
        elif reached != self._catalogue.last_seq():
            staged, last = self._staged(reached, self.listed.entry, progress)
            if staged:
                total = sum(not one.origin for one in self._catalogue.heads())
                self.listed.publish(self.key.signer(), staged, total=total)
            self._note(generation, last)

    def rebuild(self, progress: Progress = silent) -> None:
        """List everything once more, and nothing else, above all numbers before. Raises KeyUnreadable."""
        signer, generation = self.key.signer(), self._catalogue.generation()
        beside = {path: self.listed.stage(path, Target(data)) for path, data in self._beside().items() if data}
        staged, last = self._staged(0, lambda _path: None, progress)
        self.listed.replace(signer, {**beside, **staged}, anew=self._cursor.exists())
        self._note(generation, last)

    def _staged(
        self, seq: int, listed: Callable[[str], TargetFile | None], progress: Progress
    ) -> tuple[dict[str, TargetFile | None], int]:
        """Write the targets of own records changed since; return how to list them, and the last change number."""
        changed: dict[str, int] = {}
        while changes := self._catalogue.changes(seq):
            changed |= {entry.id: entry.seq for entry in changes if entry.origin == OWN}
            seq = changes[-1].seq
        staged: dict[str, TargetFile | None] = {}
        for number, record_id in enumerate(changed, start=1):
            staged.update(self._changes(record_id, listed))
            progress(number, len(changed))
        return staged, seq

    def go_on_above(self, number: int) -> None:
        """Publish with a higher number than others have seen: after a restore they would take a lower one for old."""
        self.listed.publish(self.key.signer(), {}, total=len(self.listed.listed()), above=number)

    def renew(self, further: Mapping[str, bytes] | None = None) -> None:
        """Confirm the list, with `further` targets, for another week. Raises KeyUnreadable and ListDamaged."""
        self.tell(further)
        self.listed.renew(self.key.signer())

    def tell(self, further: Mapping[str, bytes] | None = None) -> None:
        """List changes of settings, members and `further` targets. Raises KeyUnreadable and ListDamaged."""
        changes: dict[str, TargetFile | None] = {}
        for path, data in {**self._beside(), **(further or {})}.items() if self.listed.version() else ():
            found = self.listed.entry(path)
            if (found.hashes.get("sha256") if found else None) != (sha256(data).hexdigest() if data else None):
                changes[path] = self.listed.stage(path, Target(data)) if data else None
        if changes:
            self.listed.publish(self.key.signer(), changes, total=len(self.listed.listed()))

    def _begin(self, root: RootFile) -> None:
        # Beside the keys as well, where the backup has them whatever happens to the folder of the list.
        self._roots.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._roots / f"{root.signed.version}.root.json").write_bytes(root.data)
        self.listed.begin(root)

    def _changes(self, record_id: str, listed: Callable[[str], TargetFile | None]) -> Mapping[str, TargetFile | None]:
        versions = self._catalogue.versions(record_id)
        if not versions:
            return {}
        entry = versions[-1]
        path = f"records/{record_id}.json"
        before = listed(path)
        files = before.custom.get("files", ()) if before and before.custom else ()
        changes: dict[str, TargetFile | None] = {f"files/{record_id}/{name}": None for name in files}
        statement = self._statements.statement(record_id, entry.ver)
        if statement.status is Status.WITHDRAWN:
            said: dict[str, JsonValue] = {
                "state": statement.status.value,
                "reason": statement.reason,
                "since": statement.issued_at.date().isoformat(),
            }
            withdrawn = Target(statement.payload(), said)
            changes[path] = None if statement.reason == _ERASED else self.listed.stage(path, withdrawn)
            return changes
        for file in statement.files:
            place = f"files/{record_id}/{file.sha256}"
            changes[place] = self.listed.stage(place, Target(self._catalogue.file(entry, file.name)))
        named: list[JsonValue] = [*sorted({file.sha256 for file in statement.files})]
        changes[path] = self.listed.stage(path, Target(statement.payload(), {"files": named} if named else None))
        return changes

    def _reached(self, generation: int) -> int | None:
        """Return up to which change number the catalogue is listed, None where all of it has to be listed anew."""
        try:
            found = json.loads(self._cursor.read_text(encoding="utf-8"))
            # Every record names the address of this node, so another address lists all of them anew.
            same = found["generation"] == generation and found["home"] == self._statements.sub(OWN, "")
            return int(found["seq"]) if same and self.listed.version() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _note(self, generation: int, seq: int) -> None:
        draft = self._cursor.with_suffix(".new")
        draft.touch(mode=0o600)
        said = {"generation": generation, "seq": seq, "home": self._statements.sub(OWN, "")}
        draft.write_text(json.dumps(said), encoding="utf-8")
        draft.replace(self._cursor)
