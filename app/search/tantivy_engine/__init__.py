"""The engine for many records: Tantivy (Rust, MIT) keeps documents and postings, ranked and counted as everywhere.

It is a package of its own: `.venv/bin/pip install -e '.[tantivy]'`.
"""

from app.search.tantivy_engine.index import TantivyIndex

__all__ = ["TantivyIndex"]
