"""An operator's work by its commands: founding, entering, publishing, rotating, and what is refused."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.request import make_request
from counterproof.trust.names import fingerprint as fingerprint_of
from counterproof.trust.store import TrustStore
from issuer.cli import main
from tests.kit.agency import AT
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.shell import Shell
from verifier.cli import main as verifier

DAY = timedelta(days=1)
RESIDENCY = "org.counterproof.residency.1"
OFFICERS = {f"COUNTERPROOF_OFFICER_PASSPHRASE_{number}": f"{PASSPHRASE} {number}" for number in range(1, 5)}
ENVIRONMENT = {
    "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
    "COUNTERPROOF_REGISTRAR_PASSPHRASE": OTHER_PASSPHRASE,
    "COUNTERPROOF_AT": AT.isoformat(),
    "COUNTERPROOF_WHO": "ann",
    "COUNTERPROOF_COUNTER": "desk",
    **OFFICERS,
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found an agency and an operator by their commands, once: sealing keys takes seconds."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shell = Shell(main, brought=CHEAP_KDF, **ENVIRONMENT)
        shell.run('issuer init harbour --name "Harbour Borough" --country XX --status-size 65536')
        said = shell.run("issuer publish harbour lists --join-pack")
        Path("agency.txt").write_text(said)
        Path("city.txt").write_text(
            shell.run('issuer authority init city --name "City Network" --country XX')
        )
        root, key = grouped(said, "Root"), grouped(said, "key of this part")
        shell.run(
            f'issuer authority add-agency city lists --doc-type {RESIDENCY} --fingerprint "{root}"'
            f' --fingerprint "{key}"'
        )
    return folder


def grouped(said: str, name: str) -> str:
    found = re.search(rf"{name} +((?:[0-9A-F]{{4}} ?){{16}})", said)
    assert found is not None
    return found[1].strip()


@pytest.fixture
def shell(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(founded, Path(), dirs_exist_ok=True)
    records = Path("city/operator.json")
    records.write_text(records.read_text().replace(str(founded), str(tmp_path)))
    return Shell(main, verifier, brought=CHEAP_KDF, **ENVIRONMENT)


def later(shell: Shell, days: float) -> None:
    shell.environment["COUNTERPROOF_AT"] = (AT + days * DAY).isoformat()


def test_from_founding_to_a_counter(shell: Shell) -> None:
    fingerprint = grouped(Path("city.txt").read_text(), "Fingerprint")
    said = shell.run("issuer authority publish city pack --dry-run")
    assert "would be in pack" in said
    assert not Path("pack").exists()
    assert "harbour-borough: taken over" in shell.run("issuer authority publish city pack")
    assert not list(Path("pack").rglob("*.key"))
    assert shell.run(f'verifier trust add pack --fingerprint "{fingerprint}"') == "Added: City Network\n"
    said = shell.run("verifier trust show")
    assert "believed      by the word of City Network" in said
    assert f"documents     {RESIDENCY}\n" in said
    later(shell, 1)
    shell.run("issuer publish harbour lists")
    assert shell.run("issuer authority publish city pack --quiet") == ""
    said = shell.run("verifier trust update pack")
    assert "Updated: City Network" in said
    assert "newer: agency harbour-borough" in said
    assert shell.json("verifier trust show")["authorities"][0]["good_until"].startswith("2026-0")


def test_a_working_day_needs_the_daily_key_alone(shell: Shell) -> None:
    shutil.rmtree("city/root-keys")
    shutil.rmtree("city/registrar-keys")
    shell.run("issuer authority publish city pack")
    assert shell.refused("issuer authority renew city") == "authority.key-away"
    assert shell.refused("issuer authority remove-agency city harbour-borough --yes") == "authority.key-away"
    shell.run("issuer authority publish city pack")


@pytest.mark.scenario("issuer", "two-person")
def test_one_officer_alone_signs_no_root(shell: Shell) -> None:
    for number in (2, 3):
        del shell.environment[f"COUNTERPROOF_OFFICER_PASSPHRASE_{number}"]
    said = shell.run("issuer authority rotate-root city")
    assert "Root 2 waits: 1 signature is missing" in said
    assert shell.refused("issuer authority publish city pack") == "authority.root-waits"
    assert shell.refused("issuer authority renew city") == "authority.root-waits"
    assert "1 signature is missing" in shell.run("issuer authority sign-root city")
    shell.environment.pop("COUNTERPROOF_OFFICER_PASSPHRASE_1")
    shell.environment["COUNTERPROOF_OFFICER_PASSPHRASE_3"] = OFFICERS["COUNTERPROOF_OFFICER_PASSPHRASE_3"]
    assert "Root 2 is signed" in shell.run("issuer authority sign-root city")
    assert shell.json("issuer authority show city")["root"] == 2
    shell.run("issuer authority publish city pack")


def test_an_officer_and_the_daily_key_are_replaced(shell: Shell) -> None:
    fingerprint = grouped(Path("city.txt").read_text(), "Fingerprint")
    shell.run("issuer authority publish city pack")
    shell.run(f'verifier trust add pack --fingerprint "{fingerprint}"')
    later(shell, 1)
    shell.run("issuer authority rotate-root city --replace-officer 2 --new-daily-key --new-registrar-key")
    assert shell.json("issuer authority show city")["officers"] == [1, 4, 3]
    shell.run("issuer publish harbour lists")
    shell.run("issuer authority publish city pack")
    assert "new: root number 2" in shell.run("verifier trust update pack")


def test_the_keys_that_a_root_replaced_are_destroyed_when_somebody_says_so(shell: Shell) -> None:
    assert "no old key" in shell.run("issuer authority destroy-keys city")
    before = {path.name for path in Path("city").rglob("*.key")}
    said = shell.run(
        "issuer authority rotate-root city --replace-officer 2 --new-daily-key --new-registrar-key"
    )
    assert "issuer authority destroy-keys city --root-keys STICK" in said
    old = shell.json("issuer authority show city")["old_keys"]
    assert [name.rpartition("-")[0] for name in old] == ["daily", "registrar", "officer-2"]
    assert all(name in shell.run("issuer authority show city") for name in old)
    stick = Path("stick")
    stick.mkdir()
    Path("city/root-keys", old[2]).rename(stick / old[2])
    assert "not here" in shell.run("issuer authority destroy-keys city --dry-run")
    assert before <= {path.name for path in Path().rglob("*.key")}
    said = shell.run("issuer authority destroy-keys city --yes")
    assert "2 keys are gone." in said
    assert "1 is not here. Run this again with its stick" in said
    assert shell.refused("issuer authority destroy-keys city --lost x --yes") == "authority.no-such-old-key"
    assert "1 key is gone." in shell.run("issuer authority destroy-keys city --root-keys stick --yes")
    assert before - {path.name for path in Path().rglob("*.key")} == set(old)
    shell.run("issuer authority publish city pack")


def test_counters_come_and_go(shell: Shell) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    Path("desk.csr").write_bytes(make_request(Subject(common_name="whatever"), key))
    add = "issuer authority add-reader city --request desk.csr --id CITY-DESK-1 --name"
    assert "until" in shell.run(f'{add} "City Hall, desk 1" --out desk.pem')
    assert shell.refused(f'{add} "Again" --out again.pem') == "authority.reader-exists"
    later(shell, 1)
    shell.run("issuer authority renew-reader city CITY-DESK-1 --out next.pem")
    assert Path("next.pem").read_bytes() != Path("desk.pem").read_bytes()
    assert shell.json("issuer authority show city")["readers"][0]["name"] == "City Hall, desk 1"
    assert "2 certificates of CITY-DESK-1 revoked" in shell.run(
        "issuer authority remove-reader city CITY-DESK-1 --yes"
    )
    assert shell.refused("issuer authority renew-reader city CITY-DESK-1 --out x.pem") == (
        "authority.no-such-reader"
    )


def test_what_nobody_compared_is_not_entered(shell: Shell) -> None:
    before = Path("city/operator.json").read_bytes()
    shell.run(f"issuer authority add-agency city lists --fingerprint {'0' * 64}", code=1)
    assert "[authority.not-confirmed]" in shell.complained
    root = grouped(Path("agency.txt").read_text(), "Root")
    shell.run(f'issuer authority add-agency city lists --fingerprint "{root}"', code=1)
    assert "[authority.not-confirmed]" in shell.complained  # the key of its part was not compared
    assert Path("city/operator.json").read_bytes() == before


def test_a_timer_shouts_days_before_anything_lapses(shell: Shell) -> None:
    assert shell.run("issuer authority publish city pack --quiet") == ""
    later(shell, 6)
    shell.run("issuer authority publish city pack --quiet", code=3)
    assert "What agency harbour-borough handed over" in shell.complained
    shell.run("issuer publish harbour lists")
    assert shell.run("issuer authority publish city pack --quiet") == ""
    later(shell, 80)
    shell.run("issuer publish harbour lists --days 30")
    shell.run("issuer authority publish city pack --quiet", code=3)
    assert "[authority.lists-end]" in shell.complained
    shell.run("issuer authority renew city")
    shutil.move("lists", "gone")
    shell.run("issuer authority publish city pack --quiet", code=3)
    assert "[authority.agency-away]" in shell.complained
    later(shell, 200)
    assert shell.refused("issuer authority publish city pack") == "authority.lists-over"


def test_two_operators_recognise_each_other_by_type(shell: Shell) -> None:
    """The north has the agency on its list; who trusts the south takes the north's pack for one type."""
    shell.run('issuer authority init south --name "South" --country XX')
    shell.run("issuer authority publish city pack")
    north = grouped(Path("city.txt").read_text(), "Fingerprint")
    shell.run(f'issuer authority recognise south pack --doc-type {RESIDENCY} --fingerprint "{north}"')
    said = shell.run("issuer authority publish south other")
    shell.run(f'verifier trust add other --fingerprint "{grouped(said, "Fingerprint")}"')
    assert shell.run("verifier trust update pack") == "Added: City Network\n"
    assert "believed      because South recognises it, for:" in shell.run("verifier trust show")
    later(shell, 1)
    shell.run(f'issuer authority forget south "{north}"')
    shell.run("issuer authority publish south other")
    assert "gone: recognised authority City Network" in shell.run("verifier trust update other")
    assert [each["name"] for each in shell.json("verifier trust show")["authorities"]] == ["South"]


def test_the_pack_does_not_lie_among_keys(shell: Shell) -> None:
    assert shell.refused("issuer authority publish city city/pack") == "authority.out-inside"
    assert shell.refused("issuer authority publish city city/keys") == "authority.out-inside"
    assert shell.refused("issuer authority show nowhere") == "authority.missing"


def test_a_part_from_the_future_is_not_taken_over(shell: Shell) -> None:
    later(shell, 10)
    shell.run("issuer publish harbour lists")
    later(shell, 0)
    assert "harbour-borough: taken over" not in shell.run("issuer authority publish city pack")
    (part,) = shell.json("issuer authority publish city pack")["parts"]
    assert part["code"] == "pack.part-from-future"


def test_what_a_stolen_signer_truly_signed_comes_with_the_pack(shell: Shell) -> None:
    fingerprint = grouped(Path("city.txt").read_text(), "Fingerprint")
    shell.run("issuer authority publish city pack")
    shell.run(f'verifier trust add pack --fingerprint "{fingerprint}"')
    signer = shell.json("issuer status harbour")["signers"]["document"]
    later(shell, 1)
    assert "is marked as stolen" in shell.run(f"issuer stolen-signer harbour {signer[:16]} --yes")
    assert "1 set of what they truly signed" in shell.run("issuer publish harbour lists")
    shell.run("issuer authority publish city pack")
    said = shell.run("verifier trust update pack")
    assert "newer: agency harbour-borough" in said
    (agency,) = shell.json("verifier trust show")["agencies"]
    assert "trust.signer-stolen" in agency["notices"]
    (signed,) = TrustStore(Path("desk") / "trust").read().agencies[0].signed_sets
    assert fingerprint_of(signed.signed.signer_certificate) == signer
