"""Sentences about the agency's register."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Sentence, plural

_UNCHANGED = N_("Nothing was changed.")
_LOG = N_(
    "Stop issuing, keep this file and your last copies as they are, and find out who could write to it."
)
_PROGRAM = N_("This is a fault in the program that called. Nothing was changed.")

SENTENCES: dict[str, Sentence] = {
    "register.exists": Sentence(
        what=N_("There is a register in this place already."),
        do=N_("Please choose another folder, or work with the register that is there."),
    ),
    "register.missing": Sentence(
        what=N_("There is no register in this place."),
        do=N_("Please check the folder, or found an agency with `issuer init`."),
    ),
    "register.not-a-register": Sentence(
        what=N_("This file is not a register of an agency."), do=N_("Please check the folder.")
    ),
    "register.newer": Sentence(
        what=N_("This register was made by a newer program (version {revision}, this one knows {known})."),
        do=N_("Please update this program. The register was not touched."),
    ),
    "register.cannot-open": Sentence(
        what=N_("The register cannot be opened or made here."),
        do=N_("Please check that the folder exists and that you may write to it."),
    ),
    "register.no-wal": Sentence(
        what=N_("This disk cannot keep a register safe: it has no shared memory or no locks."),
        do=N_("Please put the register on a local disk."),
    ),
    "register.read-only": Sentence(
        what=N_("The register cannot be written."), do=N_("Please check that you may write to its folder.")
    ),
    "register.busy": Sentence(
        what=N_("Another program is writing to the register, and did not finish in time."),
        do=N_("Please try again in a moment. Nothing was changed."),
    ),
    "register.disk-full": Sentence(
        what=N_("The disk is full. Nothing was issued or changed."),
        do=N_("Please make room and try again."),
    ),
    "register.disk-error": Sentence(
        what=N_("The disk reports an error. Nothing was issued or changed."),
        do=N_("Please check the disk before you go on."),
    ),
    "register.damaged": Sentence(
        what=N_("The register's file is damaged."),
        do=N_("Please stop issuing and restore the last good copy. Keep the damaged file."),
    ),
    "register.failed": Sentence(
        what=N_("The database reports an error ({error}). Nothing was changed."),
        do=N_("Please try again. If it stays, tell whoever runs the database."),
    ),
    "register.conflict": Sentence(
        what=N_("Something else was recorded at the same moment and stands in the way."),
        do=N_("Please try again. Nothing was changed."),
    ),
    "register.bad-url": Sentence(
        what=N_("This is not the address of a database."),
        do=N_("Please give a file name, or an address such as postgresql+psycopg://host/name."),
    ),
    "register.no-driver": Sentence(
        what=N_("The driver for {database} is not installed."), do=N_("Please install it and try again.")
    ),
    "register.password-in-url": Sentence(
        what=N_("The address of the database holds a password, which everybody on this machine could read."),
        do=N_("Please leave it out. A password file (~/.pgpass) or the variable PGPASSWORD may hold it."),
    ),
    "register.bad-address-file": Sentence(
        what=N_("The file {file}, which says where the register is, cannot be read."),
        do=N_("Please restore it from a copy: it holds one line, the address of the database."),
    ),
    "register.unreachable": Sentence(
        what=N_("The database of the register does not answer, or went away. Nothing was changed."),
        do=N_("Please check that it runs and can be reached, then start the command again."),
    ),
    "register.not-let-in": Sentence(
        what=N_("The database of the register does not let this program in, or not do what it must."),
        do=N_("Please check the name of the user, the password file and what the user may do."),
    ),
    "register.no-database": Sentence(
        what=N_("The server has no database of this name."),
        do=N_("Please make it first, with `createdb` or by whoever runs the server."),
    ),
    "register.person-edited": Sentence(
        what=N_("Beside entry {position} of the log stands another person than when it was written."), do=_LOG
    ),
    "register.status-edited": Sentence(
        what=N_("The status of copy {copy} is not what the log made it (entry {position})."), do=_LOG
    ),
    "register.clock-back": Sentence(
        what=N_("The clock says {at}, but the last entry in the register is of {last}."),
        do=N_("Please set the clock right. Nothing is issued or changed before that."),
    ),
    "register.already-revoked": Sentence(
        what=N_("This credential is revoked already, and that is for ever."),
        do=N_("If it was a mistake, please issue a new one."),
    ),
    "register.already-suspended": Sentence(what=N_("This credential is suspended already."), do=_UNCHANGED),
    "register.not-suspended": Sentence(
        what=N_("This credential is not suspended, so it cannot be reinstated."), do=_UNCHANGED
    ),
    "register.no-suspension": Sentence(
        what=N_("Credentials of this type can be revoked, but not suspended."),
        do=N_("Please revoke it, or leave it as it is."),
    ),
    "register.no-such-credential": Sentence(
        what=N_("The register holds no credential with this number."),
        do=N_("Please check the number. `issuer list` shows those that there are."),
    ),
    "register.no-such-list": Sentence(what=N_("There is no status list number {list}."), do=_UNCHANGED),
    "register.list-exists": Sentence(
        what=N_("There is a status list at {uri} already."), do=N_("Please choose another address.")
    ),
    "register.list-size": Sentence(
        what=N_("A status list has {least} to {most} entries, in steps of eight."),
        do=N_("Please choose another size."),
    ),
    "register.list-bits": Sentence(
        what=N_("An entry of a status list is 1, 2, 4 or 8 bits wide."), do=N_("Please choose one of these.")
    ),
    "register.list-full": plural(
        NN_(
            "Status list number {list} has only {free} free place.",
            "Status list number {list} has only {free} free places.",
        ),
        "free",
        do=N_("Please add a new status list and issue from that."),
    ),
    "register.part-recorded": Sentence(what=N_("This part of a bulk run counts already."), do=_PROGRAM),
    "register.list-closed": Sentence(
        what=N_("Status list {list} was closed when the register was put back from a copy."), do=_PROGRAM
    ),
    "register.index-not-allocated": Sentence(
        what=N_("A place in the status list was not drawn for this credential."), do=_PROGRAM
    ),
    "register.device-key-used": Sentence(
        what=N_("A key in this request has a credential already. Each copy needs a key of its own."),
        do=N_("Please make a new request in the wallet."),
    ),
    "register.mso-used": Sentence(what=N_("This credential has been recorded already."), do=_PROGRAM),
    "register.idempotency-mismatch": Sentence(
        what=N_("Another request was sent under the same key before."),
        do=N_("Please make a new request in the wallet."),
    ),
    "register.nonce-unknown": Sentence(
        what=N_("This request answers no invitation of this agency."),
        do=N_("Please make a new request with an invitation of today."),
    ),
    "register.nonce-used": Sentence(
        what=N_("This invitation has been used already."), do=N_("Please give the person a new one.")
    ),
    "register.nonce-expired": Sentence(
        what=N_("This invitation expired at {expired}."), do=N_("Please give the person a new one.")
    ),
    "register.no-such-signer": Sentence(
        what=N_("The certificate that signed this is not in the register."),
        do=N_("Please add the signer to the register first."),
    ),
    "register.signer-exists": Sentence(
        what=N_("This certificate is in the register already."), do=_UNCHANGED
    ),
    "register.signer-withdrawn": Sentence(
        what=N_("The signer of this document was withdrawn."),
        do=N_("Nothing was issued. Please make a new signer with `issuer rotate-signer`."),
    ),
    "register.signer-retired": Sentence(
        what=N_("The document signer's key signs only until {sign_until}."),
        do=N_("Please make a new document signer."),
    ),
    "register.outlives-signer": Sentence(
        what=N_("This credential would last longer than its signer's certificate, which ends {not_after}."),
        do=N_("Please choose a shorter validity, or make a new document signer."),
    ),
    "register.reader-differs": Sentence(
        what=N_("This counter's key has a certificate already, under the id {id}."),
        do=N_("Please use the same id, office and name, or have the counter make a new key."),
    ),
    "register.already-withdrawn": Sentence(
        what=N_("This certificate was withdrawn already, and that is for ever."), do=_UNCHANGED
    ),
    "register.bad-validity": Sentence(
        what=N_("A credential must end after it begins."), do=N_("Please check the dates.")
    ),
    "register.bad-count": Sentence(
        what=N_("Between 1 and {most} can be handled at once."), do=N_("Please choose a smaller number.")
    ),
    "register.bad-digest": Sentence(what=N_("{what} is {length} bytes long, not 32."), do=_PROGRAM),
    "register.bad-reason": Sentence(
        what=N_("A reason is one code of small letters and hyphens, such as lost or moved-away."),
        do=N_("Please choose a code. Names and stories do not belong in the log."),
    ),
    "register.bad-name": Sentence(
        what=N_("{what} must be 1 to {most} printable characters."), do=N_("Please correct it.")
    ),
    "register.setting-too-long": Sentence(
        what=N_("The setting {key} is longer than {most} characters."), do=N_("Please shorten it.")
    ),
    "register.bad-head": Sentence(
        what=N_("This is not a head of a register's log."), do=N_("Please check that it was copied whole.")
    ),
    "register.log-edited": Sentence(what=N_("Entry {position} of the log has been changed."), do=_LOG),
    "register.log-gap": Sentence(what=N_("Entry {position} of the log is missing."), do=_LOG),
    "register.log-truncated": Sentence(what=N_("The log is cut off: entry {position} is missing."), do=_LOG),
    "register.log-rewritten": Sentence(
        what=N_("The log is not the one that the kept head stands for, from entry {position} at the latest."),
        do=_LOG,
    ),
}
