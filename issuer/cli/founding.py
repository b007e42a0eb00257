"""`issuer init`, `issuer types`, `issuer status`: an agency from its first day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from issuer.cli.output import counted, day, json_option, minute, print_facts, print_json, print_table
from issuer.cli.session import Session, kdf_policy, session

if TYPE_CHECKING:
    from counterproof.mdoc.catalogue import Element
    from issuer.agency import Agency, Finding, State
    from issuer.agency.types import TypeFile

_DEFAULT_SIZE = 1 << 20


@click.command(cls=Command)
@session(keys=True, roots=True)
@click.option("--name", required=True, help='The agency\'s name, such as "Harbour Borough".')
@click.option("--country", required=True, help="Two capital letters, such as EE.")
@click.option(
    "--url", help="The address that certificates and documents name; a short one makes smaller codes."
)
@click.option("--contact", help="An e-mail address or a page for questions; the address by default.")
@click.option(
    "--status-size", type=int, default=_DEFAULT_SIZE, show_default=True, help="Places in a status list."
)
@click.option(
    "--type", "types", multiple=True, help="A shipped type to issue; repeat it. All of them by default."
)
@click.option(
    "--register",
    metavar="URL",
    help="A PostgreSQL database, such as postgresql://host/name; a file in DIR by default.",
)
@click.option(
    "--token",
    metavar="URI",
    help="Make the signers' keys in a PKCS#11 token (pkcs11:token=NAME?module-path=FILE).",
)
@click.option(
    "--root-token", metavar="URI", help="Make the roots' keys in a token, which lies in a safe then."
)
def init(session: Session, /, **options: Any) -> None:
    """Found an agency in DIR: two roots, a document signer, a status signer, a register.

    The keys of the roots go to --root-keys, for instance a stick that lies in a safe afterwards.
    """
    from issuer.agency import Agency  # noqa: PLC0415 - its imports are slow; --help needs none

    agency = Agency.init(
        session.folder,
        passphrase=session.passphrase(new=True),
        root_passphrase=session.root_passphrase(new=True),
        root_keys=session.root_keys,
        who=session.who,
        clock=session.clock,
        policy=kdf_policy(),
        **options,
    )
    with agency:
        _print_founded(agency, session, given_url=options["url"] is not None)


def _print_founded(agency: Agency, session: Session, *, given_url: bool) -> None:
    from counterproof.trust.names import fingerprint, grouped  # noqa: PLC0415
    from issuer.register import SignerRole  # noqa: PLC0415

    folder = session.folder
    (documents,) = agency.register.signers(SignerRole.DOCUMENT)
    (statuses,) = agency.register.signers(SignerRole.STATUS)
    click.echo(f"{agency.facts.name} is founded in {folder}.\n")
    nowhere = "" if given_url else "  (leads nowhere, which is enough offline; --url sets another)"
    print_facts(
        [
            ("Root", f"{day(agency.root.not_before)} to {day(agency.root.not_after)}"),
            ("", grouped(fingerprint(agency.root))),
            ("Reader root", f"{day(agency.reader_root.not_before)} to {day(agency.reader_root.not_after)}"),
            ("", grouped(fingerprint(agency.reader_root))),
            (
                "Document signer",
                f"signs until {day(documents.sign_until)}; {documents.fingerprint.hex()[:16]}",
            ),
            ("Status signer", f"signs until {day(statuses.sign_until)}; {statuses.fingerprint.hex()[:16]}"),
            ("Types", ", ".join(entry.short for entry in agency.catalogue().entries)),
            ("Address", agency.facts.url + nowhere),
        ]
    )
    click.echo("\nTake offline")
    if session.root_keys is None:
        click.echo(
            f"  {folder / 'root-keys'} holds the keys of both roots: move it to a stick, the stick to a safe."
        )
    else:
        click.echo(f"  {session.root_keys} holds the keys of both roots: it belongs into a safe.")
    click.echo("  Only new signers and new counters need it again. Nobody can recover the passphrase.")
    click.echo("\nNext")
    click.echo("  Tell counters the root's fingerprint by another way than the files: they compare it once.")
    click.echo(f"  issuer publish {folder} OUT          what counters and wallets need")
    click.echo(f"  issuer offer {folder} --type TYPE    an invitation for a wallet")
    click.echo(f"  issuer status {folder}               what runs low or runs out")


@click.command(cls=Command)
@session()
@click.argument("type_name", metavar="[TYPE]", required=False)
@json_option
def types(session: Session, /, type_name: str | None, *, as_json: bool) -> None:
    """List the types that the agency issues, or the fields of one TYPE.

    They are the files in DIR/catalogue: to add a type, add a file.
    """
    with session.open() as agency:
        catalogue = agency.catalogue()
    if type_name is not None:
        _print_type(catalogue.find(type_name), as_json=as_json)
    elif as_json:
        print_json([_type_facts(entry) for entry in catalogue.entries])
    else:
        rows = [
            (
                entry.short,
                entry.type.doc_type,
                entry.type.name("en"),
                str(entry.type.batch_size),
                str(entry.type.validity_days),
            )
            for entry in catalogue.entries
        ]
        print_table(("TYPE", "DOCTYPE", "NAME", "COPIES", "DAYS"), rows)
        click.echo(f"\nissuer types {session.folder} TYPE shows the fields that its data must have.")


def _type_facts(entry: TypeFile) -> dict[str, Any]:
    return {
        "type": entry.short,
        "doc_type": entry.type.doc_type,
        "version": entry.type.version,
        "name": entry.type.name("en"),
        "copies": entry.type.batch_size,
        "validity_days": entry.type.validity_days,
        "decoys": entry.type.decoys,
        "can_suspend": entry.type.status_bits > 1,
    }


def _print_type(entry: TypeFile, *, as_json: bool) -> None:
    issued = [(space, each) for space, elements in entry.type.namespaces.items() for each in elements]
    inputs = [("", each) for each in entry.type.inputs]
    if as_json:
        fields = [
            {
                "namespace": space or None,
                "identifier": each.identifier,
                "kind": each.kind.value,
                "codes": list(each.codes),
                "label": each.label("en"),
                "in_data": _in_data(each),
            }
            for space, each in inputs + issued
        ]
        print_json({**_type_facts(entry), "fields": fields})
        return
    click.echo(f"{entry.type.name('en')}, {entry.type.doc_type}\n")
    rows = [
        (each.identifier, _kind(each), _in_data(each), each.label("en") if space else "not issued")
        for space, each in inputs + issued
    ]
    print_table(
        ("FIELD", "KIND", "IN THE DATA", "MEANS"), [("subject", "text", "yes", "your own reference"), *rows]
    )


def _kind(element: Element) -> str:
    codes = f": {', '.join(element.codes)}" if element.codes else ""
    return element.kind.value + codes


def _in_data(element: Element) -> str:
    if element.filled_by is not None:
        return "no" if element.filled_by.value == "birth-date" else "if it differs"
    return "yes" if element.required else "if there is one"


@click.command(cls=Command)
@session()
@json_option
def status(session: Session, /, *, as_json: bool) -> None:
    """Say how the agency stands: what it holds, and what runs low or runs out."""
    with session.open() as agency:
        state = agency.state()
    if as_json:
        print_json(state)
    else:
        _print_state(state)


def _print_state(state: State) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415

    counts = state.counts
    click.echo(f"{state.facts.name} ({state.facts.country}), {minute(state.at)}\n")
    copies = counted(counts.credentials, "copy", "copies")
    batches = counted(counts.batches, "batch", "batches")
    not_valid = f"{counts.revoked:,} revoked, {counts.suspended:,} suspended"
    print_facts(
        [
            ("Root", grouped(state.fingerprint)),
            ("Reader root", grouped(state.reader_fingerprint)),
            *((f"{role} signer".capitalize(), name[:16]) for role, name in state.signers.items()),
            *((f"Next {role} signer", name[:16]) for role, name in state.prepared.items()),
            ("Issued", f"{copies} in {batches}; {not_valid}"),
            ("Counters", str(state.readers)),
            ("Log", counted(counts.acts, "entry", "entries")),
        ]
    )
    click.echo()
    for finding in state.findings:
        click.echo(finding_line(finding))


_MARKS = ("  ok    ", "  soon  ", "  NOW   ")


def finding_line(finding: Finding) -> str:
    """Return a finding as one line: how pressing it is, what it is, what to do."""
    from counterproof.words.explain import explain  # noqa: PLC0415

    sentence = explain(finding.code, finding.facts)
    words = sentence.what if not finding.level else f"{sentence.what} {sentence.do}"
    return _MARKS[finding.level] + words.rstrip()


COMMANDS = (init, types, status)
