"""The command `erfahrungsnetz`, with which operators, scripts and timers run a node."""

from app.cli.command import main

__all__ = ["main"]
