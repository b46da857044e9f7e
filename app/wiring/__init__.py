"""The composition root: turns settings into wired services."""

from app.wiring.services import Services

__all__ = ["Services"]
