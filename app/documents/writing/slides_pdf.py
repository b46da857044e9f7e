"""Slides as tagged PDF (PDF/UA-1, ISO 14289-1), 16:9, printed from HTML in which every text passed through `escape`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from app.documents.blocks import Deck, Figure, Point, Slide, Text
from app.documents.writing.pdf import CODE, document, joined, numbers, printed, shown

_STYLES = Path(__file__).with_name("slides.css")


def to_pdf(deck: Deck, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the slides with Fira Sans from the folder `fonts` where it is there, else with what the system has.

    Raises ExportUnavailable where libraries of the system are missing.
    """
    top = f"@page {{ @top-right {{ {numbers(deck.page, deck.of)} }} }}"
    css = f"{_STYLES.read_text(encoding='utf-8')}\n{top}"
    return printed(to_html(deck), css, {CODE: deck.address}, at, fonts, cache)


def to_html(deck: Deck) -> str:
    """Return a whole document without styles."""
    return document(deck.lang, deck.title.text, joined(_slide(deck, slide) for slide in deck.slides))


def _slide(deck: Deck, slide: Slide) -> Markup:
    title = Markup("<h1>{}</h1><p class=subtitle>{}</p>").format(shown(deck.title), deck.subtitle)
    return Markup(
        '<section class="slide {scale}"><div class="body">{head}<h2>{title}</h2>{figures}{points}</div>{foot}</section>'
    ).format(
        scale=slide.scale.value,
        head=title if slide.is_first else "",
        title=slide.title,
        figures=_figures(slide),
        points=_points(slide),
        foot=_foot(deck, slide),
    )


def _figures(slide: Slide) -> Markup:
    if not slide.figures:
        return Markup("")
    count = len(slide.figures)
    return Markup('<div class="figures of{}">{}</div>').format(count, joined(map(_figure, slide.figures)))


def _figure(figure: Figure) -> Markup:
    note = Markup('<p class="note">{}</p>').format(figure.note) if figure.note else ""
    return Markup('<div class="figure"><p class="value">{}</p><p class="what">{}</p>{}</div>').format(
        figure.value, shown(figure.label), note
    )


def _points(slide: Slide) -> Markup:
    if not slide.points:
        return Markup("")
    return Markup("<ul>{}</ul>").format(joined(Markup("<li>{}</li>").format(_point(one)) for one in slide.points))


def _point(point: Point) -> Markup:
    label = Markup("<strong>{}:</strong> ").format(point.label) if point.label else ""
    # The number of a source stays with the last word.
    space = "\N{NO-BREAK SPACE}" if point.note.startswith("[") else " "
    note = Markup('{}<span class="mark">{}</span>').format(space, point.note) if point.note else ""
    return Markup("{}{}{}").format(label, _text(point.text), note)


def _foot(deck: Deck, slide: Slide) -> Markup:
    sources = ""
    if slide.sources:
        lines = joined(Markup("<p>{}</p>").format(_text(one)) for one in slide.sources)
        sources = Markup('<p class="label">{}</p>{}').format(deck.sources, lines)
    where = ""
    if deck.address and slide.leads_on:
        code = Markup('<img src="{}" alt="{}">').format(CODE, deck.code)
        where = Markup('<div class="where"><p>{0} <a href="{1}">{1}</a></p>{2}</div>').format(
            deck.mark, deck.address, code
        )
    return Markup('<div class="foot"><div class="sources">{}</div>{}</div>').format(sources, where)


def _text(text: Text) -> Markup:
    return joined(map(shown, text))
