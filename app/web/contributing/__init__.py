"""The pages on which somebody writes a record, from the first word to sending it for review."""

from __future__ import annotations
