"""Renders a record's Markdown as safe HTML. No other code turns people's text into trusted HTML."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

from app.records.markdown_guard import hostile
from app.records.record import Medium, Source
from app.shared.wording import translator

RecordLink = Callable[[str], "str | None"]
"""Returns the address of a record named "case-study/<slug>", or None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The record that a text belongs to.

    `files_url` is the base address of the record's own files, ending with a slash; `id_prefix` precedes every id, so
    that no text can take an id that the page itself uses; `top_level` is the level of the text's highest heading.
    `site` is the address of the site that the text was written for, empty for this one: its links to own pages lead
    there. Files in `absent` are below `absent_url` instead of `files_url`; pictures in `unshown` are only linked.
    `lang` is the page's language, used for the names of tables, `text_lang` that of the text if it differs: sources are
    named in the language of their title.
    """

    sources: Sequence[Source] = ()
    media: Sequence[Medium] = ()
    files: Sequence[str] = ()
    files_url: str = ""
    id_prefix: str = "text-"
    top_level: int = 3
    record_link: RecordLink = lambda ref: None  # noqa: ARG005  # where no other record is known
    site: str = ""
    absent: Collection[str] = ()
    absent_url: str = ""
    unshown: Collection[str] = ()
    lang: str = "de"
    text_lang: str = ""


_KEY = r"\[\^([a-z0-9-]{1,40})\]"
_RUN = rf"{_KEY}(?:[ ]?{_KEY}){{0,19}}"


class FootnoteProcessor(InlineProcessor):
    """Turns consecutive footnotes into one `<sup>` with a link per source; unknown keys stay text."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(_RUN, md)
        self._lang = context.text_lang or context.lang
        self._numbers = {source.key: number for number, source in enumerate(context.sources, 1)}
        self._sources = {source.key: source for source in context.sources}

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Python-Markdown names the hook.
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element and the span of text that it replaces."""
        del data
        keys = re.findall(_KEY, m[0])
        if any(key not in self._numbers for key in keys):
            return None, None, None
        return self._element(list(dict.fromkeys(keys))), m.start(0), m.end(0)

    def _element(self, keys: list[str]) -> Element:
        sup = Element("sup", {"class": "source-refs"})
        for key in keys:
            link = SubElement(sup, "a", {"href": f"#quelle-{key}"})
            number, source = str(self._numbers[key]), self._sources[key]
            say = translator(source.lang or self._lang).gettext
            link.set("aria-label", say("Source %(number)s: %(title)s", number=number, title=source.title))
            if source.lang:
                link.set("lang", source.lang)
            link.text = number
            link.tail = "" if key == keys[-1] else ", "
        return sup


_HEADING = re.compile(r"h([1-6])")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class HeadingProcessor(Treeprocessor):
    """Lowers headings below those of the page and gives them ids."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._prefix = context.id_prefix
        self._top = context.top_level

    def run(self, root: Element) -> None:
        """Change the tree in place; the highest heading of the text gets the level `top_level`."""
        headings = [
            (element, int(found[1])) for element in root.iter() if (found := _HEADING.fullmatch(str(element.tag)))
        ]
        highest = min((level for _, level in headings), default=1)
        taken: Counter[str] = Counter()
        for element, level in headings:
            element.tag = f"h{min(self._top + level - highest, 6)}"
            name = slug("".join(element.itertext()))
            taken[name] += 1
            element.set("id", f"{self._prefix}{name}" if taken[name] == 1 else f"{self._prefix}{name}-{taken[name]}")


class TableProcessor(Treeprocessor):
    """Makes wide tables scrollable by keyboard, names them, and marks the header cells of columns."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._words = translator(context.lang)

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "table":
                    parent[index] = self._wrapped(child)

    def _wrapped(self, table: Element) -> Element:
        for cell in table.iter():
            if cell.tag in ("th", "td"):
                _mark(cell)
        columns = ", ".join(filter(None, ("".join(cell.itertext()).strip() for cell in table.iter("th"))))
        box = Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0"})
        box.set("aria-label", self._words.gettext("Table: %(columns)s", columns=columns))
        box.append(table)
        box.tail, table.tail = table.tail, None
        return box


def _mark(cell: Element) -> None:
    align = cell.attrib.pop("align", None)
    if align in ("right", "center"):
        cell.set("class", f"align-{align}")
    if cell.tag == "th":
        cell.set("scope", "col")


def slug(text: str) -> str:
    """Return the text as an id: lowercase letters, digits and single hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "abschnitt"


EXTERNAL_REL = "nofollow ugc noopener"

RECORD_NAME = r"(?:case-study|concept|solution|organisation|question|collection)/[a-z0-9]+(?:-[a-z0-9]+)*"
"""Regular expression for the name of a record in texts and fields."""
_RECORD = re.compile(rf"({RECORD_NAME})(#[a-z0-9-]+)?")
# No second slash or backslash at the start: browsers treat both as the start of another site's address.
_OWN_PAGE = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~%?=&#+-]*")
_FRAGMENT = re.compile(r"#[A-Za-z0-9_-]+")
_MAILBOX = re.compile(r"mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


class LinkProcessor(Treeprocessor):
    """Resolves, marks or removes links and pictures after the text has been parsed."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._context = context
        self._media = {medium.file: medium for medium in context.media}
        self._files = {*context.files, *self._media}

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for element in list(root.iter()):
            if element.tag == "img":
                self._picture(element)
        for element in root.iter("a"):
            if not element.get("aria-label"):
                self._link(element)

    def _picture(self, element: Element) -> None:
        name = element.get("src", "")
        medium = self._media.get(name)
        words = element.get("alt") or (medium.alt if medium else name)
        tail = element.tail
        element.attrib.clear()
        if medium and name not in self._context.unshown:
            element.attrib.update(src=f"{self._context.files_url}{name}", alt=words, loading="lazy")
            return
        # A picture from another site would tell that site who reads here, so it becomes a link, as does any
        # non-picture.
        element.tag = "a"
        element.set("href", name)
        element.text, element.tail = words, tail

    def _link(self, element: Element) -> None:
        address = element.get("href", "")
        element.attrib.clear()
        target, rel = self._target(address)
        if target is None:
            element.tag = "span"
            return
        element.set("href", target)
        if rel:
            element.set("rel", rel)

    def _target(self, address: str) -> tuple[str | None, str]:
        if is_external(address):
            return address, EXTERNAL_REL
        if _FRAGMENT.fullmatch(address) or _MAILBOX.fullmatch(address):
            return address, ""
        if _OWN_PAGE.fullmatch(address):
            return f"{self._context.site}{address}", EXTERNAL_REL if self._context.site else ""
        if address in self._context.absent:
            return f"{self._context.absent_url}{address}", EXTERNAL_REL
        if address in self._files:
            return f"{self._context.files_url}{address}", ""
        found = _RECORD.fullmatch(address)
        target = self._context.record_link(found[1]) if found else None
        if found is None or target is None:
            return None, ""
        return f"{target}{found[2] or ''}", EXTERNAL_REL if is_external(target) else ""


def is_external(address: str) -> bool:
    """Return whether this is a web address that may be linked: http(s), with a host, without a user name."""
    if not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


_TEXT = {"p", "br", "strong", "em", "a", "code", "sup", "img"}
_BLOCKS = {"ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "div"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {
    "a": {"href", "rel", "aria-label", "lang"},
    "img": {"src", "alt", "loading"},
    "th": {"scope"},
    "div": {"role", "tabindex", "aria-label"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
_CLASSES = {
    "sup": {"source-refs"},
    "div": {"table-scroll"},
    "th": {"align-right", "align-center"},
    "td": {"align-right", "align-center"},
}
_SCHEMES = {"https", "http", "mailto"}


# Created once: reading these lists takes several times as long as cleaning a text.
_cleaner = nh3.Cleaner(
    tags=_TEXT | _BLOCKS | _TABLES,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel=None,
    clean_content_tags={"script", "style"},
)


def render_markdown(text: str, context: Context | None = None) -> Markup:
    """Return the dialect of `docs/content-format.md` as safe HTML; raw HTML is shown as text, hostile text plain."""
    if hostile(text):
        return _as_plain_text(text)
    try:
        html = _parser(context or Context()).convert(text)
    except RecursionError:
        return _as_plain_text(text)
    # nh3 has just cleaned it; this is the only place where text becomes trusted.
    return Markup(_cleaner.clean(html))  # noqa: S704


def _as_plain_text(text: str) -> Markup:
    """Return the text as paragraphs without any markup, for text that is unsafe to parse."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(escape(block)) for block in blocks)


def _parser(context: Context) -> Markdown:
    md = Markdown(
        extensions=[TableExtension(use_align_attribute=True), FencedCodeExtension(), SaneListExtension()],
        output_format="html",
    )
    md.preprocessors.deregister("html_block")
    for name in ("html", "entity", "automail", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    md.inlinePatterns.register(FootnoteProcessor(md, context), "source_footnote", 175)
    md.treeprocessors.register(LinkProcessor(md, context), "source_links", 15)
    md.treeprocessors.register(HeadingProcessor(md, context), "source_headings", 14)
    md.treeprocessors.register(TableProcessor(md, context), "source_tables", 13)
    return md
