"""Goals 1, 2 and 4: issuing, verifying and strict decoding beside the bare primitives, in one process.

`python -m bench.core [--json FILE] [--rounds N]`. Variants take turns of a few milliseconds and are measured
in CPU time; of each the median over the rounds counts. Ratios mean something on a noisy machine, microseconds
do not; even ratios suffer from a busy neighbour on the same core, as Python needs more of the caches than a
signature does.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cbor2
import click
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import decode_exact, decode_outer, decode_plain, encode
from counterproof.mdoc.certificates.build import (
    Subject,
    Validity,
    build_document_signer,
    build_iaca,
    build_status_signer,
)
from counterproof.mdoc.cose import CoseKey, SoftwareSigner
from counterproof.mdoc.device_response import DeviceResponse, Document
from counterproof.mdoc.device_signed import DeviceSigned
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.mdoc.mso import ValidityInfo
from counterproof.mdoc.verification.checks import PASSED, CheckId
from counterproof.mdoc.verification.policy import COUNTER, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.status import ListedStatuses
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NAMESPACE = "org.iso.18013.5.1"
DOC_TYPE = "org.iso.18013.5.1.mDL"
LIST_URI = "https://s.harbour.example/1"
INDEX = 1234
COPIES = 25
"""How many one-time copies a card of the bench has; each is a document with a key of its own."""
# A handover that every library knows (OpenID4VP 1.0, B.2.6.1), so that all can be given the same responses.
TRANSCRIPT = b"\x83\xf6\xf6\x82\x71OpenID4VPHandover\x58\x20" + bytes(32)


class Agency:
    """Keys, certificates and one status list in memory."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        root_key, self.ds_key, status_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        validity = Validity(not_before=at - timedelta(days=30), not_after=at + timedelta(days=400))
        root = build_iaca(
            Subject(common_name="Harbour Borough IACA", country="UT"),
            root_key,
            Validity(not_before=at - timedelta(days=60), not_after=at + timedelta(days=2000)),
            contact="https://harbour.example",
            crl_url="https://harbour.example/crl",
            random=os.urandom,
        )
        self.root = root.certificate
        subject = Subject(common_name="Harbour DS", country="UT")
        self.ds = build_document_signer(
            root,
            subject,
            self.ds_key.public_key(),
            validity,
            crl_url="https://h.example/c",
            random=os.urandom,
        )
        status_signer = build_status_signer(
            root,
            Subject(common_name="Harbour status", country="UT"),
            status_key.public_key(),
            validity,
            random=os.urandom,
        )
        token = build_status_token(
            SoftwareSigner(status_key),
            [status_signer],
            uri=LIST_URI,
            issued_at=at - timedelta(hours=1),
            expires_at=at + timedelta(days=7),
            ttl=timedelta(hours=12),
            status_list=StatusList.empty(1 << 20),
        )
        lists = StatusLists()
        lists.add(token, anchors=[self.root], at=at)
        self.statuses = ListedStatuses(lists)

    def template(self, elements: int) -> IssuingTemplate:
        """Return a template for a document of that many text elements."""
        validity = ValidityInfo(self.at, self.at, self.at + timedelta(days=300))
        names = [f"element_{number:02d}" for number in range(elements)]
        return IssuingTemplate(
            DOC_TYPE,
            {NAMESPACE: names},
            validity=validity,
            signer=SoftwareSigner(self.ds_key),
            chain=[self.ds.der],
            status_uri=LIST_URI,
        )

    def trust(self) -> TrustedIssuers:
        """Return a fresh trust set with no signer remembered."""
        return TrustedIssuers((TrustAnchor(self.root, frozenset({DOC_TYPE}), "Harbour Borough"),))


def interleave(variants: dict[str, Callable[[], object]], rounds: int, batch: int) -> dict[str, float]:
    """Return the median CPU microseconds of one call of each variant, measured turn by turn."""
    samples: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, call in variants.items():
            start = time.process_time()
            for _ in range(batch):
                call()
            samples[name].append((time.process_time() - start) / batch * 1e6)
    return {name: statistics.median(values) for name, values in samples.items()}


def issuing(agency: Agency, elements: int, rounds: int) -> dict[str, float]:
    """Goal 1: documents issued beside bare signatures: as copies of one card, and one by one."""
    template = agency.template(elements)
    values = [encode(f"value number {number}") for number in range(elements)]
    device = CoseKey.from_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    scheme = ec.ECDSA(hashes.SHA256())
    turn = range(COPIES)
    times = interleave(
        {
            "sign": lambda: [agency.ds_key.sign(b"x" * 600, scheme) for _ in turn],
            "copies": lambda: template.issue_copies(values, [(device, INDEX)] * COPIES, os.urandom),
            "issue": lambda: [template.issue(values, device, os.urandom, INDEX) for _ in turn],
        },
        rounds,
        1,
    )
    times = {name: total / COPIES for name, total in times.items()}
    return {**times, "share": times["sign"] / times["copies"], "one by one": times["sign"] / times["issue"]}


def presentations(agency: Agency, elements: int, shown: int, count: int) -> list[bytes]:
    """Make responses of different holders, so that no device key is seen twice."""
    template = agency.template(elements)
    values = [encode(f"value number {number}") for number in range(elements)]
    wanted = {(NAMESPACE, f"element_{number:02d}") for number in range(shown)}
    made = []
    for _ in range(count):
        key = ec.generate_private_key(ec.SECP256R1())
        issued = template.issue(values, CoseKey.from_public_key(key.public_key()), os.urandom, INDEX)
        part = IssuerSigned.from_bytes(issued.issuer_signed).disclose(wanted)
        signed = DeviceSigned.sign(SoftwareSigner(key), TRANSCRIPT, DOC_TYPE)
        made.append(DeviceResponse([Document(DOC_TYPE, part, signed)]).to_bytes())
    return made


def verifying(agency: Agency, elements: int, shown: int, rounds: int) -> dict[str, float]:
    """Goal 2: whole verdicts, signer cached and not, status checked, beside two bare verifies."""
    # More than the verifier remembers keys of, so that no device key is known when it comes round again.
    responses = presentations(agency, elements, shown, 320)
    request = RequestedDocument(DOC_TYPE, tuple((NAMESPACE, f"element_{n:02d}") for n in range(shown)))
    exchange = tuple(
        PASSED[check] for check in (CheckId.EXCHANGE_CLOCK, CheckId.EXCHANGE_FRESH, CheckId.EXCHANGE_REPLAY)
    )
    presentation = Presentation(Mode.TWO_WAY, TRANSCRIPT, exchange, (request,))
    trust = agency.trust()
    turn = iter(range(10**9))

    def verify(trusted: TrustedIssuers) -> None:
        report = verify_device_response(
            responses[next(turn) % len(responses)],
            presentation,
            trust=trusted,
            policy=COUNTER,
            at=agency.at,
            statuses=agency.statuses,
        )
        if report.verdict is not Verdict.ACCEPTED:
            raise AssertionError(report.code)

    scheme = ec.ECDSA(hashes.SHA256())
    signature = agency.ds_key.sign(b"x" * 600, scheme)
    public = agency.ds_key.public_key()
    times = interleave(
        {
            "two verifies": lambda: (
                public.verify(signature, b"x" * 600, scheme),
                public.verify(signature, b"x" * 600, scheme),
            ),
            "cached": lambda: verify(trust),
            "uncached": lambda: verify(agency.trust()),
        },
        rounds,
        16,
    )
    return {
        **times,
        "share": times["two verifies"] / times["cached"],
        "uncached / cached": times["uncached"] / times["cached"],
    }


def decoding(agency: Agency, rounds: int) -> dict[str, float]:
    """Goal 4: strict decoding beside `cbor2.loads`, over a response and everything nested in it.

    The same pieces on both sides; strict decoding takes the nested ones in one call and hands on that the
    response was plain, as the verifier does.
    """
    response = presentations(agency, 12, 6, 1)[0]
    whole = cbor2.loads(response)
    signed = whole["documents"][0]["issuerSigned"]
    nested = [tag.value for tag in signed["nameSpaces"][NAMESPACE]]
    nested.append(cbor2.loads(signed["issuerAuth"][2]).value)
    pieces = [response, *nested]

    def strict() -> list[Any]:
        value, plain = decode_outer(response, LIMITS.message)
        inside = decode_plain(nested, LIMITS.mso, inside_plain=plain)
        if inside is None:
            raise AssertionError
        return [value, *inside]

    if [decode_exact(piece) for piece in pieces] != strict():
        raise AssertionError
    times = interleave(
        {
            "loads": lambda: [cbor2.loads(piece) for piece in pieces],
            "strict": strict,
            "strict, one by one": lambda: [decode_exact(piece) for piece in pieces],
        },
        rounds,
        50,
    )
    return {**times, "ratio": times["strict"] / times["loads"]}


def measure(rounds: int) -> dict[str, Any]:
    """Run everything and return figures beside goals."""
    agency = Agency()
    issue12, issue25 = issuing(agency, 12, rounds), issuing(agency, 25, rounds)
    verify12, verify25 = verifying(agency, 12, 6, rounds), verifying(agency, 25, 8, rounds)
    decode = decoding(agency, rounds)
    return {
        "issue / bare sign, 12 elements": (issue12["share"], ">=", 0.45, issue12),
        "issue / bare sign, 25 elements": (issue25["share"], ">=", 0.35, issue25),
        "verify / two bare verifies, 6 of 12": (verify12["share"], ">=", 0.60, verify12),
        "verify / two bare verifies, 8 of 25": (verify25["share"], ">=", 0.48, verify25),
        "uncached / cached signer, 6 of 12": (verify12["uncached / cached"], "<=", 2.0, verify12),
        "strict decoding / cbor2.loads": (decode["ratio"], "<=", 1.2, decode),
    }


@click.command()
@click.option("--rounds", default=151, show_default=True, help="Measurements of each variant.")
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(rounds: int, target: Path | None) -> None:
    """Measure goals 1, 2 and 4 and print them beside what was aimed at."""
    figures = measure(rounds)
    for name, (value, relation, goal, times) in figures.items():
        reached = value >= goal if relation == ">=" else value <= goal
        detail = ", ".join(
            f"{key} {number:.1f} us"
            for key, number in times.items()
            if "/" not in key and key not in {"share", "ratio", "one by one"}
        )
        print(
            f"{'reached' if reached else 'MISSED ':8}{name:40}{value:6.2f} (goal {relation} {goal}; {detail})"
        )
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            json.dumps(
                {
                    name: {"value": v[0], "goal": f"{v[1]} {v[2]}", "times_us": v[3]}
                    for name, v in figures.items()
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    sys.exit(main())
