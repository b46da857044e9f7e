# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the files of a copy are called."""

from __future__ import annotations

import re
from urllib.parse import unquote

STATIC = re.compile(r"/static/[0-9a-f]{12}/(?P<name>.+)")
PAGED = "seite"
"""The parameter by which long lists are divided."""


def file_of(address: str, *, html: bool) -> str:
    """Return the name of the file in which the answer at an address lies, with "/" between folders."""
    static = STATIC.fullmatch(address)
    if static:
        return f"static/{static['name']}"
    path, _, query = unquote(address).partition("?")
    # A colon (of a port, in the name of another node) is no letter for a file.
    name = path.strip("/").replace(":", "_")
    if not html:
        return name
    name = {"": "index", "en": "en/index"}.get(name, name)
    number = query.removeprefix(f"{PAGED}=")
    return f"{name}--{PAGED}-{number}.html" if query else f"{name}.html"
