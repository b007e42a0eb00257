"""What is believed, in lines for a terminal: from the same plain values that `--json` prints."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from counterproof.words import dates
from counterproof.words.columns import padded, width
from counterproof.words.counter_window import in_window
from counterproof.words.explain import explain
from counterproof.words.language import current, ntr, tr
from counterproof.words.model import N_, Phrases
from counterproof.words.plain_text import marked
from counterproof.words.verifier import age_in_words
from counterproof.words.waiting import wider_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_GROUP: Final = 4
_COLUMN: Final = 13
_MOST_DETAILS: Final = 40
_TOLD: Final = frozenset({"held-back", "waits", "confirmed"})
_ACTIONS: Final = Phrases(
    {
        "added": N_("Added: {name}"),
        "updated": N_("Updated: {name}"),
        "unchanged": N_("Unchanged: {name}"),
        "removed": N_("Removed: {name}"),
    }
)
_CHANGES: Final = Phrases(
    {
        "gone": N_("gone: {what}"),
        "new": N_("new: {what}"),
        "newer": N_("newer: {what}"),
        "confirmed": N_("confirmed: {what}"),
    }
)
_KINDS: Final = Phrases(
    {
        "name": N_("name {name}"),
        "doc-type": N_("documents {name}"),
        "issuer": N_("issuer {name}"),
        "agency": N_("agency {name}"),
        "reader": N_("counter {name}"),
        "reader-root": N_("root of counters {name}"),
        "status-list": N_("status list {name}"),
        "crl": N_("revocation list {name}"),
        "credential-type": N_("kind of document {name}"),
        "recognised": N_("recognised authority {name}"),
        "root": N_("root number {name}"),
        "purpose": N_("purpose {name}"),
    }
)


def change_lines(change: Mapping[str, Any], *, window: bool = False) -> Iterator[str]:
    """Say what an update did, from `ChangeSummary.to_json`; to a counter's window without any command.

    A terminal has times in UTC, as `trust show` has them; a window those of the clock on the wall.
    """
    said_time = _moment if window else _time
    yield _ACTIONS[change["action"]].format(name=marked(change["name"]))
    if change["action"] == "unchanged":
        yield "  " + tr("It is the one of {time}, which you have.").format(
            time=said_time(change["issued_at"])
        )
    details = change["details"]
    if change["before"] is not None and change["action"] == "updated":
        times = {"before": said_time(change["before"]), "now": said_time(change["issued_at"])}
        yield "  " + tr("from {before} to {now}").format(**times)
    else:  # of somebody new everything is new
        details = [each for each in details if each["change"] in _TOLD]
    for each in details[:_MOST_DETAILS]:
        yield f"  {_detail(each, window=window)}"
    if more := len(details[_MOST_DETAILS:]):
        yield "  " + tr("and {n} more").format(n=more)


def _detail(each: Mapping[str, str], *, window: bool) -> str:
    name = marked(each["name"])
    if each["change"] == "waits":
        waits = (
            tr("purpose {name} lets counters do more: it does not count before somebody here lets it")
            if window
            else tr("purpose {name} lets counters do more: it does not count before `trust confirm`")
        )
        return f"! {waits.format(name=name)}"
    if each["change"] == "held-back":
        sentence = in_window(each["kind"]) if window else explain(each["kind"])
        return f"! {name}: {sentence.what} {sentence.do} [{each['kind']}]"
    what = _KINDS[each["kind"]].format(name=name) if each["kind"] in _KINDS else f"{each['kind']} {name}"
    return _CHANGES[each["change"]].format(what=what)


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
        yield "! " + tr("cannot be read any more: {fingerprint}").format(fingerprint=grouped(each))


_LABELS: Final = (
    N_("fingerprint"),
    N_("believed"),
    N_("issuers"),
    N_("counters"),
    N_("recognises"),
    N_("signed"),
    N_("enough until"),
    N_("root"),
    N_("documents"),
    N_("published"),
    N_("pinned"),
    N_("issuer"),
)


def _row(label: str, value: str) -> str:
    column = max(_COLUMN, *(width(tr(each)) for each in _LABELS))
    return f"  {padded(label, column)} {value}"


def _authority(each: Mapping[str, Any]) -> Iterator[str]:
    head = tr("{name} ({country}), a list of issuers and counters")
    yield head.format(name=marked(each["name"]), country=each["country"])
    yield _row(tr("fingerprint"), grouped(each["fingerprint"]))
    if each["recognised_by"] is not None:
        because = tr("because {authority} recognises it, for:")
        yield _row(tr("believed"), because.format(authority=marked(each["recognised_by"])))
        yield _row("", tr(", ").join(each["scope"]) or tr("nothing"))
    publish = tr("{n}, of which {agencies} publish here themselves")
    yield _row(tr("issuers"), publish.format(n=each["issuers"], agencies=each["agencies"]))
    roots = each["reader_roots"]
    yield _row(tr("counters"), ntr("under {n} root", "under {n} roots", roots).format(n=roots))
    if each["recognises"]:
        yield _row(tr("recognises"), tr(", ").join(marked(name) for name in each["recognises"]))
    yield _row(tr("signed"), f"{_time(each['issued_at'])}, {_ago(each['age'])}")
    yield _row(tr("enough until"), _time(each["good_until"]))
    for part in each["held_back"]:
        agency = tr("agency {name}").format(name=part["agency"])
        yield f"  ! {agency}: {_sentence(part['code'])}"
    yield from _notices(each["notices"], "  ")


def _agency(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"{marked(each['name'])} ({each['country']})"
    yield _row(tr("root"), grouped(each["fingerprint"]))
    words = [marked(name) if name else tr("you") for name in each["sources"]]
    by = tr("by the word of {names}").format(names=tr(", ").join(words) or tr("nobody"))
    yield _row(tr("believed"), by)
    yield _row(tr("documents"), tr(", ").join(each["doc_types"]) or tr("none"))
    yield _row(tr("counters"), str(each["readers"]))
    yield _row(tr("published"), _ago(each["age"]))
    yield _row(tr("enough until"), _time(each["enough_until"]))
    yield from _notices(each["notices"], "  ")


def _imported(each: Mapping[str, Any]) -> Iterator[str]:
    yield tr("{name}, an imported list of issuers").format(name=marked(each["provider"]))
    yield _row(tr("pinned"), grouped(each["fingerprint"]))
    yield _row(tr("signed"), f"{_time(each['issued_at'])}, {_ago(each['age'])}")
    if each["good_until"] is not None:
        yield _row(tr("enough until"), _time(each["good_until"]))
    for name in each["issuers"]:
        yield _row(tr("issuer"), marked(name))
    yield from _notices(each["notices"], "  ")


def _purpose(each: Mapping[str, Any]) -> str:
    if each["enough_until"] is None:
        none = tr("For {purpose} there is no status list: nothing can be decided.")
        return f"! {none.format(purpose=each['id'])}"
    over = each["state"] == "expired"
    words = (
        tr("For {purpose} this was enough until {time}")
        if over
        else tr("For {purpose} this is enough until {time}")
    )
    return ("! " if over else "") + words.format(purpose=each["id"], time=_time(each["enough_until"]))


def waiting_lines(waiting: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Say which purposes wait for a person, and what they let counters do; of `describe` as plain values."""
    for each in waiting:
        titles = each["titles"]
        title = marked(titles.get(current(), titles["en"]))
        waits = tr("{purpose}: {title} (by {publisher}) waits for you")
        yield "! " + waits.format(purpose=each["id"], title=title, publisher=marked(each["publisher"]))
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


def _ago(seconds: float) -> str:
    return tr("{age} ago").format(age=age_in_words(seconds))


def _moment(text: str) -> str:
    return dates.moment(datetime.fromisoformat(text))


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"
