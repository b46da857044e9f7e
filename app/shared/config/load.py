"""Loads the settings, explains invalid ones to the operator, and reads secret files."""

import difflib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.shared.config.settings import Settings, default_data
from app.shared.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One invalid setting: its variable, and the reason."""

    variable: str
    reason: str


class SettingsInvalid(Invalid):
    """The node cannot start with these settings."""

    problems: Sequence[SettingProblem]

    message = "these settings cannot be used:\n%(lines)s"

    @property
    def lines(self) -> str:
        return "\n".join(f"  {problem.variable}: {problem.reason}" for problem in self.problems)


PREFIX = "NODE_"
ENV_FILE = "node.env"
_GONE = {
    "NODE_MOVED_TO": "is no longer a setting, because nodes do not follow a move. Remove it, and ask your partners to"
    " add the new address: erfahrungsnetz peers add",
}
"""Settings of earlier releases, and what to do instead."""


def load_settings(**overrides: Any) -> Settings:
    """Return settings: overrides, then NODE_ variables, then node.env. Raises SettingsInvalid, naming all."""
    given = {key: value for key, value in overrides.items() if value is not None}
    if gone := [SettingProblem(variable=name, reason=why) for name, why in _GONE.items() if os.environ.get(name)]:
        raise SettingsInvalid(gone)
    try:
        return Settings(_env_file=_env_file(given), **given)
    except ValidationError as error:
        problems = [
            _problem(_variable(item["loc"]), item["type"], item["msg"])
            for item in error.errors()
            # A default derived from an invalid setting is no error of its own.
            if item["type"] != "default_factory_not_called"
        ]
        raise SettingsInvalid(problems) from error


def misspelt(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (variable, setting probably meant); others are ignored, as Node.js uses the prefix NODE_ too."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    unknown = [name for name in environment if name.startswith(PREFIX) and name not in known]
    near = ((name, difflib.get_close_matches(name, known, n=1, cutoff=0.8)) for name in sorted(unknown))
    return tuple((name, match[0]) for name, match in near if match)


def _env_file(overrides: Mapping[str, Any]) -> Path:
    data = overrides.get("data") or os.environ.get("NODE_DATA") or default_data()
    return Path(data).expanduser() / ENV_FILE


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper() if location else "?"
    return name if name.startswith(PREFIX) else PREFIX + name


def _problem(variable: str, kind: str, message: str) -> SettingProblem:
    unknown = kind == "extra_forbidden"
    reason = _GONE.get(variable, "is not a setting") if unknown else message.removeprefix("Value error, ")
    return SettingProblem(variable=variable, reason=reason)


SECRET_FILES = (
    "secret_key_file",
    "smtp_password_file",
    "mirror_credentials_file",
    "meaning_key_file",
    "metrics_token_file",
)
"""The settings that name a secret file."""


def read_secret_file(file: Path | None, variable: str) -> str:
    """Return the stripped text of `file`, "" if None. Raises SettingsInvalid for `variable`."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise SettingsInvalid((SettingProblem(variable=variable, reason=reason),)) from error


def read_secret_key(settings: Settings) -> bytes:
    """Return the key, private to the node's user; workers that create it together agree on one."""
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
        # os.link fails if another process was faster; then the key of that process counts.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
