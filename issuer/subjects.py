"""The people to issue to, from JSON or CSV: all of them, or none and a list of everything that is wrong.

Values are personal. What is reported holds lines, names of columns that we know, lengths and limits.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from counterproof.mdoc.catalogue import CredentialType, Element, Filling, Kind, to_cbor_value
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import Fact, LimitError, MalformedError
from issuer.csv_rows import is_formula, read_rows, unprotected
from issuer.portrait import compress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

REFERENCE = "subject"
"""The column of the agency's own identifier of a person."""

_MAX_FILE = 256 * 1024 * 1024
_MAX_REFERENCE = 100
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `line` of a CSV file or place in a JSON list, from 1; column where there is one."""

    line: int
    code: str
    column: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


class SubjectsError(MalformedError):
    """Nothing was taken; `problems` has every bad row."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("subjects.refused", problems=len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Subject:
    """One person: the agency's reference, and CBOR values by namespace and identifier.

    `inputs` are values that are asked for but never issued.
    """

    reference: str
    line: int
    elements: dict[str, dict[str, Any]] = field(repr=False)
    inputs: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    element: Element
    namespace: str | None


class _KeyTwice(dict[str, Any]):
    """A JSON object that names a key twice, of which a lenient reader would keep the last."""


_RawRow = tuple[int, "dict[str, Any] | Problem"]


def read_subjects(
    data: bytes,
    form: Literal["csv", "json"],
    credential_type: CredentialType,
    *,
    on: date,
    picture: Callable[[bytes], bytes] = compress,
    portrait: bytes | None = None,
) -> tuple[Subject, ...]:
    """Return every person in a file, with values that fit `credential_type`.

    CSV: UTF-8 with or without a byte order mark, commas or semicolons, a head with `subject` and element
    identifiers (`namespace/identifier` where two namespaces share one), base64 for pictures; an empty cell is
    no value. JSON: one object or a list of them, with the same names. `picture` makes a portrait small;
    `on` is the day before which everybody was born. `portrait` is a picture from a file of its own, for a
    person whose data has none. Raises SubjectsError with every problem, LimitError
    `subjects.too-large`, MalformedError `subjects.encoding` or `subjects.not-json`.
    """
    if len(data) > _MAX_FILE:
        raise LimitError("subjects.too-large", most=_MAX_FILE)
    columns = _columns(credential_type)
    rows = _csv_rows(_decoded(data), columns) if form == "csv" else _json_rows(_decoded(data), columns)
    reader = RowReader(credential_type, on=on, picture=picture, portrait=portrait)
    for line, row in rows:
        if isinstance(row, Problem):
            reader.problems.append(row)
        else:
            reader.read(line, row)
    if not reader.subjects and not reader.problems:
        reader.problems.append(Problem(1, "subjects.empty"))
    if reader.problems:
        raise SubjectsError(tuple(reader.problems))
    return tuple(reader.subjects)


def head_problems(names: tuple[str, ...], credential_type: CredentialType) -> tuple[Problem, ...]:
    """Return what is wrong with the columns of a table for a type."""
    return tuple(_head_problems(1, names, _columns(credential_type)))


def needed_fields(credential_type: CredentialType) -> tuple[str, ...]:
    """Return the fields that a type's data may have, but for those that are derived or filled in."""
    return tuple(
        name for name, column in _columns(credential_type).items() if column.element.filled_by is None
    )


def _decoded(data: bytes) -> str:
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("subjects.encoding", position=error.start + 1) from None


def _columns(credential_type: CredentialType) -> dict[str, _Column]:
    every = [(e, ns) for ns, elements in credential_type.namespaces.items() for e in elements]
    names = [element.identifier for element, _ in every]
    columns = [
        _Column(
            element.identifier if names.count(element.identifier) == 1 else f"{ns}/{element.identifier}",
            element,
            ns,
        )
        for element, ns in every
    ]
    columns += [_Column(element.identifier, element, None) for element in credential_type.inputs]
    return {column.name: column for column in columns}


class RowReader:
    """Turns rows, with a text for each filled cell, into subjects, and collects what is wrong."""

    def __init__(
        self,
        credential_type: CredentialType,
        *,
        on: date,
        picture: Callable[[bytes], bytes] = compress,
        portrait: bytes | None = None,
    ) -> None:
        self._columns = _columns(credential_type)
        self._portrait = portrait
        self._on = on
        self._picture = picture
        self._seen: dict[str, int] = {}
        self.subjects: list[Subject] = []
        self.problems: list[Problem] = []

    def read(self, line: int, row: dict[str, Any]) -> None:
        """Take one row, or add everything that is wrong with it to the problems."""
        before = len(self.problems)
        reference = self._reference(line, row.get(REFERENCE))
        subject = Subject(reference, line, {}, {})
        for column in self._columns.values():
            given = row.get(column.name)
            if given is None and self._portrait is not None and _is_portrait(column.element):
                given = base64.b64encode(self._portrait).decode("ascii")
            value = self._value(line, column, given)
            if value is None:
                continue
            if column.namespace is None:
                subject.inputs[column.element.identifier] = value
            else:
                subject.elements.setdefault(column.namespace, {})[column.element.identifier] = value
        if len(self.problems) == before:
            self.subjects.append(subject)

    def _reference(self, line: int, value: object) -> str:
        if not isinstance(value, str) or not (
            1 <= len(value) <= _MAX_REFERENCE and value.isprintable() and value == value.strip()
        ):
            self.problems.append(Problem(line, "subjects.reference", REFERENCE, {"most": _MAX_REFERENCE}))
            return ""
        if value in self._seen:
            self.problems.append(Problem(line, "subjects.twice", REFERENCE, {"first": self._seen[value]}))
        self._seen.setdefault(value, line)
        return value

    def _value(self, line: int, column: _Column, value: object) -> Any:
        element = column.element
        if value is None:
            if element.required and element.filled_by is None:
                self.problems.append(Problem(line, "subjects.missing", column.name))
            return None
        try:
            if _is_portrait(element):
                value = self._picture(_from_base64(element, value))
            made = to_cbor_value(element, value)
        except MalformedError as error:
            self.problems.append(Problem(line, error.code, column.name, error.facts))
            return None
        if element.identifier == "birth_date" and isinstance(made, FullDate) and made.to_date() > self._on:
            self.problems.append(Problem(line, "catalogue.birth-date-future", column.name))
        return made


def _is_portrait(element: Element) -> bool:
    return element.kind is Kind.PORTRAIT and element.identifier == "portrait"


def _from_base64(element: Element, value: object) -> bytes:
    if not isinstance(value, str):
        raise MalformedError("catalogue.value-type", element=element.identifier, expected="base64")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("catalogue.value-base64", element=element.identifier) from None


def _check_name(name: str, position: int, line: int, columns: Mapping[str, _Column]) -> Problem | None:
    """Return what is wrong with a column's name; unknown names are told by place, for they may be values."""
    if name == REFERENCE:
        return None
    if name not in columns:
        return Problem(line, "subjects.column-unknown", facts={"position": position})
    if columns[name].element.filled_by is Filling.BIRTH_DATE:
        return Problem(line, "subjects.column-derived", name)
    return None


def _csv_rows(text: str, columns: Mapping[str, _Column]) -> Iterator[_RawRow]:
    rows = read_rows(text)
    head = next(rows, None)
    if head is None:
        return
    names = tuple(cell.strip() for cell in head.cells or ())
    faults = list(_head_problems(head.line, names, columns)) if names else [Problem(1, "subjects.quotes")]
    if faults:
        # Below a head that cannot be understood every cell would be wrong: one list of faults is enough.
        yield from ((head.line, fault) for fault in faults)
        return
    for row in rows:
        yield row.line, _csv_row(row.line, row.cells, names)


def _head_problems(line: int, names: tuple[str, ...], columns: Mapping[str, _Column]) -> Iterator[Problem]:
    for position, name in enumerate(names, 1):
        problem = _check_name(name, position, line, columns)
        if problem is not None:
            yield problem
        elif name in names[: position - 1]:
            yield Problem(line, "subjects.column-twice", name)
    needed = [name for name, c in columns.items() if c.element.required and c.element.filled_by is None]
    for name in (REFERENCE, *needed):
        if name not in names:
            yield Problem(line, "subjects.column-missing", name)


def _csv_row(line: int, cells: tuple[str, ...] | None, names: tuple[str, ...]) -> dict[str, Any] | Problem:
    if cells is None:
        return Problem(line, "subjects.quotes")
    if len(cells) != len(names):
        return Problem(line, "subjects.cells", facts={"found": len(cells), "expected": len(names)})
    for name, cell in zip(names, cells, strict=True):
        if is_formula(cell):
            return Problem(line, "subjects.formula", name)
    return {name: unprotected(cell) for name, cell in zip(names, cells, strict=True) if cell}


def _json_rows(text: str, columns: Mapping[str, _Column]) -> Iterator[_RawRow]:
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=lambda _: [])
    except (ValueError, RecursionError) as error:
        position = error.pos + 1 if isinstance(error, json.JSONDecodeError) else 1
        raise MalformedError("subjects.not-json", position=position) from None
    for line, row in enumerate(found if isinstance(found, list) else [found], 1):
        problems = list(_json_problems(line, row, columns))
        if problems:
            yield from ((line, problem) for problem in problems)
        else:
            yield line, row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _KeyTwice(made)


def _json_problems(line: int, row: object, columns: Mapping[str, _Column]) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield Problem(line, "subjects.not-an-object")
        return
    if _has_key_twice(row):
        yield Problem(line, "subjects.key-twice")
    for position, name in enumerate(row, 1):
        problem = _check_name(name, position, line, columns)
        if problem is not None:
            yield problem


def _has_key_twice(value: object) -> bool:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _KeyTwice):
            return True
        waiting.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
    return False
