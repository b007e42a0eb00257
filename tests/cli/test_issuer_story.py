"""An agency's first week, line by line (docs/guide-agency.md)."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.offer import CredentialOffer
from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.request import make_request
from counterproof.trust.published import read_published
from issuer.cli import main
from tests.kit.agency import AT, RESIDENT, Wallet
from tests.kit.portraits import face, saved
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell

INIT = 'issuer init harbour --name "Harbour Borough" --country XX --root-keys stick --status-size 65536'


ENVIRONMENT = {
    "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
    "COUNTERPROOF_AT": AT.isoformat(),
    "COUNTERPROOF_WHO": "ann",
}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(main, **ENVIRONMENT)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found an agency by the command, once: sealing four keys takes seconds."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Shell(main, **ENVIRONMENT).run(INIT)
    return folder


@pytest.fixture
def shell(empty: Shell, founded: Path) -> Shell:
    shutil.copytree(founded, Path(), dirs_exist_ok=True)
    return empty


def answer(offer: str, request: str) -> Wallet:
    """Do what `wallet request` does: answer an offer with proofs of fresh keys."""
    wallet = Wallet(CredentialOffer.from_bytes(Path(offer).read_bytes()))
    Path(request).write_bytes(wallet.request)
    return wallet


def test_from_founding_to_a_sealed_card(empty: Shell) -> None:
    shell = empty
    said = shell.run(INIT)
    assert "Harbour Borough is founded in harbour." in said
    assert "stick holds the keys of both roots" in said
    assert len(list(Path("stick").iterdir())) == 2

    assert "residency" in shell.run("issuer types harbour")
    fields = shell.run("issuer types harbour residency")
    assert re.search(r"family_name +text +yes +Family name", fields)
    assert re.search(r"age_over_18 +yes or no +no ", fields)

    shell.run("issuer offer harbour --type residency --copies 3 --out card.cpoffer")
    wallet = answer("card.cpoffer", "card.cprequest")
    Path("people.json").write_text(json.dumps(RESIDENT), "utf-8")
    Path("liisa.png").write_bytes(saved(face(), "PNG"))
    issue = "issuer issue harbour --request card.cprequest --type residency --subject-data people.json"

    said = shell.run(f"{issue} --portrait liisa.png --dry-run")
    assert "nothing was issued" in said
    assert "portrait" in said
    assert not Path("card.cpreply").exists()
    assert shell.json("issuer list harbour") == []

    said = shell.run(f"{issue} --portrait liisa.png")
    assert re.match(r"Issued [a-z2-7]{16}: 3 copies of org.counterproof.residency.1 for A-17", said)
    reply = wallet.open(Path("card.cpreply").read_bytes())
    assert len(reply.credentials) == 3
    assert len(reply.credentials[0]) < 6000, "the portrait was made small"

    assert "answered before" in shell.run(f"{issue} --portrait liisa.png")
    (batch,) = shell.json("issuer list harbour --subject A-17")
    assert (batch["copies"], batch["revoked"]) == (3, 0)

    said = shell.run("issuer publish harbour lists --days 3")
    assert "has published" in said
    assert read_published(Path("lists")).name == "Harbour Borough"


def test_a_lost_card(shell: Shell) -> None:
    shell.run("issuer offer harbour --type residency --copies 2 --out card.cpoffer")
    answer("card.cpoffer", "card.cprequest")
    Path("people.json").write_text(json.dumps([RESIDENT]), "utf-8")
    issue = "issuer issue harbour --request card.cprequest --type residency --subject-data people.json"
    batch = shell.json(issue)["batch"]

    assert "2 copies are suspended." in shell.run(f"issuer suspend harbour {batch} --reason lost")
    assert "2 copies are valid again." in shell.run(f"issuer reinstate harbour {batch} --reason found")
    assert "1 copy is revoked, for ever." in shell.run(f"issuer revoke harbour {batch}.2 --reason stolen")
    shown = shell.json(f"issuer show harbour {batch}")
    assert [(each["status"], each["reason"]) for each in shown["credentials"]] == [
        ("valid", "found"),
        ("revoked", "stolen"),
    ]
    assert "1 revoked" in shell.run("issuer list harbour --status revoked")
    assert shell.json("issuer publish harbour lists")["not_valid"] == 1
    assert "ann" in shell.run("issuer log harbour")
    head = shell.json("issuer log harbour --verify")["head"]
    shell.run(f"issuer revoke harbour {batch} --reason moved-away")
    assert "as they were written" in shell.run(f"issuer log harbour --head '{head}'")


def test_a_morning_with_a_folder_of_requests(shell: Shell) -> None:
    Path("requests").mkdir()
    for reference in ("B-1", "B-2", "B-3"):
        shell.run(f"issuer offer harbour --type library-card --copies 2 --out {reference}.cpoffer")
        answer(f"{reference}.cpoffer", f"requests/{reference}.cprequest")
    head = "subject,card_number,family_name,given_name,membership"
    rows = ("B-1,1,Tamm,Jaan,adult", "B-2,2,Kask,Mari,child", "B-3,3,Saar,Uku,adult", "B-4,4,Org,Ell,adult")
    Path("people.csv").write_text("\n".join((head, *rows)), "utf-8")
    issue = (
        "issuer issue harbour --request requests --type library-card --subject-data people.csv --out replies"
    )
    assert "Would be issued: 3. Answered before: 0." in shell.run(f"{issue} --dry-run")
    assert "Issued 3 batches with 6 copies. Answered before: 0." in shell.run(issue)
    assert sorted(path.name for path in Path("replies").iterdir()) == [f"B-{n}.cpreply" for n in (1, 2, 3)]
    Path("replies/B-2.cpreply").unlink()
    again = shell.json(issue)
    assert again["answered_before"] == 3
    assert Path("replies/B-2.cpreply").exists()


def test_one_bad_request_and_nobody_is_issued_to(shell: Shell) -> None:
    Path("requests").mkdir()
    for reference in ("B-1", "B-2"):
        shell.run(f"issuer offer harbour --type library-card --copies 1 --out {reference}.cpoffer")
        answer("B-1.cpoffer", f"requests/{reference}.cprequest")
    rows = [
        "subject,card_number,family_name,given_name,membership",
        "B-1,1,Tamm,Jaan,adult",
        "B-2,2,K,M,child",
    ]
    Path("people.csv").write_text("\n".join(rows), "utf-8")
    issue = "issuer issue harbour --request requests --type library-card --subject-data people.csv"
    assert shell.refused(issue) == "agency.requests-refused"
    assert "B-2.cprequest: Another request in the folder answers the same offer." in shell.complained
    assert shell.json("issuer list harbour") == []


def test_a_new_counter(shell: Shell) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    Path("desk.csr").write_bytes(make_request(Subject(common_name="Library desk"), key))
    line = 'issuer reader-cert harbour --request desk.csr --name "Library desk" --id HARBOUR-LIB-1'
    line += " --out desk.pem"
    assert shell.refused(line) == "agency.root-key-away"
    said = shell.run(f"{line} --root-keys stick --office HARBOUR-LIB")
    assert "Library desk (HARBOUR-LIB-1, office HARBOUR-LIB) has a certificate until 2029-08-31." in said
    assert Path("desk.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    assert "Counters          1" in shell.run("issuer publish harbour lists")
    said = shell.run("issuer revoke-reader harbour HARBOUR-LIB-1 --reason closed --root-keys stick")
    assert "1 certificate of HARBOUR-LIB-1 withdrawn." in said


def test_every_90_days_and_on_a_bad_one(shell: Shell) -> None:
    shell.environment["COUNTERPROOF_AT"] = "2026-08-25T08:00:00Z"
    assert "soon  The document signer signs for 4 more days." in shell.run("issuer status harbour")
    said = shell.run("issuer rotate-signer harbour --root-keys stick")
    assert "It signs until 2026-11-23." in said
    assert "Its turn comes on 2026-08-30 00:00 UTC. Until then the one before signs." in said
    assert "The key of the one before is kept until 2026-09-01 00:00 UTC" in said
    state = shell.json("issuer status harbour")
    assert f"Next document signer  {state['prepared']['document'][:16]}" in shell.run("issuer status harbour")
    assert shell.refused("issuer rotate-signer harbour --root-keys stick") == "agency.signer-prepared"
    assert "There is no key" not in shell.run("issuer destroy-keys harbour --dry-run")
    old = state["signers"]["document"]
    assert shell.refused(f"issuer destroy-keys harbour {old}") == "agency.signer-in-use"
    said = shell.run("issuer rotate-signer harbour --overlap 0 --keep 0")
    assert f"The document signer {state['prepared']['document'][:16]}, made before, signs from now on" in said
    assert "The key of the one before was destroyed." in said
    state = shell.json("issuer status harbour")
    name = state["signers"]["document"]
    line = f"issuer revoke-signer harbour {name[:12]} --reason stolen --root-keys stick"
    shell.run(line, code=1)
    assert "Aborted" in shell.complained
    assert "is withdrawn. Its key was destroyed." in shell.run(f"{line} --yes")
    assert "NOW   There is no document signer" in shell.run("issuer status harbour")
    shell.run("issuer rotate-signer harbour --root-keys stick")
    assert "The issuer root's revocation list is new." in shell.run(
        "issuer renew-crls harbour --root-keys stick"
    )
    shell.run("issuer rotate-signer harbour --role status --root-keys stick")
    assert read_published_again(shell)


def read_published_again(shell: Shell) -> bool:
    shell.run("issuer publish harbour lists")
    return read_published(Path("lists")).issued_at.isoformat() == "2026-08-25T08:00:00+00:00"


def test_the_passphrase_comes_from_a_file_too(empty: Shell) -> None:
    shell = empty
    del shell.environment["COUNTERPROOF_PASSPHRASE"]
    Path("pass").write_text(f"{PASSPHRASE}\n", "utf-8")
    Path("rootpass").write_text("velvet tractor omelette cliff\n", "utf-8")
    shell.run(f"{INIT} --passphrase-file pass --root-passphrase-file rootpass")
    shell.run("issuer publish harbour lists --passphrase-file pass")
    rotate = "issuer rotate-signer harbour --root-keys stick --passphrase-file pass"
    assert shell.refused(rotate) == "sealing.cannot-open"
    shell.run(f"{rotate} --root-passphrase-file rootpass")
