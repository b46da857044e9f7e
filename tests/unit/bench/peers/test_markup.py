from __future__ import annotations

from bench.peers.markup import dokuwiki, mediawiki

TEXT = "# Titel\n\nEin Satz - mit Strich.\n\n## Teil\n\n- eins\n- zwei\n\n### Lehre"


def test_dokuwiki_counts_the_signs_of_headings_downwards() -> None:
    assert dokuwiki(TEXT) == (
        "====== Titel ======\n\nEin Satz - mit Strich.\n\n===== Teil =====\n\n  * eins\n  * zwei\n\n==== Lehre ===="
    )


def test_mediawiki_counts_them_upwards() -> None:
    assert mediawiki(TEXT) == ("= Titel =\n\nEin Satz - mit Strich.\n\n== Teil ==\n\n* eins\n* zwei\n\n=== Lehre ===")
