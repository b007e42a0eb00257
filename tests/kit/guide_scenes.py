"""What stands around each guide while it is followed: the people beside its reader, and what they do."""

from __future__ import annotations

from tests.kit.guide_runner import Scene
from tests.kit.sources import ROOT

_JSON = "python -c 'import json, sys; print(json.load(sys.stdin)"
BATCH = "$(issuer list harbour --json | " + _JSON + """[0]["batch"])')"""
ENTRY = "$(wallet history list --json | " + _JSON + """[-1]["id"])')"""
FINGERPRINT = "$(issuer status harbour --json | " + _JSON + """["fingerprint"])')"""

_LISTS = "issuer publish harbour lists --join-pack --json | "
PART = f"--fingerprint {FINGERPRINT} --fingerprint $(" + _LISTS + _JSON + """["pack_key"])')"""
OPERATOR = "$(issuer authority show {} --json | " + _JSON + """["fingerprint"])')"""

PERSON = """
cat > people.json <<'END'
{"subject": "A-17", "family_name": "Tamm", "given_name": "Maia", "birth_date": "1990-04-01",
 "resident_borough": "Harbour Borough", "resident_since": "2019-09-01", "card_number": "HB-004711"}
END
"""

BASE = f"""
issuer init harbour --name "Harbour Borough" --country XX --url https://harbour.example --root-keys stick
verifier init --name "Library desk" --id HB-DESK-3 --office HB-LIBRARY --csr desk.csr
issuer reader-cert harbour --request desk.csr --name "Harbour Library, desk 3" --id HB-DESK-3 \
    --office HB-LIBRARY --out desk.pem --root-keys stick
issuer publish harbour lists
verifier install-cert desk.pem
verifier trust add lists --fingerprint "{FINGERPRINT}"
{PERSON}
"""
"""An agency, its counter, and nobody's wallet: what most guides begin with."""

CARD = """
wallet init
printf 'y\\n' | wallet trust add lists
issuer offer harbour --type residency --out card.cpoffer
wallet request card.cpoffer --out card.cprequest
"""

AGE_PROOF = """
issuer offer harbour --type eu-age-proof --out age.cpoffer
wallet request age.cpoffer --out age.cprequest
echo '{"subject": "A-17", "birth_date": "1990-04-01"}' > age.json
issuer issue harbour --request age.cprequest --type eu-age-proof --subject-data age.json
wallet receive age.cpreply
"""

PURPOSES = """
cat > purposes.toml <<'END'
[[purpose]]
id = "library.age-check"
version = 1
date = 2026-01-05
title = { en = "Lending films for adults" }
reason = { en = "Some films may be lent to adults only." }
legal_basis = { en = "Youth protection law." }
retention = { days = 0, en = "Nothing is kept." }
contact = { en = "privacy@harbour.example" }
readers = [{}]
documents = [{ doc_type = "eu.europa.ec.av.1", elements = ["age_over_18"] }]
END
"""

SCENES: dict[str, Scene] = {
    "docs/guide-agency.md": Scene(
        empty=True,
        before={
            "issuer issue harbour --request card.cprequest": """
                wallet init
                issuer publish harbour lists
                printf 'y\\n' | wallet trust add lists
                wallet request card.cpoffer --out card.cprequest
            """,
            "issuer issue harbour --request requests": """
                mkdir requests
                issuer offer harbour --type library-card --out B-1.cpoffer
                wallet request B-1.cpoffer --out requests/B-1.cprequest
                issuer types harbour library-card
                echo 'subject,family_name,given_name,membership,card_number' > people.csv
                echo 'B-1,Kask,Jaan,adult,L-77' >> people.csv
            """,
            "issuer reader-cert": (
                "verifier init --name 'Library desk' --id HARBOUR-LIB-1 --office HARBOUR-LIB --csr desk.csr"
            ),
        },
        words={"BATCH": BATCH},
        inline=(
            "wallet receive card.cpreply",
            "issuer revoke-reader harbour HARBOUR-LIB-1 --reason closed --root-keys stick",
            "issuer purpose list harbour",
            "issuer renew-crls harbour --root-keys stick",
        ),
    ),
    "docs/guide-wallet-commands.md": Scene(
        begin='printf %s "$COUNTERPROOF_PASSPHRASE" > passphrase.txt',
        before={
            "wallet list": f"""
                issuer offer harbour --type residency --out card.cpoffer
                wallet request card.cpoffer --out my.cprequest
                issuer issue harbour --request my.cprequest --type residency --subject-data people.json
                wallet receive my.cpreply
                {AGE_PROOF}
            """,
            "wallet answer ask.png": """
                verifier request --type proof-of-age --fields age_over_18 --purpose library.age-check \\
                    --out ask.png
            """,
        },
        words={
            "FOLDER": "lists",
            "ID": ENTRY,
            "2026-12-31": "$(date --date '20 days' +%F)",
            "history export FILE": "history export history.json",
            "export-backup FILE": "export-backup my.backup --same-passphrase",
            "restore FILE": "restore my.backup --wallet other.vault --backup-passphrase-file passphrase.txt",
            "wallet passphrase": "wallet passphrase --new-passphrase-file passphrase.txt",
        },
        typed={
            "wallet trust add": "y\n",
            "wallet answer": "all\n",
            "wallet show-code": "y\n",
            "wallet slip": "y\n",
            "wallet history delete": "y\n",
            "wallet delete": "y\n",
            "wallet empty-trash": "y\n",
        },
        inline=("wallet trust show",),
    ),
    "docs/guide-integrator.md": Scene(
        begin=f"""
            cp {ROOT}/tests/vectors/verification/honest_one-of-two-asked.json case.json
            printf '%s' "$COUNTERPROOF_PASSPHRASE" > passphrase.txt
            echo "{FINGERPRINT}" > fingerprint.txt
            wallet init
            wallet trust add lists --fingerprint "$(cat fingerprint.txt)"
            {AGE_PROOF}
        """,
    ),
    "docs/guide-list-operator.md": Scene(
        begin=PURPOSES,
        before={
            "issuer authority add-agency city lists": "sleep 1",
            "issuer authority add-reader": "mv desk.pem own.pem",
            "verifier trust update drill-pack": (
                f"cp -r pack before; verifier trust add before --fingerprint {OPERATOR.format('city')}"
            ),
        },
        words={
            "issuer authority add-agency city lists": f"issuer authority add-agency city lists {PART}",
        },
        inline=("issuer authority sign-root city --root-keys stick-2",),
        ends={"issuer authority sign-root": 1},
    ),
    "docs/trust-packs.md": Scene(
        before={
            "issuer authority add-agency": "mv city/registrar-keys city-stick; mv desk.pem own.pem",
            "issuer authority recognise": """
                issuer authority init other --name "Other Network" --country XY
                issuer authority publish other other-pack
            """,
        },
        words={
            "--registrar-keys stick": "--registrar-keys city-stick",
            "issuer authority add-agency city lists": f"issuer authority add-agency city lists {PART}",
            "recognise city other-pack": (
                f"recognise city other-pack --fingerprint {OPERATOR.format('other')}"
            ),
            "verifier trust add https://lists.example.org/pack": (
                f"verifier trust add pack --fingerprint {OPERATOR.format('city')}"
            ),
            "https://lists.example.org/pack": "pack",
        },
        begin=PURPOSES,
    ),
    "docs/operations.md": Scene(
        begin=f"""
            {CARD}
            issuer issue harbour --request card.cprequest --type residency --subject-data people.json
        """,
        before={
            "issuer restored": """
                issuer offer harbour --type library-card --out late.cpoffer
                issuer publish harbour lists
                cp copies/records.db harbour/records.db
                rm -f harbour/records.db-wal harbour/records.db-shm
            """,
        },
        words={"/mnt/auditor": "auditor", "LAST-PUBLISHED-FOLDER": "lists"},
        typed={"issuer restored": "y\n", "issuer retention run": "y\n"},
    ),
    "docs/bulk.md": Scene(
        begin="""
            python - <<'END'
            import base64
            from cryptography.hazmat.primitives.asymmetric import ec
            from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
            point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
                Encoding.X962, PublicFormat.UncompressedPoint)
            names = "subject,family_name,given_name,birth_date,resident_borough,resident_since,card_number"
            with open("people.csv", "w") as table:
                print(f"{names},device_key", file=table)
                key = base64.b64encode(point).decode()
                print(f"P-1,Kask,Jaan,1970-01-31,Harbour,2001-01-01,HB-1,{key}", file=table)
            with open("gone.csv", "w") as table:
                print("subject", "P-1", sep="\\n", file=table)
            END
        """,
        typed={"issuer bulk": "y\n"},
        inline=("issuer bulk-revoke harbour gone.csv --reason moved-away",),
    ),
    "docs/service.md": Scene(inline=("issuer online offers harbour",)),
    "docs/purposes.md": Scene(words={"FROM": "lists"}, typed={"verifier trust confirm": "y\n"}),
    "docs/conformance.md": Scene(empty=True),
    "docs/console.md": Scene(),
}
