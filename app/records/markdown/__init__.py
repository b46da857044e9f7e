"""Markdown of a record as safe HTML; nothing else in the program makes trusted HTML from what people wrote."""

from __future__ import annotations

from app.records.markdown.processors import Context
from app.records.markdown.renderer import MarkdownRenderer

__all__ = ["Context", "MarkdownRenderer"]
