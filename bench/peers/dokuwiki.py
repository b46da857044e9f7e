"""DokuWiki from Debian: pages in files, an index of its own, a log of changes for each page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.peers import markup, php
from bench.peers.nginx import in_front, to_php
from bench.peers.peer import Peer, Saved, fill_in
from bench.peers.texts import Page

_PROGRAM, _CONFIGURATION = Path("/usr/share/dokuwiki"), Path("/etc/dokuwiki")
_KEPT = ("attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta", "meta", "pages", "tmp")
_SETTINGS = """\
<?php
$conf['savedir'] = '{data}';
$conf['lang'] = 'de';
$conf['useacl'] = 0;
$conf['dontlog'] = 'debug,error,deprecated';
"""
_FILL = """\
<?php
define('NOSESSION', 1);
require '{program}/inc/init.php';
foreach (glob('{texts}/*.txt') as $file) {{
    $page = basename($file, '.txt');
    saveWikiText($page, file_get_contents($file), 'angelegt');
    idx_addPage($page);
}}
"""


class DokuWiki(Peer):
    """Filled by its own functions for saving and indexing, then served without what it has rendered."""

    name = "DokuWiki"
    install = "apt-get install --no-install-recommends dokuwiki nginx-light php-fpm php-cli"
    served = "nginx, php-fpm (2 processes), opcache"

    def version(self) -> str:
        """Return its version, "" where it is not installed."""
        file = _PROGRAM / "VERSION"
        return file.read_text(encoding="utf-8").split()[0] if file.exists() and not php.missing() else ""

    @contextmanager
    def serving(self, folder: Path, pages: Sequence[Page]) -> Iterator[None]:
        """Fill and serve it."""
        before = folder / "before.php"
        before.write_text(f"<?php define('DOKU_CONF', '{folder}/conf/');\n", encoding="utf-8")
        _configure(folder)
        _fill(folder, before, pages)
        with (
            php.pool(folder, values={"auto_prepend_file": str(before)}, environment={}) as listens,
            in_front(folder, to_php(_PROGRAM, listens, index="doku.php")) as self.url,
        ):
            yield

    def view(self, page: Page) -> str:
        """Return the path of a page."""
        return f"/doku.php?id={page.name}"

    def search(self, words: str) -> str:
        """Return the path of its search."""
        return f"/doku.php?id=start&do=search&q={quote(words)}"

    def history(self, page: Page) -> str:
        """Return the path of its list of older versions."""
        return f"/doku.php?id={page.name}&do=revisions"

    def save(self, page: Page, words: str) -> Saved:
        """Save a page as a visitor."""
        fields = {"wikitext": f"{markup.dokuwiki(page.markdown)}\n\n{words}\n", "summary": "", "do[save]": "1"}
        return fill_in(f"{self.url}/doku.php?id={page.name}&do=edit", "//form[@id='dw__editform']", fields)


def _configure(folder: Path) -> None:
    (folder / "conf").mkdir()
    for file in _CONFIGURATION.iterdir():
        # Passwords are for the web server alone to read.
        if file.is_file() and os.access(file, os.R_OK):
            shutil.copy(file, folder / "conf")
    for name in _KEPT:
        (folder / "data" / name).mkdir(parents=True)
    settings = _SETTINGS.format(data=folder / "data")
    (folder / "conf" / "local.php").write_text(settings, encoding="utf-8")
    # Debian's own file names the folder of the one wiki of the machine.
    default = folder / "conf" / "dokuwiki.php"
    default.write_text(re.sub(r"'/var/lib/dokuwiki/data'", f"'{folder}/data'", default.read_text(encoding="utf-8")))


def _fill(folder: Path, before: Path, pages: Sequence[Page]) -> None:
    texts = folder / "texts"
    texts.mkdir()
    for page in pages:
        (texts / f"{page.name}.txt").write_text(markup.dokuwiki(page.markdown), encoding="utf-8")
    script = folder / "fill.php"
    script.write_text(_FILL.format(program=_PROGRAM, texts=texts), encoding="utf-8")
    subprocess.run(["php", "-d", f"auto_prepend_file={before}", str(script)], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / "data" / "cache")
    (folder / "data" / "cache").mkdir()
