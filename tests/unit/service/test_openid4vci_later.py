"""What comes later than a credential request: decisions, notifications, renewal."""

from __future__ import annotations

from counterproof.mdoc.issuer_signed import IssuerSigned
from issuer.register import Status
from tests.kit.service import Running, documents, error, shopper

# --- what comes later


def test_what_a_clerk_must_decide_comes_later(service: Running) -> None:
    wallet = shopper(service, needs_decision=True)
    request = wallet.request(2)
    answer = wallet.credential(request)
    assert answer.status_code == 202
    transaction = answer.json()["transaction_id"]
    assert wallet.credential(request).json() == answer.json()
    body = {"transaction_id": transaction}
    waiting = service.post("/deferred_credential", json=body, headers=wallet.bearer)
    assert (waiting.status_code, waiting.json()["transaction_id"]) == (202, transaction)
    (application,) = [
        each for each in service.agency.register.online.applications(subject="A-17") if not each.decided_at
    ]
    service.agency.online.decide(application.application_id, approve=True, reason="papers-checked")
    came = service.post("/deferred_credential", json=body, headers=wallet.bearer)
    issued = documents(came)
    keys = [IssuerSigned.from_bytes(each).mso.device_key.public_key() for each in issued]
    assert keys == [key.public_key() for key in wallet.keys]
    again = service.post("/deferred_credential", json=body, headers=wallet.bearer)
    assert again.content == came.content  # an answer that was lost comes again
    told = {"notification_id": came.json()["notification_id"], "event": "credential_accepted"}
    assert service.post("/notification", json=told, headers=wallet.bearer).status_code == 204
    over = service.post("/deferred_credential", json=body, headers=wallet.bearer)
    assert error(over) == "invalid_transaction_id"


def test_what_a_clerk_refuses_is_denied(service: Running) -> None:
    wallet = shopper(service, needs_decision=True)
    transaction = wallet.credential().json()["transaction_id"]
    (application,) = [
        each for each in service.agency.register.online.applications(subject="A-17") if not each.decided_at
    ]
    service.agency.online.decide(application.application_id, approve=False, reason="no-proof-of-address")
    body = {"transaction_id": transaction}
    refused = service.post("/deferred_credential", json=body, headers=wallet.bearer)
    assert error(refused) == "credential_request_denied"
    stranger = shopper(service)
    theirs = service.post("/deferred_credential", json=body, headers=stranger.bearer)
    assert error(theirs) == "invalid_transaction_id"


def test_notifications_are_heard_once_and_again(service: Running) -> None:
    wallet = shopper(service)
    told = {"notification_id": wallet.credential().json()["notification_id"]}
    for event in ("credential_accepted", "credential_accepted", "credential_deleted"):
        answer = service.post("/notification", json=told | {"event": event}, headers=wallet.bearer)
        assert answer.status_code == 204
    wrong = service.post("/notification", json=told | {"event": "sold"}, headers=wallet.bearer)
    assert error(wrong) == "invalid_notification_request"
    unknown = {"notification_id": "x", "event": "credential_accepted"}
    assert error(service.post("/notification", json=unknown, headers=wallet.bearer)) == (
        "invalid_notification_id"
    )


def test_new_copies_can_be_had_some_hours_later(service: Running) -> None:
    wallet = shopper(service)
    documents(wallet.credential())
    assert wallet.renew().status_code == 200
    assert error(wallet.credential()) == "credential_request_denied"
    service.clock.advance(6 * 3600 + 1)
    assert wallet.renew().status_code == 200
    assert len(documents(wallet.credential())) == 2


def test_an_answer_lost_on_the_way_ends_no_refresh_token(service: Running) -> None:
    wallet = shopper(service)
    first = wallet.refresh
    assert wallet.renew().status_code == 200
    lost = wallet.refresh
    wallet.refresh = first
    assert wallet.renew().status_code == 200
    newest = wallet.refresh
    wallet.refresh = lost
    assert error(wallet.renew()) == "invalid_grant"
    wallet.refresh = newest
    assert wallet.renew().status_code == 200


def test_what_was_withdrawn_is_not_renewed(service: Running) -> None:
    wallet = shopper(service)
    documents(wallet.credential())
    batch = service.agency.register.list(after=service.agency.register.counts().acts - 1)[0]
    service.agency.revoke(batch.batch_id, reason="moved-away")
    assert service.agency.register.list(status=Status.REVOKED)
    service.clock.advance(7 * 3600)
    assert error(wallet.renew()) == "invalid_grant"


def test_a_person_whom_the_source_does_not_know_is_denied(service: Running) -> None:
    wallet = shopper(service, subject="nobody")
    assert error(wallet.credential()) == "credential_request_denied"
