"""What is believed, in lines for a terminal: from the same plain values that `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from counterproof.words.explain import explain
from counterproof.words.plain_text import marked
from counterproof.words.verifier import age_in_words
from counterproof.words.waiting import wider_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_GROUP: Final = 4
_MOST_DETAILS: Final = 40
_TOLD: Final = frozenset({"held-back", "waits", "confirmed"})
_KINDS: Final = {
    "name": "name",
    "doc-type": "documents",
    "issuer": "issuer",
    "agency": "agency",
    "reader": "counter",
    "reader-root": "root of counters",
    "status-list": "status list",
    "crl": "revocation list",
    "credential-type": "kind of document",
    "recognised": "recognised authority",
    "root": "root number",
    "purpose": "purpose",
}


def change_lines(change: Mapping[str, Any]) -> Iterator[str]:
    """Say what an update did, from `ChangeSummary.to_json`."""
    yield f"{change['action'].capitalize()}: {marked(change['name'])}"
    if change["action"] == "unchanged":
        yield f"  It is the one of {_time(change['issued_at'])}, which you have."
    details = change["details"]
    if change["before"] is not None and change["action"] == "updated":
        yield f"  from {_time(change['before'])} to {_time(change['issued_at'])}"
    else:  # of somebody new everything is new
        details = [each for each in details if each["change"] in _TOLD]
    for each in details[:_MOST_DETAILS]:
        yield f"  {_detail(each)}"
    if len(details) > _MOST_DETAILS:
        yield f"  and {len(details) - _MOST_DETAILS} more"


def _detail(each: Mapping[str, str]) -> str:
    if each["change"] == "waits":
        return f"! purpose {marked(each['name'])} lets counters do more: it does not count before `trust confirm`"
    if each["change"] == "held-back":
        sentence = explain(each["kind"])
        return f"! {marked(each['name'])}: {sentence.what} {sentence.do} [{each['kind']}]"
    return f"{each['change']}: {_KINDS.get(each['kind'], each['kind'])} {marked(each['name'])}"


def description_lines(described: Mapping[str, Any]) -> Iterator[str]:
    """Say what is believed, how old it is, what is missing and until when it is enough.

    `described` is `TrustDescription.to_json`.
    """
    yield from _notices(described["notices"], "")
    for each in described["authorities"]:
        yield from _authority(each)
    for each in described["agencies"]:
        yield from _agency(each)
    for each in described["imported"]:
        yield from _imported(each)
    for each in described["purposes"]:
        yield _purpose(each)
    yield from waiting_lines(described["waiting"])
    for each in described["damaged"]:
        yield f"! cannot be read any more: {grouped(each)}"


def _authority(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"{marked(each['name'])} ({each['country']}), a list of issuers and counters"
    yield f"  fingerprint   {grouped(each['fingerprint'])}"
    if each["recognised_by"] is not None:
        yield f"  believed      because {marked(each['recognised_by'])} recognises it, for:"
        yield f"                {', '.join(each['scope']) or 'nothing'}"
    yield f"  issuers       {each['issuers']}, of which {each['agencies']} publish here themselves"
    yield f"  counters      under {each['reader_roots']} roots"
    if each["recognises"]:
        yield f"  recognises    {', '.join(marked(name) for name in each['recognises'])}"
    yield f"  signed        {_time(each['issued_at'])}, {age_in_words(each['age'])} ago"
    yield f"  enough until  {_time(each['good_until'])}"
    for part in each["held_back"]:
        yield f"  ! agency {part['agency']}: {_sentence(part['code'])}"
    yield from _notices(each["notices"], "  ")


def _agency(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"{marked(each['name'])} ({each['country']})"
    yield f"  root          {grouped(each['fingerprint'])}"
    words = [marked(name) if name else "you" for name in each["sources"]]
    yield f"  believed      by the word of {', '.join(words) or 'nobody'}"
    yield f"  documents     {', '.join(each['doc_types']) or 'none'}"
    yield f"  counters      {each['readers']}"
    yield f"  published     {age_in_words(each['age'])} ago"
    yield f"  enough until  {_time(each['enough_until'])}"
    yield from _notices(each["notices"], "  ")


def _imported(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"{marked(each['provider'])}, an imported list of issuers"
    yield f"  pinned        {grouped(each['fingerprint'])}"
    yield f"  signed        {_time(each['issued_at'])}, {age_in_words(each['age'])} ago"
    if each["good_until"] is not None:
        yield f"  enough until  {_time(each['good_until'])}"
    for name in each["issuers"]:
        yield f"  issuer        {marked(name)}"
    yield from _notices(each["notices"], "  ")


def _purpose(each: Mapping[str, Any]) -> str:
    if each["enough_until"] is None:
        return f"! For {each['id']} there is no status list: nothing can be decided."
    mark = "! " if each["state"] == "expired" else ""
    word = "was enough until" if mark else "is enough until"
    return f"{mark}For {each['id']} this {word} {_time(each['enough_until'])}"


def waiting_lines(waiting: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Say which purposes wait for a person, and what they let counters do; of `describe` as plain values."""
    for each in waiting:
        yield f"! {each['id']}: {marked(each['titles']['en'])} (by {marked(each['publisher'])}) waits for you"
        yield from (f"    {line}" for line in wider_lines(each, _element))


def _element(ref: str) -> str:
    doc_type, _, name = ref.split("/", 2)
    return f"{name} ({doc_type})"


def _notices(codes: list[str], indent: str) -> Iterator[str]:
    for code in codes:
        yield f"{indent}! {_sentence(code)}"


def _sentence(code: str) -> str:
    sentence = explain(code)
    return " ".join(part for part in (sentence.what, sentence.do, f"[{code}]") if part)


def grouped(digits: str) -> str:
    """Return a fingerprint as people compare it: upper case, in groups of four."""
    upper = digits.upper()
    return " ".join(upper[at : at + _GROUP] for at in range(0, len(upper), _GROUP))


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"
