"""Puts title, sections and contact of an imported report into the fields of a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.documents.reading import ImportedDocument, ImportedSection
from app.records.checks.persons import TASK, UNIT, is_personal, phones
from app.records.json_value import LIST, JsonValue
from app.records.sentences import whole_sentences
from app.review.text.record_text import RecordText

_MAIL_ADDRESS = re.compile(
    # Without a defined start and a maximum length before the @, each letter of a long word would be tried again.
    r"(?<![^\s@,;:<>()|\"\[\]])(?P<name>[^\s@,;:<>()|\"\[\]]{1,64})@[^\s@,;:<>()|\"\[\]]+\.[^\s@,;:<>()|\"\[\].]+"
)
_PIECES = re.compile(r"[,;\n|()]|\s[–-]\s")
_PLACE = re.compile(
    r"(?P<form>große kreisstadt|stadt|gemeinde|markt|landkreis|kreis|samtgemeinde|amt) "
    r"(?P<name>(?-i:[A-ZÄÖÜ]).{0,119})",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d{2,}")
_CONTACT_LABEL = re.compile(
    r"^(?:ansprechstelle|ansprechpartner(?:in)?|kontakt|e-?mail|telefon|tel\.?|post)\s*:\s*", re.IGNORECASE
)
_OFFICE = re.compile(
    rf"(?!ansprechstelle\b)(?:(?:das|die|der|unsere?|städtische[rs]?|kommunale[rs]?|zentrale[rs]?|untere|obere) )?"
    # A name may follow a task ("Projektleitung Anna Beispiel"), but the name of a unit follows a unit.
    rf"(?:[\w/-]*{UNIT}\b.*|[\w/-]*{TASK}(?: (?-i:[a-zäöü]).*)?)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:frau|herrn?|dr|prof|dipl|ing)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MAX_ROLE_LENGTH = 120
_DISTRICT = ("landkreis", "kreis")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContact:
    """The contact in a report, "" for missing parts. `kind` is one of the schema's place kinds."""

    role: str = ""
    mailbox: str = ""
    phone: str = ""
    municipality: str = ""
    kind: str = ""


def contact(text: str) -> ReportContact:
    """Return the office, mailbox and municipality in a text without anything personal: records name no persons."""
    found = list(_MAIL_ADDRESS.finditer(text))
    people = [match["name"] for match in found if is_personal(match["name"])]
    pieces = [_CONTACT_LABEL.sub("", piece.strip(" <>.")) for piece in _PIECES.split(_MAIL_ADDRESS.sub("", text))]
    place = _place(pieces)
    offices = (piece for piece in pieces if not place or piece != place[0])
    # A number beside a name may be that of a person.
    number = "" if people or _PERSON.search(text) else next(phones(text), "")
    return ReportContact(
        role=_role(offices, people) if found or number else "",
        phone=number,
        mailbox=next((match[0] for match in found if match["name"] not in people), ""),
        municipality=place["name"].strip() if place else "",
        kind="district" if place and place["form"].lower() in _DISTRICT else "",
    )


def _place(pieces: Iterable[str]) -> re.Match[str] | None:
    """Return the first place; an "Amt" only if there is no other, because offices are called that too."""
    places = [match for piece in pieces if (match := _PLACE.fullmatch(piece))]
    return next((place for place in places if place["form"].lower() != "amt"), next(iter(places), None))


def _role(pieces: Iterable[str], people: Collection[str]) -> str:
    """Return the first piece that names an office and none of `people`, given by the names of their mailboxes."""
    names = {word for name in people for word in _words(name)}
    called = (piece.partition(":")[0].strip() for piece in pieces)
    return next((role for role in called if _is_office(role) and names.isdisjoint(_words(role))), "")


def _is_office(piece: str) -> bool:
    is_short = len(piece) <= _MAX_ROLE_LENGTH
    return is_short and bool(_OFFICE.fullmatch(piece)) and not _NUMBERS.search(piece) and not _PERSON.search(piece)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.replace("_", " ").casefold().translate(_UMLAUTS)))


MAX_TITLE_LENGTH = 100

_FORM = re.compile(
    r"(?:\w*bericht|(?:beschluss|mitteilungs|rats)?vorlage|dokumentation|final report|report)"
    r"(?: (?:zum|zur|über|on)(?: (?:das|den|die|the))?)?(?: (?:projekt|vorhaben|project))?\s*[:–-]?(?:\s+|$)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\.(?:docx?|odt|pdf|rtf)\b|^microsoft |^dokument ?\d*$|^untitled", re.IGNORECASE)


def record_title(report: str) -> str:
    """Return a title for a record based on a report's title; "" if that does not say what it is about."""
    words = " ".join(report.split())
    if _FILE_NAME.search(words):
        return ""
    found = _FORM.match(words)
    bare = words[found.end() :] if found else words
    return bare[:1].upper() + bare[1:] if bare and len(bare) <= MAX_TITLE_LENGTH else ""


def title_of(report: ImportedDocument) -> str:
    """Return a title for a record: the report's own, or the line below if that says only what it is; "" for none."""
    first = report.sections[0]
    lines = [first.title, *map(plain, first.text.split("\n\n")[:2]), *(one.title for one in report.sections[1:2])]
    below = (line for line in lines if line and line != report.title and not suggested(line, _ALL_TARGETS))
    return next((title for line in (report.title, *below) if (title := record_title(line))), "")


_WORDS: tuple[tuple[str, str], ...] = (
    ("summary", r"zusammenfassung|kurzfassung|abstract|überblick|auf einen blick|management summary"),
    (
        "lessons",
        r"lehre|erkenntnis|lessons|erfolgsfaktor|empfehlung|erfahrung|stolperstein|gelernt|anders machen|bewährt",
    ),
    ("open_questions", r"offene (?:frage|punkt)"),
    ("goals", r"\bziele?\b|zielsetzung|projektziel"),
    ("body.transfer", r"nachnutz|übertrag|transfer|verstetigung"),
    ("contact", r"ansprech|kontakt|rückfragen"),
    ("body.cost", r"kosten|finanz|förder|budget|haushalt|aufwand"),
    ("body.results", r"ergebnis|wirkung|evaluation|auswertung|nutzung|bilanz|fazit|resultat"),
    ("body.problem", r"ausgangslage|problem|anlass|hintergrund|einleitung|bedarf|situation|motivation"),
    ("body.transfer", r"ausblick"),
    ("sources", r"fußnote|quelle|literatur|nachweis|verzeichnis der"),
    (
        "body.approach",
        r"vorgehen|umsetzung|durchführung|maßnahme|projektverlauf|ablauf|methode|beteiligung|technik|getan|unternommen",
    ),
    ("body.background", r"hintergrund|ausgangslage|anlass|einleitung"),
    ("body.findings", r"ergebnis|befund|erkenntnis"),
    ("body.method", r"methode|vorgehen"),
    ("body.limits", r"grenze|risik|schwäche|einschränkung"),
    ("body.description", r"beschreibung|überblick|funktion|einleitung"),
    ("body.operation", r"betrieb|technik|architektur"),
    ("body.reuse", r"nachnutz|übertrag|lizenz"),
)
_ALL_TARGETS = frozenset(target for target, _words in _WORDS)
_PATTERNS = tuple((target, re.compile(words)) for target, words in _WORDS)


def suggested(title: str, targets: Collection[str]) -> str:
    """Return the first of `targets` whose words occur in a heading; "" if there is none."""
    heading = title.lower()
    return next((target for target, words in _PATTERNS if target in targets and words.search(heading)), "")


def all_suggested(sections: Iterable[tuple[str, int]], targets: Collection[str]) -> Iterator[str]:
    """Yield the suggestion for each section, given by heading and level; without one, that of the section above."""
    above: list[tuple[int, str]] = []
    for title, level in sections:
        above = [(higher, target) for higher, target in above if higher < level]
        found = suggested(title, targets) or (above[-1][1] if above else "")
        above.append((level, found))
        yield found


STATEMENT, BECAUSE, RECOMMENDATION, KIND = "statement", "because", "recommendation", "kind"

_COUNT = re.compile(
    r"(?:(?:erst|zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt|letzt)ens|"
    r"(?:lehre|erkenntnis|lesson|punkt) *\d*)[.:] *|(?:\d{1,2}|[a-z])\) *",
    re.IGNORECASE,
)
_ADVICE_LABEL = re.compile(r"(?:unsere? )?(?:empfehlung|rat|tipp|fazit|recommendation|advice): *", re.IGNORECASE)
_ADVICE = re.compile(
    r"(?:wir (?:empfehlen|raten)|unser rat|unsere empfehlung|empfehlenswert|"
    r"(?:deshalb|daher|darum|besser|künftig) (?:sollte|sollten|wäre|empfehl)|we (?:recommend|advise))\b",
    re.IGNORECASE,
)
_KINDS = (
    ("would_do_differently", re.compile(r"anders machen|nächste[ns]? mal|differently")),
    ("did_not_work", re.compile(r"nicht (?:funktioniert|gelungen|bewährt)|gescheitert|stolperstein|schwierigkeit")),
    ("surprise", re.compile(r"überrasch|unerwartet|surpris")),
    ("worked", re.compile(r"funktioniert hat|hat funktioniert|bewährt|gelungen|erfolgsfaktor")),
)


def lesson(words: str, heading: str = "") -> dict[str, str]:
    """Return a paragraph split into the parts of a lesson, without a leading number or "Erstens:".

    Nothing else is dropped. The first sentence becomes the statement, those with advice the recommendation,
    the others the reason. The heading above decides the kind of lesson, if it names one.
    """
    count = _COUNT.match(words)
    found = list(whole_sentences(words[count.end() :] if count else words)) or [words]
    first, rest = found[0], found[1:]
    advice = [one for one in rest if _ADVICE_LABEL.match(one) or _ADVICE.match(one)]
    parts = {
        STATEMENT: first,
        BECAUSE: " ".join(sentence for sentence in rest if sentence not in advice),
        RECOMMENDATION: " ".join(_ADVICE_LABEL.sub("", sentence, count=1) for sentence in advice),
        KIND: _kind_of_lesson(heading),
    }
    return {part: text for part, text in parts.items() if text}


def _kind_of_lesson(words: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(words.lower())), "")


_AREAS = {
    "privacy": r"datenschutz|dsgvo|einwillig|privacy",
    "procurement": r"vergabe|ausschreib|beschaff|angebot|procure|tender",
    "law": r"\brecht|satzung|gesetz|vertr[aä]g|legal|contract",
    "finance": r"kosten|förder|budget|\bgeld|finanz|\beuro\b|fund",
    "people": r"personal|mitarbeit|ehrenamt|schulung|staff|volunteer|train",
    "participation": r"beteilig|bürger(?!meister)|einwohner|befrag|participat|resident",
    "communication": r"kommuni[kc]at|presse|anruf|telefon|informier|erklär",
    "data": r"\bdaten|\bdata\b",
    "technology": r"technik|technolog|software|schnittstelle|sensor|server|netz",
    "operation": r"betrieb|wartung|pflege|support|operat|mainten",
    "leadership": r"\bziel|führung|leitung|bürgermeister|council|leader",
}
"""Patterns of words by the area that they stand for; the first match decides."""
_OTHER_AREA = "organisation"


def classified(row: Mapping[str, JsonValue], phase: str) -> dict[str, JsonValue]:
    """Return a lesson with the kind, phase and area that its author left out, guessed from its words.

    A lesson that does not say what happened is advice whose effect nobody has shown.
    """
    words = " ".join(str(row.get(part) or "") for part in (STATEMENT, BECAUSE, RECOMMENDATION)).lower()
    area = next((area for area, pattern in _AREAS.items() if re.search(pattern, words)), _OTHER_AREA)
    return {KIND: _kind_of_lesson(str(row.get(STATEMENT) or "")) or "advice", "phase": phase, "topic": area, **row}


BODY = "body."
LISTS: Mapping[str, str | None] = {"goals": "text", "lessons": "statement", "sources": "title", "open_questions": None}
"""Lists that get one entry per paragraph or item, with the field for its words (None: the entry itself)."""
TEXTS = ("title", "summary")

_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_MARKS = re.compile(r"(?<!\\)(?:\*\*|\*)|\\(?=[\\`*_\[#>+\-.])")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\\n]|\\.)*+)\]\(([^)\s]{1,700}+)\)")
_WEB_ADDRESS = re.compile(r"(?:^|(?<=[:,;]))https?://.+")
_AFTER, _BETWEEN = ").,;", " :,;("

_CITED = re.compile(r"(?<!\\)\[\^([a-z0-9-]{1,60})\]")

COSTS, COST_TEXT = "costs", "body.cost"
CONTACT, PLACES = "contact", "municipalities"


def placed(text: RecordText, section: ImportedSection, target: str) -> RecordText:
    """Return the text with a section at `target`: "body.<section>", CONTACT, a list of LISTS or one of TEXTS.

    Nothing is shortened; the author has to shorten what is too long for its field.
    """
    if target.startswith(BODY):
        name = target.removeprefix(BODY)
        above = text.sections.get(name, "")
        heading = f"### {section.title}" if section.title and above else ""
        whole = "\n\n".join(part for part in (above.strip("\n"), heading, section.text) if part)
        before = text.front.get(COSTS)
        costs = list(_costs(section.text)) if target == COST_TEXT else []
        front = {**text.front, COSTS: [*(before if isinstance(before, LIST) else ()), *costs]} if costs else text.front
        return RecordText(front=front, sections={**text.sections, name: whole})
    if target in TEXTS:
        added = plain(section.text or section.title)
        before = text.front.get(target)
        whole = f"{before} {added}" if isinstance(before, str) and before else added
        return RecordText(front={**text.front, target: whole}, sections=text.sections)
    if target == CONTACT:
        return RecordText(front={**text.front, **dict(_contact(text.front, section))}, sections=text.sections)
    part = LISTS[target]
    before = text.front.get(target)
    rows = [row for row in before if row != {}] if isinstance(before, LIST) else []
    added_rows = [_entry(target, part, words, section.title) for words in blocks(section)]
    return RecordText(front={**text.front, target: [*rows, *added_rows]}, sections=text.sections)


def names_contact(text: str) -> bool:
    """Return whether a report's text would add anything to the contact or the municipalities of a record."""
    return _found(ImportedSection(title="", level=1, text=text)) != ReportContact()


def blocks(section: ImportedSection) -> list[str]:
    """Return the paragraphs and items of a section in Markdown; a heading alone counts as one."""
    found: list[str] = []
    for paragraph in section.text.split("\n\n"):
        lines = paragraph.split("\n")
        is_list = all(_ITEM.match(line) for line in lines)
        found += [_ITEM.sub("", line, count=1) for line in lines] if is_list else [paragraph]
    return [words for words in found if plain(words)] or [section.title]


def plain(markdown: str) -> str:
    """Return the words that Markdown shows; an address follows its words in brackets."""
    linked = _LINK.sub(lambda found: f"{found[1]} ({found[2]})", _CITED.sub("", markdown))
    return " ".join(_MARKS.sub("", linked).split())


def _entry(target: str, part: str | None, markdown: str, heading: str) -> JsonValue:
    words, keys = plain(markdown), _CITED.findall(markdown)
    if part is None:
        return words
    if target == "sources":
        return source(words)
    row: dict[str, JsonValue] = {**lesson(words, heading)} if target == "lessons" else {part: words}
    return {**row, "sources": keys} if keys else row


def source(words: str) -> dict[str, JsonValue]:
    """Return a source that a report names, with its address if it ends with one."""
    title, url = _addressed(words)
    return {"title": title, "url": url} if url else {"title": words}


def noted(notes: Iterable[str]) -> list[JsonValue]:
    """Return the footnotes of a report as sources, with the keys by which its text cites them."""
    return [{"key": f"fussnote-{number}", **source(words)} for number, words in enumerate(notes, 1)]


def _costs(markdown: str) -> Iterator[JsonValue]:
    """Yield the amounts in euros in the tables of a text; the sum, if there is one, covers everything."""
    in_euros = False
    for line in markdown.split("\n"):
        label, *cells = map(plain, line.strip("| ").split(" | "))
        amounts = [(cell, found[1]) for cell in cells if (found := _AMOUNT.fullmatch(cell))]
        in_euros = bool(cells) and (in_euros or (not amounts and bool(_EURO.search(line))))
        # Two amounts in a line may be of two years, or planned and spent: the author has to say.
        if len(amounts) != 1 or not label or not (in_euros or _EURO.search(amounts[0][0])):
            continue
        number = re.sub(r"[. \u00a0]", "", amounts[0][1]).replace(",", ".")
        kind = next((kind for kind, pattern in _COST_KINDS if re.search(pattern, label.lower())), "one_time")
        row: dict[str, JsonValue] = {"kind": kind, "amount": float(number) if "." in number else int(number)}
        row |= {"currency": "EUR", "date": "unknown", "basis": "unknown", "what": label}
        yield {**row, "covers": "all"} if kind == "total" else row


_EURO = re.compile(r"€|\b(?:euro|eur)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d{1,3}(?:[. \u00a0]\d{3}){0,3}(?:,\d\d)?|\d{1,12}(?:,\d\d)?)\s*(?:€|euro|eur)?", re.IGNORECASE)
_COST_KINDS = (
    ("total", r"^(?:summe|gesamt|insgesamt|total)"),
    ("annual", r"jährlich|(?:pro|je|im) jahr|laufend|annual|per year"),
    ("monthly", r"monat|per month"),
)


def _addressed(words: str) -> tuple[str, str]:
    """Return a title and the web address after it; "" if the words do not end with one or nothing precedes it."""
    bare = words.rstrip(_AFTER)
    found = _WEB_ADDRESS.search(re.split(r"[\s()]", bare)[-1])
    title = bare.removesuffix(found[0]).rstrip(_BETWEEN) if found else ""
    return (title, found[0]) if found and title else (words, "")


def _found(section: ImportedSection) -> ReportContact:
    return contact("\n".join(map(plain, blocks(section))))


def _contact(front: Mapping[str, JsonValue], section: ImportedSection) -> Iterator[tuple[str, JsonValue]]:
    """Yield the office and place in the report; the author's own entries are kept."""
    found = _found(section)
    before = front.get(CONTACT)
    names = ("role", "mailbox", "phone")
    parts: dict[str, JsonValue] = {name: words for name in names if (words := getattr(found, name))}
    if parts:
        yield CONTACT, {**parts, **(before if isinstance(before, Mapping) else {})}
    if found.municipality and not front.get(PLACES):
        kind: dict[str, JsonValue] = {"kind": found.kind} if found.kind else {}
        yield PLACES, [{"name": found.municipality, "role": "lead", **kind}]
