"""The pages on which proposals are discussed and decided, and those that go on from there."""

from __future__ import annotations
