"""Wires memos."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from babel.dates import get_timezone

from app.catalogue import CatalogueService
from app.documents.writing.exports import PageExports
from app.kickoff.memo.exports import MemoExports
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.service import MemoService
from app.kickoff.memo.store import MemoStore
from app.kickoff.memo.wording import MemoLabels
from app.kickoff.offers import Offers
from app.records.five_lines import FiveLinesReader
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.confinement import Confinement
from app.wiring.foundation import Foundation


def wire_memos(
    base: Foundation,
    catalogue: CatalogueService,
    offers: Offers,
    five_lines: FiveLinesReader,
    home: Callable[[str], str],
) -> MemoService:
    """Return memos; raises SettingsInvalid for a time zone that does not exist."""
    settings = base.settings
    form = MemoFormat.load(settings.schemas_path)
    # Two may draw, for two askers; a third waits for a moment, whoever comes then is asked to come back.
    pages = _pages(base, "exports", places=2, patience=2)
    exports = MemoExports(form, MemoLabels(base.schemas, base.vocabularies), zone_of(settings), pages)
    store = MemoStore(base.sessions, base.clock, settings.memo_days, base.vault.seal)
    return MemoService(form, exports, store, catalogue, offers, five_lines, issuer=settings.issuer, home=home)


def wire_sheets(base: Foundation) -> PageExports:
    """Return what draws records for whoever asks, in places of its own, so that memos never wait for them."""
    return _pages(base, "sheets", places=2, patience=0)


def _pages(base: Foundation, name: str, *, places: int, patience: float) -> PageExports:
    fonts, folder = base.settings.static_path / "vendor" / "fira-sans", base.settings.data / "confined" / name
    return PageExports(fonts, Confinement(folder, places=places, patience=patience, threads=base.heavy_threads))


def zone_of(settings: Settings) -> tzinfo:
    """Return the time zone of the site; raises SettingsInvalid for one that does not exist."""
    try:
        return get_timezone(settings.timezone)
    except LookupError as error:
        problem = SettingProblem(variable="NODE_TIMEZONE", reason="is no time zone such as Europe/Berlin")
        raise SettingsInvalid((problem,)) from error
