"""Sign-in with the providers that the operator names."""

from __future__ import annotations

from app.identity.providers import Providers, load_providers
from app.identity.providers.provider import example_provider
from app.identity.service import IdentityService
from app.identity.traces import sealed_with
from app.shared.config import SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.secret_files import read_secret_key
from app.wiring.foundation import Foundation


def wire_identity(base: Foundation) -> IdentityService:
    """Return who knows people, their roles and their providers; raises SettingsInvalid."""
    settings = base.settings
    if settings.providers and not settings.providers.is_file():
        # Else a misspelt name would end all sessions, as if the operator had taken every provider out.
        reason = f"there is no file {settings.providers}"
        raise SettingsInvalid((SettingProblem(variable="NODE_PROVIDERS", reason=reason),))
    providers = load_providers(settings.providers_path)
    if settings.example_provider:
        providers = Providers((*providers, example_provider(settings.example_provider)))
    seal = sealed_with(lambda: read_secret_key(settings))
    hours, reads_only = settings.session_hours, settings.reads_only
    return IdentityService(base.sessions, base.clock, providers, hours, seal, reads_only=reads_only)
