"""Puts a backup back, as all tests of backups do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from app.shared.config import Settings
from app.wiring.restore import Restored, restore_backup


def settings_of(data: Path, **values: Any) -> Settings:
    return Settings.model_validate({"data": data, "issuer": "https://erfahrungen.example", **values})


def restored(backup: Path, data: Path, **values: Any) -> Restored:
    return restore_backup(backup, data, partial(settings_of, **values), lambda _step: lambda _done, _total: None)
