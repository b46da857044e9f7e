"""Turns records, versions and search results into plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.catalogue import CatalogueEntry, CatalogueService
from app.records.five_lines import Amount, FiveLines, FiveLinesReader
from app.records.record import Record
from app.search.query import SearchHit, SearchResult
from app.web.shell.access import services
from app.web.shell.routing import Addresses, own_addresses

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenter:
    """Words nothing: values stay codes, so that clients do not depend on labels."""

    addresses: Addresses
    catalogue: CatalogueService
    five_lines: FiveLinesReader

    def summary(self, entry: CatalogueEntry, record: Record) -> Json:
        """What a list shows of a record."""
        return {
            "id": entry.id,
            "kind": entry.kind,
            "slug": entry.slug,
            "title": record.title,
            "summary": record.summary,
            "lang": record.lang,
            "topics": list(record.topics),
            "states": sorted({place.state for place in record.municipalities if place.state}),
            "five_lines": _five_lines(self.five_lines(record)),
            "version": entry.ver,
            "digest": entry.digest,
            "published_at": entry.at.isoformat(),
            "url": self.addresses.page(entry.kind, entry.slug),
            "permanent_url": self.addresses.permanent(entry.id),
            "api_url": self.addresses.api_record(entry.id),
        }

    def record(self, entry: CatalogueEntry, record: Record) -> Json:
        """A whole record: front matter, body by section, files."""
        files = [
            {
                "name": f.name,
                "size": f.size,
                "sha256": f.sha256,
                "url": self.addresses.file(entry.kind, entry.slug, f.name),
            }
            for f in record.files
        ]
        sections = [{"id": s.id, "title": s.title, "markdown": s.markdown} for s in record.sections]
        return {
            **self.summary(entry, record),
            "origin": entry.origin or self.addresses.issuer,
            "license": record.license,
            "version_url": self.addresses.version(entry.id, entry.ver),
            "record": dict(record.data),
            **self._target(record),
            "sections": sections,
            "files": files,
        }

    def _target(self, record: Record) -> Json:
        """What a response is about by its global name; the record itself names one of its own site by the bare id."""
        target = record.data.get("target")
        if not isinstance(target, str):
            return {}
        return {"target": target if "/r/" in target else self.addresses.permanent(target)}

    def version(self, entry: CatalogueEntry) -> Json:
        """One line of a record's history."""
        return {
            "version": entry.ver,
            "digest": entry.digest,
            "state": str(entry.state),
            "published_at": entry.at.isoformat(),
            "url": self.addresses.version(entry.id, entry.ver),
        }

    def hit(self, hit: SearchHit) -> Json:
        """One hit with its reasons and its best lessons."""
        entry = self.catalogue.head(hit.id, hit.origin)
        record = self.catalogue.record(entry)
        lessons = [lesson for name in hit.lessons if (lesson := record.lesson(name))]
        page, permanent = self._addresses_of(hit)
        return {
            "id": hit.id,
            "origin": hit.origin or self.addresses.issuer,
            "kind": hit.kind,
            "slug": hit.slug,
            "title": record.title,
            "summary": record.summary,
            "five_lines": _five_lines(self.five_lines(record)),
            "url": page,
            "permanent_url": permanent,
            "version_url": f"{permanent}/v/{entry.ver}",
            "score": round(hit.score, 4),
            "matched_by": str(hit.matched_by),
            "far": hit.far,
            "reasons": [{"code": str(reason.code), "params": dict(reason.params)} for reason in hit.reasons],
            "lessons": [
                {
                    "id": lesson.id,
                    "statement": lesson.statement,
                    "recommendation": lesson.recommendation,
                    "url": f"{page}#lehre-{quote(lesson.id)}",
                }
                for lesson in lessons
            ],
        }

    def _addresses_of(self, hit: SearchHit) -> tuple[str, str]:
        if hit.origin:
            return self.addresses.held(hit.id, hit.origin), self.addresses.at_home(hit.id, hit.origin)
        return self.addresses.page(hit.kind, hit.slug), self.addresses.permanent(hit.id)

    def result(self, result: SearchResult) -> Json:
        """The answer to a query."""
        facets = [
            {
                "key": facet.key,
                "values": [{"value": v.value, "count": v.count, "selected": v.selected} for v in facet.values],
            }
            for facet in result.facets
        ]
        return {
            "total": result.total,
            "near": result.near,
            "hits": [self.hit(hit) for hit in result.hits],
            "facets": facets,
            "suggestion": result.suggestion,
            "relaxed": result.relaxed,
            "missing": list(result.missing),
            "expanded": list(result.expanded),
        }


def own_presenter() -> Presenter:
    """Return what presents the records of this site."""
    node = services()
    return Presenter(addresses=own_addresses(), catalogue=node.catalogue, five_lines=node.five_lines)


def _five_lines(found: FiveLines) -> Json:
    """What readers want to know at once; null for what is not known."""
    cost, duration, size, contact = found.cost, found.duration, found.size, found.contact
    return {
        "outcome": found.outcome or None,
        "cost": {
            "once": [_amount(one) for one in cost.once],
            "running": _amount(cost.running) if cost.running else None,
            "planned": _amount(cost.planned) if cost.planned else None,
            "parts": [{**_amount(one), "what": one.what} for one in cost.told if not one.covers],
            "five_years": cost.five_years,
            "per_inhabitant": found.per_inhabitant and round(found.per_inhabitant, 2),
            "granted_percent": cost.granted and round(cost.granted, 1),
        },
        "duration": {"start": duration.start or None, "end": duration.end or None, "months": duration.months},
        "size": {
            "kind": size.kind or None,
            "population": size.population,
            "as_of": size.as_of,
            "from_list_of_places": size.listed,
            "users": size.users,
            "unit": size.unit or None,
        },
        "contact": {
            "name": contact.name or None,
            "mailbox": contact.mailbox or None,
            "phone": contact.phone or None,
            "url": contact.url or None,
        },
    }


def _amount(amount: Amount) -> Json:
    return {
        "kind": amount.kind,
        "amount": amount.value,
        "amount_to": amount.to,
        "currency": amount.currency,
        "approx": amount.approx,
        "date": amount.date,
    }
