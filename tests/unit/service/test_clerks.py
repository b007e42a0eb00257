"""The interface for clerks: tokens and roles, idempotency keys, search, and text that is only text."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from issuer.register.online_model import Role
from tests.kit.service import RESIDENCY, OtherWallet, Running, running, shopper

if TYPE_CHECKING:
    from pathlib import Path

OFFER = {"type": "residency", "subject": "A-17", "copies": 2}


def test_an_offer_that_a_program_makes_is_taken_by_a_wallet(service: Running) -> None:
    headers = service.token(name="anna")
    made = service.post("/api/v1/offers", json=OFFER, headers=headers)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    offer = made.json()
    assert offer["short_link"].startswith("openid-credential-offer://?credential_offer_uri=")
    assert len(offer["tx_code"]) == 6
    every = service.get("/api/v1/offers", params={"subject": "A-17"}, headers=headers).json()
    assert offer["offer_id"] in [each["offer_id"] for each in every]
    assert "link" not in every[0]  # a link is shown once, to who made it
    (act,) = [
        each.act for each in service.agency.register.acts(limit=1000) if each.act.target == offer["offer_id"]
    ]
    assert (act.who, act.action) == ("anna", "offer")
    path = f"/api/v1/offers/{offer['offer_id']}"
    taken = service.post(f"{path}/withdraw", json={"reason": "wrong-person"}, headers=headers)
    assert taken.status_code == 204
    assert service.get(path, headers=headers).json()["state"] == "withdrawn"
    again = service.post(f"{path}/withdraw", json={"reason": "wrong-person"}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "register.offer-over")


@pytest.mark.scenario("issuer", "double-submit")
def test_fifty_identical_orders_at_once_make_one_offer(service: Running) -> None:
    headers = service.token() | {"Idempotency-Key": "order-7"}
    before = len(service.agency.register.online.offers(limit=1000))
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda _: service.post("/api/v1/offers", json=OFFER, headers=headers), range(50))
        )
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.content for answer in answers}) == 1
    assert len(service.agency.register.online.offers(limit=1000)) == before + 1
    other = service.post("/api/v1/offers", json=OFFER | {"copies": 3}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "register.idempotency-mismatch")
    # The key is the token's own: somebody else's order under the same key is another order.
    theirs = service.post(
        "/api/v1/offers", json=OFFER, headers=service.token(name="ben") | {"Idempotency-Key": "order-7"}
    )
    assert theirs.status_code == 201


@pytest.mark.scenario("issuer", "authz")
def test_a_clerk_of_another_agency_is_refused_and_that_is_logged(
    service: Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as other:
        theirs = other.token()
    wallet = shopper(service)
    wallet.credential()
    batch = service.agency.register.list()[-1].batch_id
    capfd.readouterr()
    offered = service.post("/api/v1/offers", json=OFFER, headers=theirs)
    status = {"target": batch, "action": "revoke", "reason": "stolen"}
    revoked = service.post("/api/v1/status", json=status, headers=theirs)
    for answer in (offered, revoked):
        assert (answer.status_code, answer.json()["code"]) == (403, "agency.other-agency")
    assert "".join(capfd.readouterr()).count("agency.other-agency") == 2
    assert service.agency.register.show(batch).summary.revoked == 0


def test_roles_do_what_they_may(service: Running) -> None:
    auditor = service.token(Role.AUDITOR)
    assert service.get("/api/v1/batches", headers=auditor).status_code == 200
    assert service.get("/api/v1/metrics", headers=auditor).text.startswith("# HELP")
    refused = service.post("/api/v1/offers", json=OFFER, headers=auditor)
    assert (refused.status_code, refused.json()["code"]) == (403, "service.role")
    ended = service.agency.access.add("carla", Role.CLERK)
    service.agency.access.end(ended.token.token_id)
    header = {"Authorization": f"Bearer {ended.secret}"}
    assert service.get("/api/v1/state", headers=header).status_code == 401
    assert service.get("/api/v1/state").status_code == 401
    assert ended.secret not in json.dumps([str(each) for each in service.agency.access.tokens()])


def test_a_token_ends_by_itself(service: Running) -> None:
    short = service.agency.access.add("dora", Role.CLERK, life_days=1)
    header = {"Authorization": f"Bearer {short.secret}"}
    assert service.get("/api/v1/offers", headers=header).status_code == 200
    service.clock.advance(86_400)
    assert service.get("/api/v1/offers", headers=header).status_code == 401


def test_applications_are_decided_by_name(service: Running) -> None:
    headers = service.token(name="supervisor-1", role=Role.SUPERVISOR)
    wallet = shopper(service, needs_decision=True)
    assert wallet.credential().status_code == 202
    (waiting,) = service.get("/api/v1/applications", params={"state": "waiting"}, headers=headers).json()
    assert not {"device_keys", "request"} & waiting.keys()
    path = f"/api/v1/applications/{waiting['application_id']}/decide"
    decided = service.post(path, json={"approve": True, "reason": "papers-checked"}, headers=headers)
    assert (decided.json()["state"], decided.json()["decided_by"]) == ("approved", "supervisor-1")
    again = service.post(path, json={"approve": False, "reason": "papers-checked"}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "register.decided-already")


def test_statuses_change_by_batch_and_by_copy(service: Running) -> None:
    headers = service.token()
    shopper(service).credential()
    batch = service.get("/api/v1/batches", params={"subject": "A-17", "limit": 1000}, headers=headers).json()[
        -1
    ]["batch_id"]

    def change(action: str, target: str) -> tuple[int, object]:
        body = {"target": target, "action": action, "reason": "lost"}
        answer = service.post("/api/v1/status", json=body, headers=headers)
        return answer.status_code, answer.json().get("copies", answer.json().get("code"))

    assert change("suspend", f"{batch}.1") == (200, 1)
    assert change("reinstate", batch) == (200, 1)
    assert change("revoke", batch) == (200, 2)
    assert change("revoke", batch) == (409, "register.already-revoked")
    shown = service.get(f"/api/v1/batches/{batch}", headers=headers).json()
    assert [copy["status"] for copy in shown["credentials"]] == ["revoked", "revoked"]


INJECTIONS = (
    "'; DROP TABLE batches; --",
    '" OR 1=1 --',
    "A-17' UNION SELECT value FROM settings --",
    "%' AND 1=0 UNION ALL SELECT sqlite_version() --",
    "\\'; VACUUM; --",
)


@pytest.mark.scenario("issuer", "sql")
@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_every_field_is_text(service: Running, text: str) -> None:
    headers = service.token()
    before = service.agency.register.counts().batches
    for path in ("/api/v1/offers", "/api/v1/applications", "/api/v1/batches"):
        assert service.get(path, params={"subject": text}, headers=headers).json() == []
    for path in (f"/api/v1/batches/{text}", f"/api/v1/offers/{text}"):
        assert service.get(path, headers=headers).status_code == 404
    typed = service.get("/api/v1/batches", params={"type": text}, headers=headers)
    assert typed.status_code == 404
    made = service.post("/api/v1/offers", json=OFFER | {"subject": text}, headers=headers).json()
    assert made["subject"] == text
    for body in ({"target": text, "action": "revoke", "reason": "lost"}, {**OFFER, "type": text}):
        path = "/api/v1/status" if "target" in body else "/api/v1/offers"
        assert service.post(path, json=body, headers=headers).status_code in (400, 404)
    wallet = OtherWallet(service, service.offer())
    assert wallet.token(**{"pre-authorized_code": text}).status_code == 400
    assert service.agency.register.counts().batches == before
    service.agency.register.verify_log()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json.malformed"),
        (b"[]", "json.malformed"),
        (b'{"type": "residency", "type": "mdl"}', "json.malformed"),
        (b'{"type": "residency"}', "json.form"),
        (b'{"type": "residency", "subject": "A-17", "colour": 1}', "json.form"),
        (b'{"type": "residency", "subject": ""}', "register.bad-name"),
        (b'{"type": "residency", "subject": "A-17", "copies": 0}', "agency.copies"),
        (b'{"type": "residency", "subject": "A-17", "minutes": 999999999999999999}', "agency.offer-life"),
        (b'{"type": "residency", "subject": "A-17", "minutes": -1}', "agency.offer-life"),
        (b'{"type": "passport", "subject": "A-17"}', "agency.no-such-type"),
    ],
)
def test_orders_that_cannot_be_are_said_so(service: Running, body: bytes, code: str) -> None:
    headers = service.token() | {"Content-Type": "application/json"}
    answer = service.post("/api/v1/offers", content=body, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    assert answer.json()["title"]


def test_the_description_names_every_path(service: Running) -> None:
    described = service.get("/openapi.json").json()
    paths = set(described["paths"])
    assert {"/token", "/nonce", "/credential", "/deferred_credential", "/notification"} <= paths
    assert {"/api/v1/offers", "/api/v1/applications", "/api/v1/status"} <= paths
    assert RESIDENCY not in json.dumps(described)
