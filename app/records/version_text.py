"""A version as it can be kept and read without git: the canonical JSON that its digest is taken of.

Reading it takes a seventh of the time of YAML, and it says itself whether it is still what was published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from app.records.digest import digest_of
from app.records.document import Document
from app.records.record import Record, StoredFile, Withdrawn
from app.records.record_reader import assembled, assembled_withdrawal
from app.records.structure import RecordFile, outline
from app.shared.errors import Invalid


class TextDamaged(Invalid):
    """What is kept of the version `name` is not what its digest stands for."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """The canonical content of a version, and by name the files beside it that its translations stand in."""

    content: str
    beside: Mapping[str, str]

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.content) + sum(map(len, self.beside.values()))

    def check(self, digest: str) -> None:
        """Raise TextDamaged unless this is the text with this digest."""
        self._content(digest)

    def read(self, path: str, digest: str) -> Record | Withdrawn:
        """Return the version in the folder `path`, which was found sound before it was kept; raises TextDamaged.

        Sections have no lines of their file, since there is none.
        """
        content = self._content(digest)
        document = Document(front=content["record"], body=content["body"])
        draft = RecordFile(path=path, document=document, outline=outline(document.body))
        if draft.is_withdrawal:
            return assembled_withdrawal(draft, digest)
        files = tuple(StoredFile(**file) for file in content["files"])
        return assembled(draft, files, digest, lambda name: self.beside[name].encode())

    def _content(self, digest: str) -> Any:
        raw = self.content.encode()
        if digest_of(raw) != digest:
            raise TextDamaged(digest)
        content = json.loads(raw)
        hashes = {file["name"]: file["sha256"] for file in content["files"]}
        texts = {entry["file"] for entry in content["record"].get("translations", ()) if "file" in entry}
        if texts != self.beside.keys():
            raise TextDamaged(digest)
        for name, text in self.beside.items():
            if sha256(text.encode()).hexdigest() != hashes.get(name):
                raise TextDamaged(f"{digest}/{name}")
        return content
