"""What each node translates when it starts is translated once in a process.

Those are templates, addresses, statements of SQL, vocabularies, and what the search makes of them and of the schemas.

Each test has a node of its own, and in one process all of them have the same templates, rules and tables.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import CodeType

from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.records import vocabulary
from app.records.vocabulary import Concept
from app.search import engine, service
from app.search.analysis.analyser import GermanAnalyser
from app.search.document import contents
from app.search.synonyms import Synonyms
from app.web.shell.assets import CompiledTemplates


def once_for_all_nodes() -> None:
    """Let all nodes that this process starts from now on share what they translate."""
    type.__setattr__(CompiledTemplates, "load_bytecode", _read)
    type.__setattr__(CompiledTemplates, "dump_bytecode", _write)
    Rule._compile_builder = _builder  # type: ignore[assignment]  # mypy takes it for one that is bound.
    # All of them have the same driver, and servers of one version.
    type.__setattr__(Engine, "_compiled_cache", property(lambda _engine: _statements, lambda _engine, _own: None))
    type.__setattr__(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
    type.__setattr__(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
    # What is read of the same bytes by the same schemas is the same; nobody changes a vocabulary that was read.
    vars(vocabulary)["read_vocabulary"] = lru_cache(maxsize=64)(vocabulary.read_vocabulary)
    vars(engine)["Synonyms"] = _synonyms_of
    vars(service)["contents"] = lru_cache(maxsize=64)(contents)


def _synonyms_of(vocabularies: Mapping[str, Iterable[Concept]], german: GermanAnalyser) -> Synonyms:
    """Return the synonyms of these very vocabularies, which nobody changes; they are kept, so that they stay these."""
    key = (id(german), *((name, id(concepts)) for name, concepts in vocabularies.items()))
    if key not in _synonyms:
        _synonyms[key] = vocabularies, german, Synonyms(vocabularies, german)
    return _synonyms[key][-1]


_synonyms: dict[tuple[object, ...], tuple[Mapping[str, Iterable[Concept]], GermanAnalyser, Synonyms]] = {}


def _read(cache: CompiledTemplates, bucket: Bucket) -> None:
    bucket.code = _templates.get((bucket.key, bucket.checksum))
    if bucket.code is None:
        load(cache, bucket)
        _keep(bucket)


def _write(cache: CompiledTemplates, bucket: Bucket) -> None:
    dump(cache, bucket)
    _keep(bucket)


def _keep(bucket: Bucket) -> None:
    if bucket.code is not None:
        _templates[bucket.key, bucket.checksum] = bucket.code


load, dump = CompiledTemplates.load_bytecode, CompiledTemplates.dump_bytecode
_templates: dict[tuple[str, str], CodeType] = {}
"""A changed template has another checksum, and is translated anew."""


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
