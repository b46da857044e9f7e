"""Keeps the list of this node at what its catalogue publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from tuf.api.metadata import TargetFile

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.catalogue.models import OWN
from app.federation.held import OwnStatements
from app.federation.items import HeldItem, ItemQueries, ItemSelection, ListPosition
from app.federation.listing.keys import OnlineKey, RootFile, first_root, new_words, next_root, recovery_key
from app.federation.listing.repository import ListDamaged, OwnList, Target
from app.federation.statement import Status
from app.records.json_value import JsonValue
from app.shared.clock import Clock

ABOUT = "node.json"
"""The target that says who a node is: what it is called."""
_CHUNK = 500
_ERASED = "personal-data"
"""The reason of withdrawals that leave the list as well: erased from the list is erased everywhere."""


class OwnListing:
    """One object per process, safe for all its threads; several processes take turns.

    The online key signs. Of the recovery key only the words exist, in `words` until the operator has put them away.
    """

    def __init__(
        self,
        listed: OwnList,
        keys: Path,
        statements: OwnStatements,
        items: ItemQueries,
        catalogue: CatalogueService,
        about: bytes,
        clock: Clock,
    ) -> None:
        """Keep keys, and how far the items were listed, in `keys`. `about` says who this node is, as JSON."""
        self.listed = listed
        self.key = OnlineKey(keys / "online.pem")
        self.words = keys / "recovery.txt"
        self._roots = keys / "roots"
        self._cursor = keys / "listed.json"
        self._statements = statements
        self._items = items
        self._catalogue = catalogue
        self._about = about
        self._clock = clock

    def ensure(self) -> bool:
        """Make keys and the first root where there are none; tell whether that was done."""
        if self.listed.has_root():
            return False
        # Nothing is listed, however far an earlier list had come.
        self._cursor.unlink(missing_ok=True)
        if saved := sorted(self._roots.glob("*.root.json")):
            # The folder of the list is gone, and others know this node by these.
            for one in saved:
                self.listed.begin(RootFile(one.read_bytes()))
            return False
        words, online = new_words(), self.key.make()
        signer = recovery_key(words)
        draft = self.words.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(f"{words}\n", encoding="utf-8")
        draft.replace(self.words)
        self._begin(first_root(online.public_key, [signer.public_key], signer, self._clock()))
        return True

    def recover(self, words: str) -> RootFile:
        """Replace the online key, by the word of a recovery key, and sign the list anew; readers follow by themselves.

        Raises WordsWrong and NotRootKey.
        """
        signer = recovery_key(words)
        before = self.listed.root()
        # Looked at before anything is replaced.
        next_root(before, before.signed.keys[before.signed.roles["timestamp"].keyids[0]], signer, self._clock())
        online = self.key.make()
        root = next_root(before, online.public_key, signer, self._clock())
        self._begin(root)
        self.listed.sign_anew(online)
        return root

    def follow(self, position: ListPosition, progress: Progress = silent) -> None:
        """List what changed up to a position of the items, at once; raises KeyUnreadable and ListDamaged."""
        reached = self._reached(position)
        if reached is None:
            self.rebuild(position, progress)
        elif reached < position.seq:
            total = self._items.extent(ItemSelection(origin=OWN))[0]
            self.listed.publish(self.key.signer(), self._staged(reached, position, progress), total=total)
            self._note(position)

    def rebuild(self, position: ListPosition, progress: Progress = silent) -> None:
        """List everything once more, and nothing else; the number goes on. Raises KeyUnreadable."""
        about = self.listed.stage(ABOUT, Target(self._about))
        self.listed.replace(self.key.signer(), {ABOUT: about, **self._staged(0, position, progress)})
        self._note(position)

    def _staged(self, seq: int, position: ListPosition, progress: Progress) -> dict[str, TargetFile | None]:
        """Write the targets of all own items after a change number, and return how the list is to name them."""
        staged: dict[str, TargetFile | None] = {}
        while items := self._items.after(seq, ItemSelection(origin=OWN), _CHUNK):
            for item in items:
                staged.update(self._changes(item))
            seq = items[-1].seq
            progress(seq, max(seq, position.seq))
        return staged

    def go_on_above(self, number: int) -> None:
        """Publish with a higher number than others have seen: after a restore they would take a lower one for old."""
        self.listed.publish(self.key.signer(), {}, total=len(self.listed.listed()), above=number)

    def renew(self) -> None:
        """Confirm the list for another week, with what settings say of this node by now; raises KeyUnreadable."""
        found = self.listed.entry(ABOUT)
        if found is not None and found.hashes.get("sha256") != sha256(self._about).hexdigest():
            about = self.listed.stage(ABOUT, Target(self._about))
            self.listed.publish(self.key.signer(), {ABOUT: about}, total=len(self.listed.listed()))
        self.listed.renew(self.key.signer())

    def _begin(self, root: RootFile) -> None:
        # Beside the keys as well, where the backup has them whatever happens to the folder of the list.
        self._roots.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._roots / f"{root.signed.version}.root.json").write_bytes(root.data)
        self.listed.begin(root)

    def _changes(self, item: HeldItem) -> Mapping[str, TargetFile | None]:
        path = f"records/{item.record_id}.json"
        before = self._listed(path)
        files = before.custom.get("files", ()) if before and before.custom else ()
        changes: dict[str, TargetFile | None] = {f"files/{item.record_id}/{name}": None for name in files}
        statement = self._statements.statement(item.record_id, item.ver)
        if statement.status is Status.WITHDRAWN:
            said: dict[str, JsonValue] = {
                "state": statement.status.value,
                "reason": statement.reason,
                "since": statement.issued_at.date().isoformat(),
            }
            withdrawn = Target(statement.payload(), said)
            changes[path] = None if statement.reason == _ERASED else self.listed.stage(path, withdrawn)
            return changes
        (entry,) = [one for one in self._catalogue.versions(item.record_id) if one.ver == item.ver]
        for file in statement.files:
            place = f"files/{item.record_id}/{file.sha256}"
            changes[place] = self.listed.stage(place, Target(self._catalogue.file(entry, file.name)))
        named: list[JsonValue] = [*sorted({file.sha256 for file in statement.files})]
        changes[path] = self.listed.stage(path, Target(statement.payload(), {"files": named} if named else None))
        return changes

    def _listed(self, path: str) -> TargetFile | None:
        with suppress(ListDamaged):
            return self.listed.entry(path)
        return None

    def _reached(self, position: ListPosition) -> int | None:
        """Return up to which change number the items are listed, None where all have to be listed anew."""
        try:
            found = json.loads(self._cursor.read_text(encoding="utf-8"))
            # Every record names the address of this node, so another address lists all of them anew.
            same = found["generation"] == position.generation and found["home"] == self._statements.sub(OWN, "")
            return int(found["seq"]) if same and self.listed.version() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _note(self, position: ListPosition) -> None:
        draft = self._cursor.with_suffix(".new")
        draft.touch(mode=0o600)
        said = {"generation": position.generation, "seq": position.seq, "home": self._statements.sub(OWN, "")}
        draft.write_text(json.dumps(said), encoding="utf-8")
        draft.replace(self._cursor)
