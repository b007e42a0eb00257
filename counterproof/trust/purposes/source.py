"""A purpose as a person writes it: TOML, with the names of fields where the register has structures."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.trust.limits import LIMITS
from counterproof.trust.purposes.document import check_purposes
from counterproof.trust.purposes.model import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_DOTS = 40  # the reader's time grows with the square of the parts of one key
_REQUIRED = tuple(each.name for each in msgspec.structs.fields(Purpose) if each.required)
_DOCUMENT_MEMBERS = frozenset({"doc_type", "namespace", "elements", "keep", "instead"})


def purposes_from_toml(content: bytes) -> tuple[Purpose, ...]:
    """Read a file of `[[purpose]]` tables, described in docs/purposes.md.

    Raises MalformedError `purpose.not-toml` with the `reason`, `purpose.form`, `json.form` with the `place`;
    LimitError `purpose.too-much`.
    """
    if len(content) > LIMITS.purposes:
        raise LimitError("purpose.too-much", limit=LIMITS.purposes)
    members = _loads(content)
    tables = members.get("purpose")
    if set(members) != {"purpose"} or not isinstance(tables, list):
        raise MalformedError("purpose.not-toml", reason="expected [[purpose]] tables and nothing else")
    purposes = tuple(_purpose(number, table) for number, table in enumerate(tables, start=1))
    check_purposes(purposes)
    return purposes


def _loads(content: bytes) -> dict[str, Any]:
    if any(line.count(b".") > _MAX_DOTS for line in content.split(b"\n")):
        raise MalformedError("purpose.not-toml", reason="a key of too many parts")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError("purpose.not-toml", reason=f"byte {error.start} is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedError("purpose.not-toml", reason=str(error)[:120]) from None
    except ValueError:  # Python's own limit of 4,300 digits
        raise MalformedError("purpose.not-toml", reason="a number is too long") from None


def _purpose(number: int, table: Any) -> Purpose:
    if not isinstance(table, dict):
        raise MalformedError("purpose.form", purpose=number, field="purpose")
    members = dict(table)
    if type(members.get("date")) is date:
        members["date"] = members["date"].isoformat()
    documents = members.get("documents", [])
    if not isinstance(documents, list):
        raise MalformedError("purpose.form", purpose=number, field="documents")
    members["documents"] = [_document(number, each) for each in documents]
    if isinstance(retention := members.get("retention"), dict):
        # In a file `days` stands among the words, as nobody wants a table for one number.
        words = {name: text for name, text in retention.items() if name != "days"}
        members["retention"] = {"days": retention.get("days"), "words": words}
    for name in _REQUIRED:
        if name not in members:
            raise MalformedError("purpose.form", purpose=number, field=name)
    return strict_json.convert(members, Purpose)


def _document(number: int, table: Any) -> dict[str, Any]:
    if not isinstance(table, dict) or not set(table) <= _DOCUMENT_MEMBERS:
        raise MalformedError("purpose.form", purpose=number, field="documents")
    space = table.get("namespace", table.get("doc_type", ""))
    names, keep, instead = table.get("elements", []), table.get("keep", []), table.get("instead", {})
    if not (_is_names(names) and _is_names(keep) and isinstance(instead, dict)) or not isinstance(space, str):
        raise MalformedError("purpose.form", purpose=number, field="documents")
    if not all(_is_names(sets) for sets in instead.values()) or not {*keep, *instead} <= set(names):
        raise MalformedError("purpose.form", purpose=number, field="documents")
    return {
        "doc_type": table.get("doc_type"),
        "elements": [_element(name, space, keep=name in keep, instead=instead) for name in names],
    }


def _element(name: str, space: str, *, keep: bool, instead: Mapping[str, list[str]]) -> dict[str, Any]:
    namespace, element = _ref(name, space)
    sets = [[_ref(part.strip(), space) for part in text.split("+")] for text in instead.get(name, [])]
    return {"namespace": namespace, "element": element, "keep": keep, "instead": sets}


def _ref(name: str, space: str) -> tuple[str, str]:
    """Return namespace and identifier of `namespace/element`, or of an element of the usual namespace."""
    own, slash, element = name.rpartition("/")
    return (own, element) if slash else (space, name)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
