"""Rules for files beside a record: present, named in it, described, harmless."""

import re
from collections.abc import Iterator

from app.documents.cleaning.attachment import kind_of
from app.documents.errors import DocumentRefused
from app.documents.kinds import ENDINGS, KINDS, FileKind, kind_of_name
from app.documents.limits import FILE_LIMIT
from app.records.checks.sound_record import SoundRecord
from app.records.markdown_guard import hostile
from app.records.paths import INDEX_FILE, alike
from app.records.problem import InvalidRecord, Problem
from app.records.record_reader import translation_text
from app.records.structure import objects

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)")
_NO_DESCRIPTION = re.compile(r"(?:bild|foto|grafik|abbildung|image|picture|photo)?\s*\d*|\S+\.\w{2,5}", re.IGNORECASE)


def media(subject: SoundRecord) -> Iterator[Problem]:
    """Report files that are missing, unnamed, of a wrong type, too large, not described, or with names too similar."""
    named = dict(_named(subject))
    for name, path in named.items():
        if name not in subject.files:
            yield subject.error("file_missing", path, file=name)
    for name in subject.files:
        if name not in named and name != INDEX_FILE:
            yield subject.warning("file_not_listed", "media", file=name)
        yield from _content(subject, name, named.get(name, "media"))
    for name in alike((INDEX_FILE, *(name for name in subject.files if name != INDEX_FILE))):
        yield subject.error("file_name_alike", named.get(name, "media"), file=name)
    for path, entry in subject.objects("media"):
        if _NO_DESCRIPTION.fullmatch(str(entry["alt"]).strip()):
            yield subject.error("alt_says_nothing", f"{path}.alt", alt=str(entry["alt"]))
    yield from _pictures(subject)


def translations(subject: SoundRecord) -> Iterator[Problem]:
    """Report translations of the text that are empty or cannot be read, and of lessons that the record lacks."""
    lessons = {lesson["id"] for _path, lesson in subject.objects("lessons")}
    for path, entry in subject.objects("translations"):
        for place, lesson in objects(entry, "lessons"):
            if lesson["id"] not in lessons:
                where = f"{path}.{place}.id"
                yield subject.warning("link_leads_nowhere", where, target=f"#lehre-{lesson['id']}")
        name = str(entry.get("file", ""))
        if name not in subject.files:
            continue
        try:
            text = translation_text(subject.draft.path, name, subject.read(name))
        except InvalidRecord as error:
            yield from error.problems
            continue
        if not text.strip():
            yield subject.error("file_empty", f"{path}.file", file=name)
        elif hostile(text):
            yield subject.error("hostile_markdown", f"{path}.file", what=name)


def problem_of(error: DocumentRefused, path: str, *, shown: str = "") -> Problem:
    """Return why the file at `path` is refused; texts call it `shown`, or else by the last part of its path."""
    name = shown or path.replace("\\", "/").rpartition("/")[2]
    allowed = ", ".join(kind.ending.upper() for kind in KINDS)
    return Problem(file=path, code=error.code, params={"file": name, "allowed": allowed, **error.params})


def _named(subject: SoundRecord) -> Iterator[tuple[str, str]]:
    for field in ("media", "templates", "translations"):
        for path, entry in subject.objects(field):
            if "file" in entry:
                yield str(entry["file"]), f"{path}.file"


def _content(subject: SoundRecord, name: str, path: str) -> Iterator[Problem]:
    if name == INDEX_FILE:
        return
    ending = name.rpartition(".")[2].lower()
    size = subject.files[name]
    named = kind_of_name(name)
    if named is None:
        yield subject.error("file_type", path, file=name, allowed=", ".join(ENDINGS))
    elif size > FILE_LIMIT:
        yield subject.error("file_too_large", path, file=name, limit=str(FILE_LIMIT // 1024 // 1024))
    elif not size:
        yield subject.error("file_empty", path, file=name)
    elif not _is(named, name, subject.read(name)):
        yield subject.error("file_content", path, file=name, ending=ending)


def _is(kind: FileKind, name: str, data: bytes) -> bool:
    try:
        return kind_of(name, data) is kind
    except DocumentRefused:
        return False


def _pictures(subject: SoundRecord) -> Iterator[Problem]:
    listed = {str(entry["file"]) for _, entry in subject.objects("media")}
    for section, blocks in subject.blocks.items():
        for block in blocks:
            for _, address in _PICTURE.findall(block.text):
                if address not in listed:
                    code = "picture_from_elsewhere" if "://" in address else "picture_not_listed"
                    yield subject.error(code, f"body.{section}", block.line, file=address)
