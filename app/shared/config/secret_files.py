"""Secrets that lie in files of their own: those that operators keep, and the key that signs cookies."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.shared.config.load import SettingProblem, SettingsInvalid
from app.shared.config.settings import Settings

SECRET_FILES = (
    "secret_key_file",
    "smtp_password_file",
    "mirror_credentials_file",
    "meaning_key_file",
    "metrics_token_file",
)
"""The settings that name such a file."""


def read_secret_file(file: Path | None, variable: str) -> str:
    """Return what stands in `file` without surrounding space, "" where none is named.

    Raises SettingsInvalid, naming `variable`, when it cannot be read.
    """
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise SettingsInvalid((SettingProblem(variable=variable, reason=reason),)) from error


def read_secret_key(settings: Settings) -> bytes:
    """Return the secret key, making one on first use; only the node's own user can read the file.

    Workers that start at the same moment agree on one key.
    """
    path = settings.secret_key_file or settings.keys_path / "secret"
    if not path.exists():
        _create(path)
    return path.read_bytes()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.write_bytes(secrets.token_bytes(32))
    draft.chmod(0o600)
    try:
        # Linking fails when another process was first: its key then counts.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
