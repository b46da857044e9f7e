"""Whether a place can obtain a solution, as values and sentences for an assistant."""

from __future__ import annotations

from app.catalogue import CatalogueEntry
from app.reuse.front_matter import Citation
from app.reuse.obtaining.answer import Chain
from app.reuse.place import Place
from app.web.following.feeds import here
from app.web.mcp.protocol import Json
from app.web.reuse.answer import asked_lines, caution, sentence
from app.web.reuse.ways import headline, sourced, verdict_word, way
from app.web.shell.access import services
from app.web.shell.shown import Line


def obtained(place: Place, entry: CatalogueEntry) -> Json:
    """Return verdict, ways and open points for `place`; raises like `ReuseService.obtainable`."""
    answer = services().reuse.obtainable(place, entry)
    return {
        "place": {"name": place.name, "state": place.state, "kind": place.kind},
        "verdict": str(answer.verdict),
        "answer": headline(answer, place.name or ""),
        "ways": [_way(chain) for chain in answer.chains],
        "ask": [_asked(line) for line in asked_lines(answer.ask)],
    }


def _way(chain: Chain) -> Json:
    return {
        "route": chain.route.code,
        "way": way(chain),
        "verdict": str(chain.verdict),
        "words": verdict_word(chain),
        "as_of": sourced(chain),
        "caution": caution(chain.caution) or None,
        "steps": [
            {
                "text": sentence(step, chain),
                "state": str(step.state),
                "as_of": step.dated,
                "sources": [_source(source) for source in step.sources],
            }
            for step in chain.steps
        ],
        "ask": [_asked(line) for line in asked_lines(chain.ask)],
    }


def _source(source: Citation) -> Json:
    return {"title": source.title, "publisher": source.publisher, "url": source.url, "date": source.date}


def _asked(line: Line) -> Json:
    address = line.href if line.external or not line.href else here(line.href)
    return {"who": line.text, "why": ", ".join(line.notes), "url": address or None}
