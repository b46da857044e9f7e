# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A node's own two signing keys: the record key signs statements, the federation key says who the node is."""

from app.federation.keys.ring import KeyRing, OwnKey
from app.federation.keys.store import KeyNotListed, KeysUnreadable, NodeKeys, Role

__all__ = ["KeyNotListed", "KeyRing", "KeysUnreadable", "NodeKeys", "OwnKey", "Role"]
