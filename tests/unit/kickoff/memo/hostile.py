from dataclasses import replace

from app.kickoff.memo.memo import Decision, Find, ReuseMemo
from tests.unit.kickoff.memo.examples import full_memo, record

MARKUP = '<script>alert(1)</script> & <img src="file:///etc/passwd" onerror=x> <a href="javascript:x">'
MARKDOWN = "# Titel *fett* _kursiv_ [Link](javascript:x) ![Bild](file:///etc/passwd) `code` 1. | a | ~~weg~~ \\ &lt;"
RIGHT_TO_LEFT = "سيل من المطر אזהרה"
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgaben" * 9
OTHERS = "äöüÄÖÜß € – „“ 😀 漢字 {page} {{x}} %s ${running} $running"
TEXTS = (MARKUP, MARKDOWN, RIGHT_TO_LEFT, LONG_WORD, OTHERS)


def hostile_memo(*, without: str = "") -> ReuseMemo:
    """Every text of the asker and of a foreign record is one that would like to be more than text."""
    everything, others = "\n\n".join(TEXTS).replace(without, ""), OTHERS.replace(without, "")
    title = f"{MARKUP} {RIGHT_TO_LEFT}"
    finds = (Find(record=record(1, title=title, summary=everything), decision=Decision.TAKEN, reason=everything),)
    return replace(
        full_memo(),
        reference="</w:t>]]><b>&amp; $running {0}",
        office=others,
        occasion=everything,
        question=everything,
        conclusion=everything,
        finds=finds,
    )
