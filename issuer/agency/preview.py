"""What would be issued to a person, seen at a desk before an offer is made; nothing of it is kept.

That somebody looked is an entry about that person, written down before their data is asked for.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import FullDate
from counterproof.words.language import current, tr
from issuer.register import About

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.agency.agency import Agency
    from issuer.agency.attributes import AttributeSource
    from issuer.agency.types import TypeFile

_PICTURE = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that the card would say; `picture` is a data URI where it is one."""

    name: str
    label: str
    value: str = field(repr=False)
    picture: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be issued; `shortened` as in `issuing.Draft`."""

    entry: TypeFile
    subject: str
    copies: int
    valid_from: datetime
    valid_until: datetime
    shortened: bool
    fields: tuple[Field, ...] = field(repr=False)


def preview(agency: Agency, source: AttributeSource, name: str, reference: str) -> Preview:
    """Ask for a person's data and return what a card of a type would say.

    Raises UsageError `agency.no-such-type`, what `source` raises, and as `Issuing.draft`.
    """
    desk = agency.desk
    at, entry = desk.now(), desk.catalogue().find(name)
    desk.register.log_act(
        "look-up",
        "person",
        why="preview",
        who=desk.who,
        at=at,
        facts={"doc_type": entry.type.doc_type},
        about=About(reference, entry.type.doc_type),
    )
    person = source.fetch(entry.type, reference, on=at.date())
    draft = agency.draft(entry, person, at)
    return Preview(
        entry=entry,
        subject=person.reference,
        copies=entry.type.batch_size,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        shortened=draft.shortened,
        fields=tuple(
            _field(each, _label(entry, space, each), value)
            for space, values in draft.values.items()
            for each, value in values.items()
        ),
    )


def _label(entry: TypeFile, space: str, name: str) -> str:
    element = entry.type.element(space, name)
    return name if element is None else element.label(current())


def _field(name: str, label: str, value: Any) -> Field:
    if isinstance(value, bytes):
        picture = (
            f"data:image/jpeg;base64,{base64.b64encode(value).decode()}" if value[:3] == _PICTURE else ""
        )
        return Field(name=name, label=label, value=f"{len(value):,} bytes", picture=picture)
    return Field(name=name, label=label, value=_text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_text(each) for each in value)
    return value.text if isinstance(value, FullDate) else str(value)
