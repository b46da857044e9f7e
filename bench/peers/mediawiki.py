"""MediaWiki from Debian, with SQLite."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.peers import markup, php
from bench.peers.nginx import in_front, to_php
from bench.peers.peer import Peer, Saved, fill_in
from bench.peers.texts import Page
from tools.serving_node import free_port

_PROGRAM = Path("/usr/share/mediawiki")
_SETTINGS = """
# What the manual recommends for speed: texts of the interface in files, whole pages for readers in files, objects in
# APCu (chosen by the installer), jobs apart from requests.
$wgArticlePath = '/wiki/$1';
$wgCacheDirectory = '{folder}/cache';
$wgLocalisationCacheConf['store'] = 'array';
$wgUseFileCache = true;
$wgFileCacheDirectory = '{folder}/pages';
$wgJobRunRate = 0;
"""
_REWRITE = "        location /wiki/ { rewrite ^ /index.php?$args last; }"


class MediaWiki(Peer):
    """Filled by its own import, then served without what it has rendered."""

    name = "MediaWiki"
    install = (
        "apt-get install --no-install-recommends mediawiki nginx-light php-fpm php-cli php-sqlite3 php-apcu php-intl"
    )
    served = "nginx, php-fpm (2 processes), opcache, APCu, file cache for readers; SQLite"

    def version(self) -> str:
        """Return its version, "" where it is not installed."""
        file = _PROGRAM / "includes" / "Defines.php"
        if not file.exists() or php.missing():
            return ""
        found = re.search(r"'MW_VERSION', '([^']+)'", file.read_text(encoding="utf-8"))
        return found[1] if found else ""

    @contextmanager
    def serving(self, folder: Path, pages: Sequence[Page]) -> Iterator[None]:
        """Fill and serve it."""
        port = free_port()
        self._install(folder, f"http://127.0.0.1:{port}", pages)
        environment = {"MW_CONFIG_FILE": str(folder / "LocalSettings.php")}
        with (
            php.pool(folder, values={}, environment=environment) as listens,
            in_front(folder, to_php(_PROGRAM, listens, index="index.php", more=_REWRITE), port) as self.url,
        ):
            yield

    def view(self, page: Page) -> str:
        """Return the path of a page."""
        return f"/wiki/{page.name.capitalize()}"

    def search(self, words: str) -> str:
        """Return the path of its search."""
        return f"/index.php?title=Spezial:Suche&fulltext=1&search={quote(words)}"

    def history(self, page: Page) -> str:
        """Return the path of its list of versions."""
        return f"/index.php?title={page.name.capitalize()}&action=history"

    def save(self, page: Page, words: str) -> Saved:
        """Save a page as a visitor."""
        fields = {"wpTextbox1": f"{markup.mediawiki(page.markdown)}\n\n{words}\n", "wpSave": "1"}
        return fill_in(
            f"{self.url}/index.php?title={page.name.capitalize()}&action=edit", "//form[@id='editform']", fields
        )

    def _install(self, folder: Path, url: str, pages: Sequence[Page]) -> None:
        for name in ("data", "cache", "pages", "texts"):
            (folder / name).mkdir()
        options = {"dbtype": "sqlite", "dbname": "wiki", "dbpath": str(folder / "data"), "confpath": str(folder)}
        options |= {"server": url, "scriptpath": "", "lang": "de", "pass": "Musterpasswort-12"}
        _run(folder, "install", *(f"--{name}={value}" for name, value in options.items()), "Wiki", "Verwaltung")
        with (folder / "LocalSettings.php").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS.format(folder=folder))
        files = []
        for page in pages:
            file = folder / "texts" / f"{page.name.capitalize()}.txt"
            file.write_text(markup.mediawiki(page.markdown), encoding="utf-8")
            files.append(str(file))
        _run(folder, "importTextFiles", "--bot", "--overwrite", *files)
        _run(folder, "runJobs")
        _run(folder, "rebuildtextindex")
        _run(folder, "purgeParserCache", "--age", "0")


def _run(folder: Path, script: str, *arguments: str) -> None:
    environment = {**os.environ}
    if (folder / "LocalSettings.php").exists():
        environment["MW_CONFIG_FILE"] = str(folder / "LocalSettings.php")
    command = ["php", str(_PROGRAM / "maintenance" / "run.php"), script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
