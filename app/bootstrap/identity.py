# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sign-in with the providers that the operator names."""

from __future__ import annotations

from app.bootstrap.foundation import Foundation
from app.identity.providers import Providers, load_providers
from app.identity.providers.provider import example_provider
from app.identity.service import IdentityService


def wire_identity(base: Foundation) -> IdentityService:
    """Return who knows people, their roles and their providers."""
    settings = base.settings
    providers = load_providers(settings.providers_path)
    if settings.example_provider:
        providers = Providers((*providers, example_provider(settings.example_provider)))
    return IdentityService(base.sessions, base.clock, providers, settings.session_hours)
