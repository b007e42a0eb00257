"""Another maker's Python library, timed in an environment of its own: `python python_peer.py NAME JOB.json`.

Prints CPU microseconds as JSON: of two bare verifications or one signature, and of the library's whole work.
It knows nothing of this project, and runs where this project is not installed.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, BATCH = 61, 8


def interleave(variants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median CPU microseconds of a call of each variant, measured turn by turn."""
    samples: dict[str, list[float]] = {name: [] for name in variants}
    for call in variants.values():
        call()
    for _ in range(ROUNDS):
        for name, call in variants.items():
            began = time.process_time()
            for _ in range(BATCH):
                call()
            samples[name].append((time.process_time() - began) / BATCH * 1e6)
    return {name: statistics.median(values) for name, values in samples.items()}


class Job:
    """What both sides work on: a root, a signer, responses of different holders, a session."""

    def __init__(self, path: str) -> None:
        job = json.loads(Path(path).read_text())
        self.root = x509.load_der_x509_certificate(bytes.fromhex(job["root"]))
        self.signer = x509.load_der_x509_certificate(bytes.fromhex(job["signer"]))
        self.key: Any = serialization.load_der_private_key(bytes.fromhex(job["signer_key"]), None)
        self.responses = [bytes.fromhex(each) for each in job["responses"]]
        self.transcript = bytes.fromhex(job["transcript"])
        self.doc_type, self.namespace = job["doc_type"], job["namespace"]
        self.elements = job["elements"]
        self._turn = 0

    def response(self) -> bytes:
        """Return the next holder's response."""
        self._turn += 1
        return self.responses[self._turn % len(self.responses)]


def openvc(job: Job) -> dict[str, Callable[[], object]]:
    from openvc.mdoc import verify_device_response

    def verify() -> None:
        verify_device_response(job.response(), trust_anchors=[job.root], session_transcript=job.transcript)

    return {"verify": verify}


def isomdoc(job: Job) -> dict[str, Callable[[], object]]:
    import cbor2
    from isomdoc.create.create_mdoc import create_mdoc
    from isomdoc.verify.verify_mdoc import verify_device_response

    session = cbor2.loads(job.transcript)
    device = ec.generate_private_key(ec.SECP256R1()).public_key()

    def issue() -> None:
        made = create_mdoc(job.doc_type, [job.signer], job.key)
        for name, value in job.elements.items():
            made.add_data_item(job.namespace, name, value)
        made.generate_credential(device)

    return {"verify": lambda: verify_device_response(job.response(), session), "issue": issue}


def pymdoccbor(job: Job) -> dict[str, Callable[[], object]]:
    from pymdoccbor.mdoc.issuer import MdocCborIssuer
    from pymdoccbor.mdoc.verifier import MdocCbor

    numbers = job.key.private_numbers()
    point = numbers.public_numbers
    size = 32
    private = {
        "KTY": "EC2",
        "CURVE": "P_256",
        "ALG": "ES256",
        "D": numbers.private_value.to_bytes(size, "big"),
        "X": point.x.to_bytes(size, "big"),
        "Y": point.y.to_bytes(size, "big"),
    }
    chain = [job.signer.public_bytes(serialization.Encoding.DER)]
    today = datetime.now(UTC).date()
    validity = {"issuance_date": str(today), "expiry_date": str(today + timedelta(days=300))}
    device = {"KTY": "EC2", "CURVE": "P_256", "X": private["X"], "Y": private["Y"]}

    def verify() -> None:
        read = MdocCbor()
        read.loads(job.response())
        assert read.verify([job.root])

    def issue() -> None:
        maker = MdocCborIssuer(private_key=private, alg="ES256")
        data = {job.namespace: dict(job.elements)}
        maker.new(data, job.doc_type, validity=validity, devicekeyinfo=device, x509_chain=chain)
        maker.dump()

    return {"verify": verify, "issue": issue}


def main(name: str, path: str) -> None:
    """Measure and print."""
    job = Job(path)
    scheme = ec.ECDSA(hashes.SHA256())
    message = b"x" * 600
    signature, public = job.key.sign(message, scheme), job.key.public_key()
    own = {"openvc": openvc, "isomdoc": isomdoc, "pymdoccbor": pymdoccbor}[name](job)

    def two() -> None:
        public.verify(signature, message, scheme)
        public.verify(signature, message, scheme)

    print(json.dumps(interleave({"two verifies": two, "sign": lambda: job.key.sign(message, scheme), **own})))


if __name__ == "__main__":
    main(*sys.argv[1:])
