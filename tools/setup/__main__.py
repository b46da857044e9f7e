"""`python3 -m tools.setup [--dev] [--chromium]`, called by the Makefile."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tools.setup.browser_files import BrowserFiles
from tools.setup.chromium import ensure_chromium
from tools.setup.environment import Environment
from tools.setup.judges import install_judges
from tools.setup.lexicon import extract_lexicon
from tools.setup.meaning import install_meaning
from tools.setup.pdf_libraries import require_pdf_libraries, suggest_pdf_libraries
from tools.setup.place_list import PlaceList
from tools.setup.prerequisites import MissingPrerequisite, check_python
from tools.setup.say import say
from tools.setup.system_packages import ensure_packages

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Bring the checkout up to date; return 0, or 1 with a message that says what to do."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--chromium", action="store_true", help="also what the tests need of the system")
    options = parser.parse_args()
    try:
        _set_up(dev=options.dev, chromium=options.chromium)
    except MissingPrerequisite as error:
        say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        say(f"This step failed (exit {error.returncode}): {' '.join(map(str, error.cmd))}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_up(*, dev: bool, chromium: bool) -> None:
    check_python()
    ensure_packages()
    environment = Environment(ROOT, dev=dev)
    environment.install()
    extract_lexicon(environment)
    install_meaning(environment)
    if dev:
        install_judges(environment)
    BrowserFiles(ROOT, environment.python).install(dev=dev)
    PlaceList(ROOT, environment.python).make()
    if chromium:
        ensure_chromium()
        require_pdf_libraries()
    else:
        suggest_pdf_libraries()


if __name__ == "__main__":
    sys.exit(main())
