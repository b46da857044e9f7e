# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings a folder of content files into a node and keeps up with later changes of that folder."""

from app.content.seed.folder import SeedFolder, SymbolicLink
from app.content.seed.importer import AlreadyInitialised, KeptLocal, SeedImporter, SyncReport

__all__ = ["AlreadyInitialised", "KeptLocal", "SeedFolder", "SeedImporter", "SymbolicLink", "SyncReport"]
