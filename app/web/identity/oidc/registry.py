"""The clients of all providers, one set per application."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from app.identity.providers import Providers
from app.identity.providers.provider import ProviderUnknown
from app.shared.clock import Clock
from app.web.identity.oidc.client import ProviderClient
from app.web.identity.oidc.connection import ProviderLine, places
from app.web.identity.oidc.documents import ProviderDocuments
from app.web.shell import access
from app.wiring import Services

KEY = "enet.oidc"


def register(app: Flask, providers: Providers, clock: Clock) -> None:
    """Give `app` a client for each provider; nothing is asked before somebody signs in."""
    threads = cast("Services", app.extensions[access.KEY]).settings.threads
    shared = places(threads)
    app.extensions[KEY] = {
        each.key: ProviderClient(each, ProviderDocuments(each, clock, ProviderLine(shared, clock)), clock)
        for each in providers
    }


def client(key: str) -> ProviderClient:
    """Return the client of a provider; raises ProviderUnknown."""
    clients = cast("dict[str, ProviderClient]", current_app.extensions[KEY])
    if key not in clients:
        raise ProviderUnknown(key)
    return clients[key]
