"""The differences between two texts in words: a summary, and the changed values."""

from app.records.difference import ItemCount, RecordDifference
from app.records.fields import ValueText, entry_of
from app.records.json_value import JsonValue
from app.records.schema import KindSchema, SectionSpec
from app.review.text.record_text import FILE_PREFIX, without_files
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.wording import _, ngettext


def value_text(origin: str = "") -> ValueText:
    """Return the function that words values of records of `origin`, "" for this node."""
    return ValueText(lang=current_language(), vocabularies=services().vocabularies, title_of=SiteLinks(origin).title)


def field_label(kind: KindSchema, key: str) -> str:
    """Return the label of a field, section or file by its key ("title", "body.problem")."""
    if key.startswith(FILE_PREFIX):
        return _("File %(name)s", name=key.removeprefix(FILE_PREFIX))
    return entry_of(kind, key).label(current_language())


def field_words(kind: KindSchema, key: str, value: JsonValue) -> str:
    """Return the value in words; "" if empty, and for a file, which readers open instead."""
    if value is None or key.startswith(FILE_PREFIX):
        return ""
    entry = entry_of(kind, key)
    return str(value) if isinstance(entry, SectionSpec) else value_text().text(entry, without_files(value))


def in_words(difference: RecordDifference) -> tuple[str, ...]:
    """Return the summary as phrases: "3 fields changed", "Lessons: 1 added"."""
    counts = difference.summary
    phrases = []
    if counts.changed:
        phrases.append(ngettext("%(num)s field changed", "%(num)s fields changed", counts.changed))
    if counts.added:
        phrases.append(ngettext("%(num)s field added", "%(num)s fields added", counts.added))
    if counts.removed:
        phrases.append(ngettext("%(num)s field removed", "%(num)s fields removed", counts.removed))
    return (*phrases, *(_list(count) for count in counts.items))


def _list(count: ItemCount) -> str:
    parts = []
    if count.added:
        parts.append(ngettext("%(num)s added", "%(num)s added", count.added))
    if count.changed:
        parts.append(ngettext("%(num)s changed", "%(num)s changed", count.changed))
    if count.removed:
        parts.append(ngettext("%(num)s removed", "%(num)s removed", count.removed))
    return _("%(list)s: %(changes)s", list=count.label, changes=", ".join(parts))
