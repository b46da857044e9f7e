"""The OpenID providers that the operator has configured, and what their claims mean here."""

from app.identity.providers.file import load_providers
from app.identity.providers.provider import ClaimMapping, Employer, Profile, Provider, Providers, profile

__all__ = [
    "ClaimMapping", "Employer", "Profile", "Provider", "Providers", "load_providers", "profile",
]  # fmt: skip
