"""The words of the search, extracted from the installed dictionary into `build/lexicon/`."""

from __future__ import annotations

import subprocess

from tools.setup.environment import Environment
from tools.setup.say import say
from tools.setup.stamp import Stamp

MODULE = "app.search.analysis.lexicon"


def extract_lexicon(environment: Environment) -> None:
    """Extract them, unless that was done with this release of the dictionary."""
    module = environment.root / f"{MODULE.replace('.', '/')}.py"
    stamp = Stamp(environment.root / "build" / "lexicon" / ".made", environment.root / "requirements.txt", module)
    if not stamp.is_current():
        say("Extracting the words of the search from the dictionary …")
        subprocess.run([str(environment.python), "-m", MODULE], check=True, cwd=environment.root)
        stamp.renew()
