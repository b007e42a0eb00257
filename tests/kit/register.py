"""A register with a signer and a status list, and batches to record in it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from issuer.register import BatchRecord, CredentialRecord, Register, Signer, SignerRole

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO = "clerk"
SIGNER = Signer(
    role=SignerRole.DOCUMENT,
    certificate=b"a certificate",
    not_before=AT - timedelta(days=1),
    not_after=AT + timedelta(days=456),
    sign_until=AT + timedelta(days=89),
)


def found(path: Path | str, *, bits: int = 2, size: int = 1 << 20) -> tuple[Register, int]:
    """Return a new register and the number of its status list."""
    register = Register.create(path, settings={"name": "Harbour Borough"}, who=WHO, at=AT)
    register.add_signer(SIGNER, who=WHO, at=AT)
    list_id = register.create_status_list("https://example.org/1", size=size, bits=bits, who=WHO, at=AT)
    return register, list_id


def a_batch(register: Register, list_id: int, copies: int = 2, **more: Any) -> BatchRecord:
    """Return a batch with freshly allocated indices."""
    indices = register.allocate_indices(list_id, copies)
    fields: dict[str, Any] = {
        "doc_type": "org.example.pass.1",
        "doc_type_version": 1,
        "subject": "A-1",
        "signer": SIGNER.fingerprint,
        "list_id": list_id,
        "credentials": tuple(
            CredentialRecord(mso_digest=os.urandom(32), device_key=os.urandom(32), index=index)
            for index in indices
        ),
        "valid_from": AT,
        "valid_until": AT + timedelta(days=30),
        "who": WHO,
    }
    return BatchRecord(**{**fields, **more})
