"""Sentences about bulk runs."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Sentence, plural

_ROW = N_("Please correct the row.")

SENTENCES: dict[str, Sentence] = {
    "bulk.refused": plural(
        NN_(
            "{problems} of {rows} rows has something wrong. Nothing was issued or revoked.",
            "{problems} of {rows} rows have something wrong. Nothing was issued or revoked.",
        ),
        "problems",
        do=N_("Please correct them. When issuing, --without-bad leaves them out."),
    ),
    "bulk.stopped": Sentence(
        what=N_("Stopped: {done} of {rows} rows are done, and count."),
        do=N_("The same command goes on from there. Nothing is issued twice."),
    ),
    "bulk.kind": Sentence(
        what=N_("A table is a file that ends in .csv or .parquet."), do=N_("Please choose such a file.")
    ),
    "bulk.too-large": Sentence(
        what=N_("This file has more than {most} bytes."), do=N_("Please split it into several runs.")
    ),
    "bulk.head": Sentence(
        what=N_("The first line does not name the columns, each once."),
        do=N_("Please correct it. `issuer types DIR TYPE` says which fields there are."),
    ),
    "bulk.not-parquet": Sentence(
        what=N_("This is not a Parquet file that can be read."), do=N_("Please write it again.")
    ),
    "bulk.column-kind": Sentence(
        what=N_("Column {position} holds lists, numbers with fractions or other things that no field is."),
        do=N_("Please write texts, whole numbers, days, yes and no, or bytes."),
    ),
    "bulk.cell": Sentence(what=N_("A cell has more than {most} characters."), do=_ROW),
    "bulk.nul": Sentence(what=N_("A cell holds a character that no text has (NUL)."), do=_ROW),
    "bulk.which-keys": Sentence(
        what=N_("A table has one column of keys: `request`, or `device_key`."),
        do=N_("Please add the wallets' requests, or the keys that were proven before."),
    ),
    "bulk.which-targets": Sentence(
        what=N_("A table of what to revoke has one column of it: `batch`, or `subject`."),
        do=N_("Please correct the first line. Nothing was revoked."),
    ),
    "bulk.nothing-issued": Sentence(
        what=N_("Nothing of that type was issued to this person."), do=N_("Please check the reference.")
    ),
    "bulk.keys": Sentence(what=N_("There must be 1 to {most} device keys."), do=_ROW),
    "bulk.key": Sentence(what=N_("This is not a P-256 public key."), do=_ROW),
    "bulk.key-twice": Sentence(
        what=N_("A device key stands here that is used twice (first in line {first}; 0 is this one)."),
        do=N_("Each document needs a key of its own. Please ask the wallet for other keys."),
    ),
    "bulk.base64": Sentence(what=N_("This is not base64."), do=_ROW),
    "bulk.no-passphrase": Sentence(
        what=N_("A worker has no passphrase for the document signer's key."),
        do=N_("Please start the workers with COUNTERPROOF_PASSPHRASE in their environment."),
    ),
    "bulk.no-workers": Sentence(
        what=N_("The scheduler has no workers."), do=N_("Please start some, then start the command again.")
    ),
    "bulk.worker-failed": Sentence(
        what=N_("A worker could not do its part ({kind}). What is done counts."),
        do=N_("Please look at the worker, then start the command again: it goes on from there."),
    ),
    "bulk.scheduler": Sentence(
        what=N_("A scheduler's address begins with tls:// or tcp://."), do=N_("Please correct it.")
    ),
    "bulk.no-scheduler": Sentence(
        what=N_("The scheduler does not answer, or does not let this program in."),
        do=N_("Please check its address and the certificates in Dask's settings. Nothing was issued."),
    ),
    "bulk.part-lost": Sentence(
        what=N_("Part {part} counts, but its file is gone from the run's folder."),
        do=N_("Please restore it from a copy. If it is lost, revoke that part and issue to its people anew."),
    ),
    "bulk.other-run": Sentence(
        what=N_("In this folder is a run of another table or another type."),
        do=N_("Please choose another folder, or give the file that the run began with."),
    ),
    "bulk.out-not-empty": Sentence(
        what=N_("This folder is neither empty nor that of a bulk run."),
        do=N_("Please choose another folder."),
    ),
    "bulk.running": Sentence(
        what=N_("This run is going on in another window or on another machine."), do=N_("Please wait for it.")
    ),
}
