"""Console, cases and proposals by command: the lines of docs/console.md, typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from counterproof.clock import FixedClock
from issuer.agency import Agency, retention
from issuer.cli import main
from tests.kit.agency import AT, adult, asked
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(
        main, COUNTERPROOF_PASSPHRASE=PASSPHRASE, COUNTERPROOF_AT=AT.isoformat(), COUNTERPROOF_WHO="root"
    )


@pytest.fixture
def agency(shell: Shell) -> Agency:
    shell.run('issuer init harbour --name "Harbour Borough" --country XX --url https://harbour.example')
    return Agency.open(Path("harbour").absolute(), passphrase=PASSPHRASE, clock=FixedClock(AT))


def test_clerks_come_and_go(shell: Shell, agency: Agency) -> None:
    agency.close()
    assert "Nobody" in shell.run("issuer console list harbour")
    link = shell.run('issuer console enrol harbour "Anna Kask" --role supervisor').strip()
    assert link.startswith("https://harbour.example/console/enrol?code=")
    assert len(link.partition("code=")[2]) == 29
    (anna,) = shell.json("issuer console list harbour")
    assert (anna["name"], anna["role"], anna["enrolled_by"], anna["passkeys"]) == (
        "Anna Kask",
        "supervisor",
        "root",
        0,
    )
    assert "handle" not in anna
    assert shell.refused("issuer console enrol harbour Ben --days 30") == "agency.days"
    assert "let in no more" in shell.run("issuer console end harbour 'anna  kask'")
    assert shell.refused("issuer console end harbour anna") == "console.no-such-clerk"
    assert "left" in shell.run("issuer console list harbour")
    acts = [each["act"] for each in shell.json("issuer log harbour")]
    assert acts[-2:] == ["enrol-clerk", "end-clerk"]


def test_a_case_is_shown_noted_copied_and_verified(shell: Shell, agency: Agency) -> None:
    batch = agency.issue(asked(agency).request, "eu-age-proof", adult(agency)).batch_id
    agency.close()
    assert shell.refused("issuer case show harbour nothing") == "register.no-such-case"
    shell.run(f"issuer case note harbour {batch} --text 'Card handed over at desk 2.'")
    shell.run(f"issuer suspend harbour {batch} --reason lost", code=1)  # this type has no suspension
    shell.run(f"issuer revoke harbour {batch}.1 --reason lost")
    told = shell.run(f"issuer case show harbour {batch}")
    assert (
        told.index("The card was issued. 2 copies.")
        < told.index("| Card handed over")
        < told.index("Revoked, for ever")
    )
    (listed,) = shell.json("issuer case list harbour --subject A-17")
    assert (listed["case_id"], listed["state"]) == (batch, "issued")
    assert shell.json(f"issuer case show harbour {batch}.1")["case"] == batch
    shell.run(f"issuer case export harbour {batch} --out case.cpcase")
    assert shell.refused(f"issuer case export harbour {batch} --out case.cpcase") == "agency.out-exists"
    assert "4 entries are in this agency's record just so" in shell.run(
        "issuer case verify case.cpcase --agency harbour"
    )
    assert shell.json("issuer case verify case.cpcase --agency harbour")["person"] == "A-17"
    Path("other.cpcase").write_bytes(Path("case.cpcase").read_bytes()[:-1])
    assert shell.refused("issuer case verify other.cpcase --agency harbour") == "agency.case-refused"


def test_notes_of_a_card_are_erased_with_its_person(agency: Agency) -> None:
    batch = agency.issue(asked(agency).request, "eu-age-proof", adult(agency, "person-reference")).batch_id
    agency.cases.note(batch, "note-of-the-office")
    retention.set_term(agency.desk, "eu-age-proof", 0)
    ends = agency.register.show(batch).summary.valid_until
    agency.close()
    folder = agency.desk.folder
    with Agency.open(folder, passphrase=PASSPHRASE, clock=FixedClock(ends + timedelta(days=1))) as later:
        assert retention.run(later.desk) == 1
        matter = later.cases.matter(batch)
        assert (matter.subject, matter.notes, [each.action for each in matter.entries]) == ("", (), ["issue"])
        later.register.verify_log()
    content = Path("harbour/records.db").read_bytes()
    assert b"note-of-the-office" not in content
    assert b"person-reference" not in content


def test_a_card_is_looked_at_before_it_is_offered(shell: Shell, agency: Agency) -> None:
    agency.close()
    Path("people.csv").write_text("subject,birth_date\nR-1,1984-02-29\n", "utf-8")
    look = "issuer online preview harbour --type eu-age-proof --subject"
    assert "Over 18  yes" in shell.run(f"{look} R-1 --subject-data people.csv")
    assert shell.json(f"{look} R-1 --subject-data people.csv")["age_over_18"] == "yes"
    assert shell.refused(f"{look} R-2 --subject-data people.csv") == "agency.no-subject"
    assert shell.refused(f"{look} R-1") == "source.which"
    shell.run("issuer source add harbour people --csv people.csv")
    assert "Over 18  yes" in shell.run(f"{look} R-1 --from people")
    assert shell.refused(f"{look} R-1 --from others") == "source.unknown"
    acts = [each["act"] for each in shell.json("issuer audit person harbour R-1")]
    assert acts == ["look-up", "look-up", "look-up", "ask-source"]
