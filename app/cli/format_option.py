# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The option that makes a command's answer one for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def format_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator that gives a command `style`, "text" or "json"."""
    choice = click.Choice(["text", "json"])
    return click.option("--format", "style", type=choice, default="text", show_default=True, help=help)
