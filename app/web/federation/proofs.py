# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The proof that a version stands in a signed commit, for checking without this site."""

from __future__ import annotations

import json
from base64 import b64encode

from app.catalogue import CatalogueEntry
from app.content.proof import ProofReader
from app.content.signing import CommitKey
from app.web.access import services


def proof_document(entry: CatalogueEntry) -> bytes:
    """Return the proof of one version as JSON; docs/federation.md tells how to check it. Raises ObjectMissing."""
    node = services()
    reader = ProofReader(node.repository.reader, CommitKey(node.settings.keys_path).allowed_signers)
    folder = node.content.path_of(entry.kind, entry.slug)
    found = reader.proof(folder, node.content.version(folder, entry.ver).commit)
    document = {
        "sub": node.federation.own.sub("", entry.id),
        "ver": entry.ver,
        "digest": entry.digest,
        "commit": found.commit,
        "path": found.path,
        "allowed_signers": found.allowed_signers,
        "objects": [
            {"id": item.oid, "type": item.kind, "data": b64encode(item.data).decode("ascii")} for item in found.objects
        ],
    }
    return json.dumps(document, indent=1).encode("ascii")
