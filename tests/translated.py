# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each node translates when it starts is translated once in a process.

Those are templates, addresses, statements of SQL, and vocabularies.

Each test has a node of its own, and in one process all of them have the same templates, rules and tables.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.content import vocabulary


def once_for_all_nodes() -> None:
    """Let all nodes that this process starts from now on share what they translate."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._compile_builder = _builder  # type: ignore[assignment]  # mypy takes it for one that is bound.
    # All of them have the same driver, and servers of one version.
    type.__setattr__(Engine, "_compiled_cache", property(lambda _engine: _statements, lambda _engine, _own: None))
    type.__setattr__(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
    type.__setattr__(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
    # What is read of the same bytes by the same schemas is the same; nobody changes a vocabulary that was read.
    vars(vocabulary)["read_vocabulary"] = lru_cache(maxsize=64)(vocabulary.read_vocabulary)


class _Templates(BytecodeCache):
    """A changed template has another checksum, and is translated anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_build = Rule._compile_builder
_builders: dict[object, Callable[..., tuple[str, str]]] = {}


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Return what makes addresses by a rule; it is made of the rule's parts alone, and is told for which rule it works.

    To make them anew was four fifths of the time that a site takes to start.
    """
    if rule.defaults:
        return _build(rule, append_unknown)  # The parts do not tell what converters make of defaults.
    made_of = (rule.rule, tuple(rule._trace), append_unknown)
    if made_of not in _builders:
        _builders[made_of] = _build(rule, append_unknown)
    return _builders[made_of]


_statements: LRUCache[object, object] = LRUCache(1000)
