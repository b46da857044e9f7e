"""The interface for machines under /api/v1: what the pages show, as JSON, without a language prefix."""

from app.web.api.routes import blueprint

__all__ = ["blueprint"]
