"""The command `erfahrungsnetz`: what an operator, a script or a timer does with a node."""

from app.cli.command import main

__all__ = ["main"]
