"""Rendered text of records, kept in memory by version: a version never changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from app.records.markdown import Context, render_markdown
from app.records.recent import Recent
from app.records.record import Record, Section
from app.web.kickoff.selection_links import carried, onward
from app.web.records.files import FilePlaces
from app.web.shell.access import services
from app.web.shell.language import current_language, mount_point
from app.web.shell.links import SiteLinks

KEPT = 8 * 1024 * 1024
"""Characters of sections kept per process."""

_Key = tuple[str, str, str, FilePlaces]


_cache: Recent[_Key, Markup] = Recent(KEPT, weigh=len)


def section_renderer(record: Record, files: FilePlaces) -> Callable[[Section], Markup]:
    """Return what renders the sections of a record whose files lie at `files`."""
    # Links in a text can lead elsewhere after any change, and a slow request may still render for the state before.
    catalogue = services().catalogue
    seq = catalogue.last_seq()
    _cache.hold_for(seq)
    where = f"{seq} {mount_point()}{current_language()}"

    def render(section: Section) -> Markup:
        if carried():
            # Links of the text carry the selection of this reader, who alone gets it.
            return render_text(record, section.markdown, files, f"{section.id}-")
        key = (record.digest, section.id, f"{where} {record.origin}", files)
        html = lambda: render_text(record, section.markdown, files, f"{section.id}-")  # noqa: E731
        return _cache.get(key, html, lambda: catalogue.moment.is_whole)

    return render


def render_text(
    record: Record, text: str, files: FilePlaces, id_prefix: str, top_level: int = 3, lang: str = ""
) -> Markup:
    """Return a Markdown text of a record as safe HTML; `top_level` is the level of its highest heading.

    `lang` is the language of a text that is in another one than its record.
    """
    # Titles of sources stay in the language of the record, which a translation then has to say.
    is_translated = lang not in {"", record.lang}
    sources = tuple(replace(one, lang=one.lang or record.lang) if is_translated else one for one in record.sources)
    links = SiteLinks(record.origin)
    context = Context(
        sources=sources,
        media=record.media,
        site=services().federation.held.home(record.origin) if record.origin else "",
        files=tuple(file.name for file in record.files),
        files_url=files.url,
        absent=files.absent,
        absent_url=files.home,
        unshown=files.unshown,
        id_prefix=id_prefix,
        top_level=top_level,
        record_link=lambda ref: onward(address) if (address := links.address(ref)) else None,
        lang=current_language(),
        text_lang=record.lang,
    )
    return render_markdown(text, context)
