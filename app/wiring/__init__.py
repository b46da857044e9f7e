"""The composition root: settings in, wired services out."""

from app.wiring.services import Services

__all__ = ["Services"]
