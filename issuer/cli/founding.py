"""`issuer init`, `issuer types`, `issuer status`: an agency from its first day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from counterproof.words.columns import padded, width
from counterproof.words.language import current, tr
from counterproof.words.model import N_
from issuer.cli.output import (
    counted,
    day,
    figure,
    from_to,
    json_option,
    listed,
    minute,
    print_block,
    print_facts,
    print_json,
    print_table,
    say,
    say_next,
)
from issuer.cli.session import Session, kdf_policy, session

if TYPE_CHECKING:
    from counterproof.mdoc.catalogue import Element
    from issuer.agency import Agency, Finding, State
    from issuer.agency.types import TypeFile
    from issuer.register import Signer

_DEFAULT_SIZE = 1 << 20
_SIGNERS = {"document": N_("Document signer"), "status": N_("Status signer")}
_NEXT_SIGNERS = {"document": N_("Next document signer"), "status": N_("Next status signer")}
_KINDS = {
    "text": N_("text"),
    "bool": N_("yes or no"),
    "uint": N_("whole number"),
    "full-date": N_("day"),
    "date-time": N_("day and time"),
    "portrait": N_("picture"),
    "bytes": N_("bytes"),
    "country": N_("country"),
    "sex": N_("sex"),
    "age-over": N_("yes or no"),
    "driving-privileges": N_("driving privileges"),
    "code": N_("code"),
}
"""What the kinds of values are called."""


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
    say(tr("{name} is founded in {folder}."), name=agency.facts.name, folder=folder)
    click.echo()
    nowhere = tr("(leads nowhere, which is enough offline; --url sets another)")
    print_facts(
        [
            (tr("Root"), from_to(agency.root.not_before, agency.root.not_after)),
            ("", grouped(fingerprint(agency.root))),
            (tr("Reader root"), from_to(agency.reader_root.not_before, agency.reader_root.not_after)),
            ("", grouped(fingerprint(agency.reader_root))),
            (tr("Document signer"), _signs(documents)),
            (tr("Status signer"), _signs(statuses)),
            (tr("Types"), listed(entry.short for entry in agency.catalogue().entries)),
            (tr("Address"), agency.facts.url if given_url else f"{agency.facts.url}  {nowhere}"),
        ]
    )
    if session.root_keys is None:
        keys = tr("{folder} holds the keys of both roots: move it to a stick, the stick to a safe.")
    else:
        keys = tr("{folder} holds the keys of both roots: it belongs into a safe.")
    print_block(
        tr("Take offline"),
        keys.format(folder=session.root_keys or folder / "root-keys"),
        tr("Only new signers and new counters need it again. Nobody can recover the passphrase."),
    )
    print_block(
        tr("Next"),
        tr("Tell counters the root's fingerprint by another way than the files: they compare it once."),
        f"issuer publish {folder} OUT          " + tr("what counters and wallets need"),
        f"issuer offer {folder} --type TYPE    " + tr("an invitation for a wallet"),
        f"issuer status {folder}               " + tr("what runs low or runs out"),
    )


def _signs(signer: Signer) -> str:
    words = tr("signs until {day}; {name}")
    return words.format(day=day(signer.sign_until), name=signer.fingerprint.hex()[:16])


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
                entry.type.name(current()),
                str(entry.type.batch_size),
                str(entry.type.validity_days),
            )
            for entry in catalogue.entries
        ]
        print_table((tr("TYPE"), tr("DOCTYPE"), tr("NAME"), tr("COPIES"), tr("DAYS")), rows)
        click.echo()
        say_next(tr("The fields that the data of a type must have:"), f"issuer types {session.folder} TYPE")


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
    click.echo(f"{entry.type.name(current())}, {entry.type.doc_type}\n")
    rows = [
        (
            each.identifier,
            _kind(each),
            tr(_in_data(each)),
            each.label(current()) if space else tr("not issued"),
        )
        for space, each in inputs + issued
    ]
    own = ("subject", tr(_KINDS["text"]), tr("yes"), tr("your own reference"))
    print_table((tr("FIELD"), tr("KIND"), tr("IN THE DATA"), tr("MEANS")), [own, *rows])


def _kind(element: Element) -> str:
    codes = f": {listed(element.codes)}" if element.codes else ""
    return tr(_KINDS[element.kind.value]) + codes


def _in_data(element: Element) -> str:
    if element.filled_by is not None:
        return N_("no") if element.filled_by.value == "birth-date" else N_("if it differs")
    return N_("yes") if element.required else N_("if there is one")


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
    issued = tr("{copies} in {batches}; {revoked} revoked, {suspended} suspended").format(
        copies=counted(counts.credentials, "{n} copy", "{n} copies"),
        batches=counted(counts.batches, "{n} batch", "{n} batches"),
        revoked=figure(counts.revoked),
        suspended=figure(counts.suspended),
    )
    print_facts(
        [
            (tr("Root"), grouped(state.fingerprint)),
            (tr("Reader root"), grouped(state.reader_fingerprint)),
            *((tr(_SIGNERS[role]), name[:16]) for role, name in state.signers.items()),
            *((tr(_NEXT_SIGNERS[role]), name[:16]) for role, name in state.prepared.items()),
            (tr("Issued so far"), issued),
            (tr("Counters"), figure(state.readers)),
            (tr("Log"), counted(counts.acts, "{n} entry", "{n} entries")),
        ]
    )
    click.echo()
    for finding in state.findings:
        click.echo(finding_line(finding))


_MARKS = (N_("ok"), N_("soon"), N_("NOW"))
"""How pressing a finding is, by its level."""


def finding_line(finding: Finding) -> str:
    """Return a finding as one line: how pressing it is, what it is, what to do."""
    from counterproof.words.explain import explain  # noqa: PLC0415

    sentence = explain(finding.code, finding.facts)
    words = sentence.what if not finding.level else f"{sentence.what} {sentence.do}"
    marks = [tr(each) for each in _MARKS]
    return f"  {padded(marks[finding.level], max(map(width, marks)))}  {words.rstrip()}"


COMMANDS = (init, types, status)
