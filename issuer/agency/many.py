"""Several people with a request each: all of it checked before anything is issued, then one after the other.

A request belongs to a person by its file's name: `REFERENCE.cprequest`, the agency's own reference. What was
answered before is answered again and not twice, so a run that broke off is simply started anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.handover.limits import LIMITS
from counterproof.handover.request import SUFFIX, request_hash
from counterproof.mdoc.errors import CounterproofError, LimitError, UsageError
from counterproof.optics.limits import LIMITS as OPTICS
from counterproof.sealing import files
from issuer.agency import leave
from issuer.agency.scanning import is_code, request_in
from issuer.register.bulk import issuing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from issuer.agency.agency import Agency
    from issuer.agency.issuing import Issued, Plan
    from issuer.register.allowance import Wanted
    from issuer.subjects import Subject

_NAME = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A person and their request; `path` is its file."""

    subject: Subject
    path: Path
    request: bytes


class RequestsError(UsageError):
    """Nothing was issued; `problems` says of each request that cannot be answered why not."""

    def __init__(self, problems: Sequence[tuple[str, CounterproofError]], count: int) -> None:
        super().__init__("agency.requests-refused", problems=len(problems), count=count)
        self.problems = tuple(problems)


def read_request(path: Path) -> bytes:
    """Return the request in a file, or in the code that it is a picture or the text of.

    Raises LimitError and StoreError `sealing.*`, and as `request_in`.
    """
    content = files.read_regular(path, limit=OPTICS.file_bytes)
    if is_code(content):
        return request_in(content)
    if len(content) > LIMITS.request:
        raise LimitError("sealing.too-large", bytes=len(content), limit=LIMITS.request)
    return content


def match(folder: Path, subjects: Sequence[Subject]) -> tuple[Asked, ...]:
    """Find the request of each person in a folder; who has none there is passed over.

    Raises UsageError `agency.no-requests` where nobody has one, StoreError `sealing.*`.
    """
    with files.plain_errors():
        found = {path.name.removesuffix(SUFFIX): path for path in folder.glob(f"*{SUFFIX}")}
    asked = [
        Asked(subject, found[subject.reference], read_request(found[subject.reference]))
        for subject in subjects
        if subject.reference in found
    ]
    if not asked:
        raise UsageError("agency.no-requests", suffix=SUFFIX)
    return tuple(asked)


def check_all(
    agency: Agency, doc_type: str, asked: Sequence[Asked], *, valid_days: int | None = None
) -> tuple[Plan, ...]:
    """Plan every batch that was not issued before; raise RequestsError with all that cannot be."""
    problems: list[tuple[str, CounterproofError]] = []
    plans: dict[bytes, Plan] = {}
    for each in asked:
        try:
            if agency.answered(each.request, doc_type, each.subject.reference) is None:
                plan = agency.plan(each.request, doc_type, each.subject, valid_days=valid_days)
                if plans.setdefault(plan.request.nonce, plan) is not plan:
                    problems.append((each.path.name, UsageError("agency.offer-twice")))
        except CounterproofError as error:
            problems.append((each.path.name, error))
    if problems:
        raise RequestsError(problems, len(asked))
    return tuple(plans.values())


def wanted(agency: Agency, doc_type: str, asked: Sequence[Asked]) -> Wanted:
    """Return what a second person is to agree to, where these requests are of more people than one may do."""
    new = [each for each in asked if agency.answered(each.request, doc_type, each.subject.reference) is None]
    agreed = leave.digest_of(doc_type, *sorted(request_hash(each.request) for each in asked))
    return issuing(agreed.hex()[:_NAME], agreed, len(new), len(asked))


def issue_all(
    agency: Agency, doc_type: str, asked: Sequence[Asked], *, valid_days: int | None = None
) -> Iterator[tuple[Asked, Issued]]:
    """Issue to one person after the other; each is on the disk when it is given out.

    Raises UsageError `agency.two-persons` before the first where they are too many for one person.
    """
    these = wanted(agency, doc_type, asked)
    if these.documents:
        leave.begin(agency.desk, these)
    for each in asked:
        yield each, agency.issue(each.request, doc_type, each.subject, valid_days=valid_days)
    leave.finish(agency.desk, these, changed=len(asked))
