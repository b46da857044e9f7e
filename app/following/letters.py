"""Writes the e-mails to followers about what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from babel.dates import format_date
from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.database import Sessions
from app.following.models import Subscription, What
from app.following.notifier import SHOWN, News, NewsCode, NewsItem, parts_of
from app.following.service import FollowerStore
from app.records.problem import InvalidRecord
from app.review.models import Message, Notice, NoticeKind
from app.review.notices.mail import HANDING_OVER, Letter
from app.review.notices.notice import SENT
from app.search.document import parts_of as parts_of_uid
from app.shared.errors import NotFound
from app.shared.wording import N_, Translator, translator

MINE = "/abonnements"
END = "beenden"
"""Last part of addresses that end subscriptions; a secret precedes it."""

_HEADINGS: Mapping[NewsCode, str] = {
    NewsCode.NEW: N_("New: %(title)s"),
    NewsCode.CHANGED: N_("Changed: %(title)s"),
    NewsCode.WITHDRAWN: N_("Withdrawn: %(title)s"),
    NewsCode.RESPONDED: N_("New response: %(title)s"),
}
_DAY = {"de": "d. MMMM y", "en": "d MMMM y"}


class Letters:
    """Writes messages just before they are sent, so that none contains what has been hidden meanwhile."""

    def __init__(
        self,
        sessions: Sessions,
        store: FollowerStore,
        catalogue: CatalogueService,
        name_of: Callable[[str, str], str],
        site: str,
        issuer: str,
    ) -> None:
        """`name_of` names a stored search in a language; `site` is the name of the node, `issuer` its address."""
        self._sessions = sessions
        self._store = store
        self._catalogue = catalogue
        self._name_of = name_of
        self._site = site
        self._issuer = issuer

    def digest(self, message: Message, notice: Notice, lang: str) -> Letter | None:
        """Write the news of all subscriptions in a notice; None if nothing of it may be shown any more."""
        say, mine = translator(lang), self._mine(notice.person, lang)
        texts: list[str] = []
        memos: list[News] = []
        titles: dict[str, str] = {}
        for subscription_id, news in parts_of(notice.params):
            with self._sessions.reading() as db:
                row = db.get(Subscription, subscription_id)
            found = [(item.uid, self._line(item, lang, say)) for item in news.items[:SHOWN]] if row else []
            lines = [line for _uid, line in found if line]
            if row is None or not lines:
                continue
            texts.append(self._text(row, news, lines, lang, say))
            memos += [news] if row.what is What.MEMO else []
            shown = {uid: line[0] for uid, line in reversed(found) if line}
            titles = {**dict.fromkeys((item.uid for item in news.items[SHOWN:]), ""), **shown, **titles}
        if not texts:
            return None
        if len(memos) == len(texts):
            subject = _finds(memos[0], say)
        elif len(titles) == 1:
            subject = next(iter(titles.values()))
        else:
            subject = say.ngettext("One change", "%(num)s changes", len(titles))
        end = say.gettext(
            "You receive this message from %(site)s because you subscribed to changes there. Nobody reads replies to "
            "this address.",
            site=self._site,
        )
        unsure = self._unsure(message, notice.person, lang, say)
        paragraphs = [say.gettext("Something has changed in what you subscribed to."), *unsure]
        paragraphs += texts
        paragraphs.append("\n".join([say.gettext("See, change or end your subscriptions:"), mine]))
        link = f"{mine}/{END}"
        return Letter(
            subject=f"[{self._site}] {subject}",
            text="\n\n".join(paragraphs) + f"\n\n-- \n{end}\n",
            # Mail programs can unsubscribe with one click (RFC 8058); the link itself opens a page that asks first.
            headers={"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            only_once=True,
        )

    def _text(self, row: Subscription, news: News, lines: Sequence[tuple[str, str]], lang: str, say: Translator) -> str:
        target, root = self._store.target(row), self._root(lang)
        heading, more = say.gettext("A record that you follow"), ""
        if row.what is What.SEARCH:
            heading, more = self._name_of(target, lang), f"{root}/suche?{target}".rstrip("?")
        elif row.what is What.MEMO:
            heading, more = _finds(news, say), f"{root}/vermerk/{target}"
        shown = [heading, "=" * min(len(heading), 72)]
        for title, address in lines:
            shown += ["", title, address]
        if rest := len(news.items[SHOWN:]):
            shown += ["", say.ngettext("One more entry changed.", "%(num)s more entries changed.", rest)]
        if more:
            label = say.gettext("To the memo:") if row.what is What.MEMO else say.gettext("To the search:")
            shown += ["", f"{label} {more}"]
        end = say.gettext("End this subscription:")
        return "\n".join([*shown, "", f"{end} {self._mine(row.subscriber_id, lang)}/{END}/{row.id}"])

    def _line(self, item: NewsItem, lang: str, say: Translator) -> tuple[str, str] | None:
        """Return title and address of an item; None if it may not be shown any more."""
        origin, record_id = parts_of_uid(item.uid)
        versions = self._catalogue.versions(record_id, origin)
        if not versions:
            return None
        newest, place = versions[-1], f"{self._root(lang)}/r/{f'{origin}/' if origin else ''}{record_id}"
        title = self._title(newest)
        if newest.state is State.WITHDRAWN and item.code is NewsCode.WITHDRAWN:
            return say(_HEADINGS[NewsCode.WITHDRAWN], title=title or say.gettext("an entry")), place
        # If the record has been withdrawn since, the next message says so.
        if newest.state is not State.PUBLISHED or title is None:
            return None
        where = f"{place}/vergleich" if item.code is NewsCode.CHANGED and newest.ver > 1 and not origin else place
        return say(_HEADINGS[item.code], title=title), where

    def _title(self, entry: CatalogueEntry) -> str | None:
        try:
            if entry.state is State.WITHDRAWN:
                return self._catalogue.withdrawal(entry).title
            return self._catalogue.record(entry).title if entry.state is State.PUBLISHED else None
        except (InvalidRecord, NotFound):
            return None

    def _unsure(self, message: Message, follower_id: str, lang: str, say: Translator) -> Iterator[str]:
        """Mention the last digest if it may have been lost when the process that sent it was killed."""
        before = select(Message, Notice).join(Notice, col(Notice.id) == col(Message.notice_id))
        left = before.where(col(Notice.kind) == NoticeKind.DIGEST, col(Message.outcome).in_((SENT, HANDING_OVER)))
        mine = left.where(col(Notice.person) == follower_id, col(Message.id) < message.id)
        with self._sessions.reading() as db:
            found = db.execute(mine.order_by(col(Message.id).desc()).limit(1)).first()
        if found is not None and found[0].outcome == HANDING_OVER:
            day = format_date(found[1].at.date(), _DAY[lang], locale=lang)
            yield say.gettext(
                "It is not certain that our message of %(day)s has reached you. What it would have said stands on the "
                "pages to which the links below lead.",
                day=day,
            )

    def _root(self, lang: str) -> str:
        return self._issuer + ("" if lang == "de" else f"/{lang}")

    def _mine(self, follower_id: str, lang: str) -> str:
        return f"{self._root(lang)}{MINE}/{self._store.token(follower_id)}"


def _finds(news: News, say: Translator) -> str:
    if news.finds == 1:
        return say.gettext("The one find of your memo has changed")
    return say.ngettext(
        "One of %(finds)s finds of your memo has changed",
        "%(num)s of %(finds)s finds of your memo have changed",
        news.changed,
        finds=news.finds,
    )
