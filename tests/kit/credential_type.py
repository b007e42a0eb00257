"""A small credential type that tests bend."""

from __future__ import annotations

from typing import Any

from counterproof.mdoc.catalogue import Element, parse


def library() -> dict[str, Any]:
    return {
        "doc_type": "org.example.pass.1",
        "version": 1,
        "names": {"en": "Pass", "et": "Pilet"},
        "display": {"background": "#1d4e89", "foreground": "#ffffff", "icon": "book"},
        "namespaces": {
            "org.example.pass.1": [
                {"identifier": "name", "kind": "text", "required": True, "labels": {"en": "Name"}},
                {"identifier": "birth_date", "kind": "full-date", "required": True, "labels": {"en": "Born"}},
                {
                    "identifier": "age_over_NN",
                    "kind": "age-over",
                    "ages": [16, 18],
                    "filled_by": "birth-date",
                    "labels": {"en": "Over {age}"},
                },
                {
                    "identifier": "level",
                    "kind": "code",
                    "codes": {"a": {"en": "first", "et": "esimene"}, "b": {"en": "second"}},
                    "labels": {"en": "Level"},
                },
            ]
        },
    }


def of(kind: str, **more: Any) -> Element:
    mapping = library()
    mapping["namespaces"]["other"] = [{"identifier": "it", "kind": kind, "labels": {"en": "It"}, **more}]
    return parse(mapping).namespaces["other"][0]
