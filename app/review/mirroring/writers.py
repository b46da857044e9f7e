# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Those who write on the forge. They sign there, not here; their names and commits stay on the forge."""

from __future__ import annotations

from hashlib import sha256

from app.identity import Person, Role, RoleKind

_FORGE = "forge"
_ROLES = (Role(kind=RoleKind.AUTHOR),)


def writer_of(branch: str) -> Person:
    """Return whoever writes a branch; so each branch has proposals of its own, and none takes another one's place."""
    number = sha256(branch.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Person(id=f"{_FORGE}:{number}", pseudonym=_FORGE, display_name="Forge", roles=_ROLES)


def is_on_forge(person_id: str) -> bool:
    """Tell whether this is somebody who writes on the forge."""
    return person_id.partition(":")[0] == _FORGE
