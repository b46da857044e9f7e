"""The only module that imports WeasyPrint; import it late, because that fails if system libraries are missing."""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import woff2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves the named fonts and drawings and refuses every other address, so that no file or network is reachable."""

    def __init__(self, fonts: Mapping[str, Path], cache: Path, drawings: Mapping[str, bytes]):
        super().__init__(allowed_protocols=())
        self._fonts = fonts
        self._cache = cache
        self._drawings = drawings

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return a font or drawing; raises ValueError, which WeasyPrint treats as a missing resource."""
        del headers
        if url in self._drawings:
            return URLFetcherResponse(url, self._drawings[url], {"Content-Type": "image/svg+xml"})
        if url not in self._fonts:
            raise ValueError("this document loads nothing")
        return URLFetcherResponse(url, _font(self._fonts[url], self._cache), {"Content-Type": "font/ttf"})


def write_pdf(
    html: str, css: str, fonts: Mapping[str, Path], cache: Path, at: datetime, drawings: Mapping[str, bytes]
) -> bytes:
    """Return the document as PDF/UA-1, dated `at`; `drawings` maps addresses in it to SVG."""
    fetcher = ClosedFetcher(fonts, cache, drawings)
    with _uncollected():
        configuration = FontConfiguration()
        styles = CSS(string=css, url_fetcher=fetcher, font_config=configuration)
        document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[styles], font_config=configuration)
        document.metadata.created = document.metadata.modified = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        written: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return written


def write_drawing(svg: str, size: tuple[int, int], css: str, fonts: Mapping[str, Path], cache: Path) -> bytes:
    """Return a drawing as a one-page PDF of this size in pixels."""
    fetcher, configuration = ClosedFetcher(fonts, cache, {}), FontConfiguration()
    page = f"@page {{ size: {size[0]}px {size[1]}px; margin: 0 }} body {{ margin: 0 }} svg {{ display: block }}"
    styles = CSS(string=f"{css}\n{page}", url_fetcher=fetcher, font_config=configuration)
    document = HTML(string=f"<!doctype html><title>x</title><body>{svg}", url_fetcher=fetcher)
    written: bytes = document.write_pdf(stylesheets=[styles], font_config=configuration)
    return written


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause garbage collection, a fifth of the time; the garbage takes 20 MB for a memo of sixty pages."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _font(file: Path, cache: Path) -> bytes:
    """Return an unpacked font and cache it: unpacking takes more than half of the time of each document."""
    packed = file.read_bytes()
    kept = cache / f"{sha256(packed).hexdigest()[:32]}.ttf"
    if kept.is_file():
        return kept.read_bytes()
    unpacked = BytesIO()
    woff2.decompress(BytesIO(packed), unpacked)
    # A concurrent process would write the same bytes. A full disk must not stop the export.
    with suppress(OSError):
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_bytes(unpacked.getvalue())
        draft.replace(kept)
    return unpacked.getvalue()
