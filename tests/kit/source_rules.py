"""Rules that no linter knows. Each reads one file and yields a line for everything that breaks it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.sources import Source

CLOCK: Final = "counterproof/clock.py"
CBOR_DOOR: Final = {"counterproof/mdoc/cbor.py", "counterproof/mdoc/cbor_scan.py"}
TYPED_READER: Final = "counterproof/mdoc/typed.py"
ATOMIC_WRITERS: Final = {"counterproof/sealing/files.py"}
PAGES_OF_HELP: Final = {"formatter", "super()"}
"""What has a `write_text` of its own that writes no file: click's pages of help."""

CLOCK_READERS: Final = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.clock_gettime",
    "time.clock_gettime_ns",
}
WEAK_CRYPTOGRAPHY: Final = {"ecdsa", "rsa", "Crypto", "Cryptodome", "pyaes", "jwt", "jose"}
READERS_OF_TYPES: Final = {"msgspec.convert", "msgspec.json.decode", "msgspec.msgpack.decode"}
OPENERS: Final = {"open", "io.open", "os.fdopen", "codecs.open", "gzip.open"}
WHOLE_FILE_WRITERS: Final = {"write_text", "write_bytes"}
SQL_METHODS: Final = {"execute", "executemany", "executescript", "exec_driver_sql"}
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60


def clock_is_passed_in(source: Source) -> Iterator[str]:
    """Leave reading the clock to counterproof/clock.py: all else can then be tested at any hour."""
    if source.path == CLOCK:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute) and source.qualified(node) in CLOCK_READERS:
            yield _at(source, node, f"{source.qualified(node)} reads the clock; take `at` or a Clock")


def cbor_has_one_door(source: Source) -> Iterator[str]:
    """Keep cbor2 behind its door: untold, it takes trailing bytes, duplicate keys and live objects."""
    if source.path not in CBOR_DOOR:
        yield from _imports_of(source, {"cbor2"}, "use counterproof.mdoc.cbor, which is strict")


def types_have_one_reader(source: Source) -> Iterator[str]:
    """Read no typed value but by counterproof.mdoc.typed: two threads that begin together end the process."""
    if source.path == TYPED_READER:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.qualified(node.func) in READERS_OF_TYPES:
            yield _at(source, node, "use counterproof.mdoc.typed, which threads may share")


def cryptography_is_pyca(source: Source) -> Iterator[str]:
    """Use no other cryptography: it leaks through timing or is unkept (CVE-2024-23342, Minerva)."""
    yield from _imports_of(source, WEAK_CRYPTOGRAPHY, "use `cryptography`")


def files_are_written_whole(source: Source) -> Iterator[str]:
    """Write no file in place: a kill or a full disk would tear it."""
    if source.path in ATOMIC_WRITERS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _writes_in_place(source, node):
            yield _at(source, node, "writes a file in place; use counterproof.sealing.files.write_atomic")


def sql_has_parameters(source: Source) -> Iterator[str]:
    """Put no SQL together from pieces: that is how a name becomes a statement."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        is_text = source.qualified(node.func).startswith("sqlalchemy") and method in {"", "text"}
        if (method in SQL_METHODS or is_text) and _is_composed(node.args[0]):
            yield _at(source, node, "puts SQL together from pieces; bind parameters instead")


def things_stay_small(source: Source) -> Iterator[str]:
    """Keep to what fits on a screen: 40 lines a function is the habit, these are the walls."""
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{source.path}: {lines} lines, at most {LONGEST_FILE}; split it by idea"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield _at(source, node, f"{node.name} has {length} lines, at most {LONGEST_FUNCTION}")


def _at(source: Source, node: ast.expr | ast.stmt, complaint: str) -> str:
    return f"{source.path}:{node.lineno}: {complaint}"


def _imports_of(source: Source, forbidden: set[str], instead: str) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        else:
            continue
        for module in modules:
            if module.partition(".")[0] in forbidden:
                yield _at(source, node, f"imports {module}; {instead}")


def _writes_in_place(source: Source, call: ast.Call) -> bool:
    name = source.qualified(call.func)
    if name in OPENERS:
        return _may_write(_mode_of(call, position=1))
    if name == "cv2.imwrite":
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in WHOLE_FILE_WRITERS:
        return ast.unparse(call.func.value) not in PAGES_OF_HELP
    mode = _mode_of(call, position=0)
    return call.func.attr == "open" and name != "os.open" and _is_mode(mode) and _may_write(mode)


def _mode_of(call: ast.Call, position: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "mode":
            return keyword.value
    return call.args[position] if len(call.args) > position else None


def _is_mode(mode: ast.expr | None) -> bool:
    """Tell a mode from the path that `Image.open` and the like take first."""
    return (
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and set(mode.value) <= set("rwxabt+")
    )


def _may_write(mode: ast.expr | None) -> bool:
    """Take a mode that is not written out for any; one that is left out reads."""
    if mode is None:
        return False
    return not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wxa+"))


def _is_composed(statement: ast.expr) -> bool:
    if isinstance(statement, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in statement.values)
    if isinstance(statement, ast.BinOp):
        return isinstance(statement.op, ast.Mod | ast.Add)
    if not isinstance(statement, ast.Call) or not isinstance(statement.func, ast.Attribute):
        return False
    return statement.func.attr in {"format", "format_map", "join"}
