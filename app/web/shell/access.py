"""Gives views the services that `app.wiring` put together: one typed accessor instead of globals."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from app.wiring import Services

KEY = "services"


def services() -> Services:
    """Return the services of the application that handles this request."""
    return cast("Services", current_app.extensions[KEY])
