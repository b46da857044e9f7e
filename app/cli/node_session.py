# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a command gets at the node it works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import log
from app.bootstrap import Services, bootstrap
from app.config import Settings, load_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the group's options say, for all commands."""

    data: Path | None = None

    def settings(self, **overrides: object) -> Settings:
        """Return the settings with what the command line says; raises SettingsInvalid."""
        settings = load_settings(data=self.data, **overrides)
        log.configure(settings.log_level, settings.log_format)
        return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """Give the services of the node, and close them afterwards."""
    services = bootstrap(settings)
    try:
        yield services
    finally:
        services.close()
