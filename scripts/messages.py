"""Gather the messages of the packages into the catalogues of every language: `make messages`.

New messages are added untranslated, messages that are gone are dropped, translations are kept. Then each
catalogue is compiled beside its text, since an editable install, a wheel and a package all read that file.
With `--check` nothing is written; what would change, and what does not fit its English, is printed.
"""

from __future__ import annotations

import ast
import importlib
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from counterproof.terminal import click_words, commands
from counterproof.words.language import DOMAIN, ENGLISH, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "counterproof" / "words" / "locale"
PACKAGES: Final = ("counterproof", "issuer", "wallet", "verifier")
PROGRAMS: Final = ("issuer", "wallet", "verifier")
KEYWORDS: Final = {"N_": None, "tr": None, "NN_": (1, 2), "ntr": (1, 2), "number": (2, 3), "counted": (2, 3)}

_CLICKS: Final = {"_": None, "ngettext": (1, 2)}


def gathered() -> Catalog:
    """Return every message of the packages, with the files that say it, as an empty catalogue."""
    template = Catalog(domain=DOMAIN, charset="utf-8")
    found: dict[str | tuple[str, ...], set[str]] = {}
    for package in PACKAGES:
        method_map = [("**.py", "python"), ("**/templates/*.html", "jinja2")]
        for name, _line, message, _comments, _context in extract_from_dir(
            ROOT / package, method_map, keywords=KEYWORDS, comment_tags=()
        ):
            found.setdefault(message, set()).add(f"{package}/{name}")
    for message, path in (*_in_f_strings(), *_of_click(), *_of_help()):
        found.setdefault(message, set()).add(path)
    for message in sorted(found, key=lambda each: (min(found[each]), str(each))):
        template.add(message, locations=[(path, 0) for path in sorted(found[message])])
    return template


def _in_f_strings() -> Iterator[tuple[str, str]]:
    """Yield what is looked up inside an f-string, where the tokens of Python before 3.12 show none of it."""
    for path in sorted(each for package in PACKAGES for each in (ROOT / package).rglob("*.py")):
        strings = (each for each in ast.walk(ast.parse(path.read_bytes())) if isinstance(each, ast.JoinedStr))
        calls = (each for string in strings for each in ast.walk(string) if isinstance(each, ast.Call))
        for call in calls:
            said = call.args[0] if call.args and ast.unparse(call.func) == "tr" else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value, str(path.relative_to(ROOT))


def _of_click() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Yield what click itself says to a person, each message with its file."""
    for module in click_words.MODULES:
        with Path(str(module.__file__)).open("rb") as file:
            for _line, message, _comments, _context in extract("python", file, keywords=_CLICKS):
                yield message, f"{module.__name__.replace('.', '/')}.py"


def _of_help() -> Iterator[tuple[str, str]]:
    """Yield the help of every command, each message with its file."""
    for program in PROGRAMS:
        main = importlib.import_module(f"{program}.cli").main
        for message, module in commands.messages(main).items():
            yield message, f"{module.replace('.', '/')}.py"


def path_of(tag: str) -> Path:
    """Return where the catalogue of a language lies."""
    return FOLDER / tag.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    locale = path.parts[-3]
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN, charset="utf-8")


def updated(tag: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language with the messages of today."""
    path = path_of(tag)
    before = read(path) if path.exists() else Catalog()
    fresh = Catalog(
        locale=tag.replace("-", "_"),
        domain=DOMAIN,
        project="Counterproof",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment=_HEADER.format(name=NAMES[tag]),
        last_translator="to be reviewed by native speakers",
        language_team=NAMES[tag],
        creation_date=_BEGUN,
        revision_date=before.revision_date if path.exists() else _BEGUN,
        msgid_bugs_address="see CONTRIBUTING.md",
    )
    for message in template:
        if not message.id:
            continue
        known = before.get(message.id)
        text = known.string if known is not None else None
        flags = known.flags if known is not None else ()
        comments = known.user_comments if known is not None else ()
        fresh.add(message.id, text, locations=message.locations, flags=flags, user_comments=comments)
    return fresh


_BEGUN: Final = datetime(2026, 11, 26, tzinfo=UTC)
"""A fixed date: the same messages make the same file."""

_HEADER: Final = "# {name}: translated for Counterproof; marked for review by native speakers."


def as_po(catalogue: Catalog) -> bytes:
    """Return a catalogue as text: files without line numbers, so that moved code changes nothing."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, include_lineno=False, sort_output=False)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it; untranslated and fuzzy messages are left out."""
    whole = Catalog(
        locale=catalogue.locale,
        domain=DOMAIN,
        charset="utf-8",
        fuzzy=False,
        creation_date=_BEGUN,
        revision_date=_BEGUN,
    )
    for message in catalogue:
        if message.id and is_translated(message):
            whole.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def is_translated(message: Message) -> bool:
    """Tell whether every form of a message has a text."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(forms) and not message.fuzzy


def main(arguments: list[str]) -> int:
    """Write the catalogues, or with `--check` say what would change; 1 where something is wrong."""
    check = "--check" in arguments
    template = gathered()
    problems = list(_problems(template, check=check))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _problems(template: Catalog, *, check: bool) -> Iterator[str]:
    for tag in NAMES:
        if tag == ENGLISH:
            continue
        path, catalogue = path_of(tag), updated(tag, template)
        done = sum(is_translated(each) for each in catalogue if each.id)
        print(f"{tag:<8} {done:>4} of {len(catalogue)} messages")
        yield from misfits(tag, catalogue)
        for place, content in ((path, as_po(catalogue)), (path.with_suffix(".mo"), as_mo(catalogue))):
            if place.exists() and place.read_bytes() == content:
                continue
            if check:
                yield f"{place.relative_to(ROOT)} is not up to date: make messages"
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)


def misfits(tag: str, catalogue: Catalog) -> Iterator[str]:
    """Yield a line for each translation whose places are not those of its English."""
    for message in catalogue:
        if not message.id or not is_translated(message):
            continue
        english = message.id if isinstance(message.id, tuple | list) else [message.id]
        wanted = {frozenset(places(each)) for each in english}
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        for form in forms:
            try:
                fits = frozenset(places(form)) in wanted or (
                    len(english) > 1 and places(form) <= set().union(*wanted)
                )
            except ValueError:
                fits = False
            if not fits:
                yield f"{tag}: the places of {english[0]!r} are not those of {form!r}"


def places(text: str | None) -> set[str]:
    """Return the names in braces; raise ValueError for a brace that stands alone."""
    from string import Formatter  # noqa: PLC0415 - beside its one use

    return {name for _, name, _, _ in Formatter().parse(text or "") if name is not None}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
