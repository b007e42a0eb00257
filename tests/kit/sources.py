"""The repository's own files, as the rules about them read them."""

from __future__ import annotations

import ast
import functools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("counterproof", "issuer", "wallet", "verifier")
CHECKED = (*PACKAGES, "tests", "bench", "scripts")
SKIPPED_WITHOUT_GIT = {".venv", ".git", "build", "dist", "demo-out", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root, its text, its tree, and what its names were imported as."""

    path: str
    text: str
    tree: ast.Module = field(init=False, repr=False)
    imported: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.text, self.path))
        object.__setattr__(self, "imported", _imports(self.tree))

    def qualified(self, node: ast.AST) -> str:
        """Return the dotted name that `node` stands for, imports followed back; empty if it is no name."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and (owner := self.qualified(node.value)):
            return f"{owner}.{node.attr}"
        return ""


def _imports(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                names[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


@functools.cache
def repository_files() -> tuple[Path, ...]:
    """Return every file that is, or will be, part of the repository: what git ignores is left out."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        found = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):  # an unpacked source archive
        everything = (path for path in ROOT.rglob("*") if path.is_file())
        return tuple(path for path in everything if not SKIPPED_WITHOUT_GIT & set(path.parts))
    paths = (ROOT / name for name in found.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@functools.cache
def sources(folders: tuple[str, ...] = CHECKED) -> tuple[Source, ...]:
    """Return the Python files below `folders`."""
    python = (path for path in repository_files() if path.suffix == ".py")
    inside = ((path, path.relative_to(ROOT)) for path in python)
    return tuple(
        Source(relative.as_posix(), path.read_text("utf-8"))
        for path, relative in inside
        if relative.parts[0] in folders
    )
