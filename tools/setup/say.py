"""One way to tell what set-up is doing."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print a line to standard error at once, so that it stays in order with the tools that are called."""
    print(text, file=sys.stderr, flush=True)
