# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires the mirror on a forge."""

from __future__ import annotations

from app.catalogue import CatalogueService
from app.config import Settings
from app.config.secret_file import read_secret_file
from app.content.schema import SchemaSet
from app.content.sharing.forge import Forge
from app.content.sharing.public_copy import PublicCopy
from app.review.mirroring import MirrorService
from app.review.service import ReviewService


def wire_mirror(
    settings: Settings, copy: PublicCopy, review: ReviewService, catalogue: CatalogueService, schemas: SchemaSet
) -> MirrorService | None:
    """Return the mirror, None where none is configured; raises SettingsInvalid."""
    if not settings.mirror_url:
        return None
    credentials = read_secret_file(settings.mirror_credentials_file, "NODE_MIRROR_CREDENTIALS_FILE")
    forge = Forge(copy, settings.mirror_url, credentials)
    return MirrorService(forge, review.proposals, catalogue, schemas)
