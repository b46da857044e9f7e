"""The least that Flask can do: one view that returns a finished page of the size of a record's page."""

from __future__ import annotations

import os

from flask import Flask

application = Flask(__name__)
PAGE = "x" * int(os.environ.get("BENCH_PAGE_BYTES", "20000"))


@application.get("/")
def page() -> str:
    """Return the page."""
    return PAGE
