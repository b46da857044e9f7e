"""The tables of `docs/reference/settings.md`, made from the settings class.

    python -m tools.settings_table

writes the page anew. A test fails when the page and the class do not agree.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from app.shared.config import Settings
from app.shared.config.load import PREFIX
from app.shared.config.outside import MachineSettings, MailSettings, MeaningSettings, MirrorSettings
from app.shared.config.settings import OperatorSettings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"

_HEAD = """# Settings

Made from the settings class (`app/shared/config`) by `python -m tools.settings_table`; change the class, not this page.

Each setting is an environment variable, or a line in the file `node.env` in the data folder; the variable wins.
A wrong value or a misspelt line stops the start with a message. Relative paths count from the folder of the start.
"""

_GROUPS: dict[str, type[BaseSettings]] = {
    "The node": Settings,
    "Who runs it": OperatorSettings,
    "E-mail": MailSettings,
    "Mirror on a forge": MirrorSettings,
    "Search by meaning": MeaningSettings,
    "Several machines": MachineSettings,
}

_WORKED_OUT = {
    "data": "`instance/` in the checkout; from a wheel, in the current folder",
    "content": "`content/` in the checkout, not followed",
    "issuer": "`http://<host>:<port>`",
    "database_url": "`node.sqlite` in the data folder",
    "machine": "name of the machine",
}
"""Defaults that depend on the machine or on other settings."""


def page() -> str:
    """Return the page as Markdown, one table for each group of settings."""
    parts = [_HEAD]
    for title, group in _GROUPS.items():
        lead = "" if group is Settings else f"\n{group.__doc__}\n"
        own = group.__annotations__ if group is Settings else group.model_fields
        rows = [_row(name, field) for name, field in Settings.model_fields.items() if name in own]
        parts += [f"\n## {title}\n{lead}\n| Variable | Default | Values | Meaning |\n|---|---|---|---|", *rows]
    return "\n".join(parts) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    default = _WORKED_OUT.get(name) or (f"`{field.default}`" if field.default not in {None, ""} else "–")
    meaning = re.sub(r"docs/((?:reference/)?(\w+)\.md)", r"[\2](../\1)", field.description or "")
    return f"| `{PREFIX}{name.upper()}` | {default} | {', '.join(_values(field))} | {meaning} |"


def _values(field: FieldInfo) -> list[str]:
    kinds: tuple[Any, ...] = get_args(field.annotation) or (field.annotation,)
    names = {str: "text", int: "number", Path: "path", type(None): ""}
    words = [f"`{kind}`" if isinstance(kind, str) else names.get(kind, kind.__name__) for kind in kinds]
    bounds = [str(getattr(mark, side)) for side in ("ge", "le") for mark in field.metadata if hasattr(mark, side)]
    return [" to ".join(bounds)] if bounds else [word for word in words if word]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
