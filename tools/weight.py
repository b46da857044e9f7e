"""Weighs the program: `python -m tools.weight` prints what a newcomer has to carry, per package and in all.

Lines and files are those git knows. What a page reaches is every module of `app` that is imported, directly or through
others, when the module of that page is; imports inside functions do not count. Locks and threads, and caches, are
counted where they are made.
"""

import ast
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"search page": "app.web.search.page", "record page": "app.web.records.page"}
_THREADS = {"Thread", "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "ThreadPoolExecutor", "Timer"}
_CACHES = {"cache", "lru_cache", "cached_property"}


def tracked(folder: str) -> list[Path]:
    """Return the Python files below a folder that git knows and that still exist."""
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name.endswith(".py"))
    return [path for path in paths if path.exists()]


def lines(paths: list[Path]) -> int:
    """Return the number of lines in these files, blank ones and comments included."""
    return sum(path.read_bytes().count(b"\n") for path in paths)


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the program by its dotted name, migrations left out."""
    found = {}
    for path in tracked("app"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.startswith("app.migrations.versions"):
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imported(tree: ast.AST, known: set[str]) -> set[str]:
    """Return which known modules a module imports as it is loaded."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
        else:
            found |= imported(node, known)
    return found & known


def reached(start: str, arrows: dict[str, set[str]]) -> set[str]:
    """Return the modules that are loaded with this one, itself included."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(arrows[name])
    return seen


def made(trees: dict[str, ast.Module], names: set[str], *, decorators: bool) -> int:
    """Return how often one of these names is called, or used as a decorator."""
    count = 0
    for tree in trees.values():
        for node in ast.walk(tree):
            if decorators and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count += sum(_name(decorator) in names for decorator in node.decorator_list)
            elif not decorators and isinstance(node, ast.Call):
                count += _name(node) in names
    return count


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def main() -> None:
    """Print the weight of the checkout."""
    app, tests = tracked("app"), tracked("tests")
    per_package = Counter[str]()
    for path in app:
        parts = path.relative_to(ROOT / "app").parts
        per_package[parts[0] if len(parts) > 1 else "(modules of app)"] += lines([path])
    for package, size in per_package.most_common():
        print(f"{size:7,}  {package}")
    print(f"{lines(app):7,}  app, in {len(app)} files\n{lines(tests):7,}  tests, in {len(tests)} files")
    trees = modules()
    arrows = {name: imported(tree, set(trees)) for name, tree in trees.items()}
    for page, start in PAGES.items():
        print(f"{len(reached(start, arrows)):7,}  modules reached from the {page}")
    caches = made(trees, _CACHES, decorators=True)
    print(f"{made(trees, _THREADS, decorators=False):7,}  threads and locks made")
    print(f"{caches:7,}  caches, {caches / lines(app) * 1000:.2f} in 1,000 lines")


if __name__ == "__main__":
    main()
