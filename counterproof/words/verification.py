"""Sentences about verdicts: for each check that did not pass, what it means and what to do next.

They speak to the clerk at the counter, who did not make the document and cannot mend it.
"""

from __future__ import annotations

from counterproof.words.model import N_, Sentence, Sentences

_ASK_AGENCY = N_("Ask the person to see the agency that issued it. Serve them another way meanwhile.")
_AGAIN = N_("Ask the person to scan your request again and show a new code.")
_FORGED = N_(
    "Do not rely on it. Look at a paper document instead, and follow your office's rule for forgeries."
)
UPDATE = N_("Update this counter's lists, then try again. Until then look at a paper document.")
NEEDS_LISTS = frozenset(
    {
        *("status.expired", "status.missing", "status.stale"),
        *("trust.list-out-of-date", "trust.list-stale"),
        *("certificate.revocation-unknown", "certificate.revocation-old", "certificate.revocation-stale"),
    }
)
"""What newer lists would settle, which a clerk cannot fetch with a person waiting."""

_DESK = N_(
    "This counter needs attention from whoever looks after it. Serve the person another way meanwhile."
)

VERDICTS = Sentences(
    {
        "accepted": Sentence(N_("Accepted"), N_("Compare the person with the picture, if there is one.")),
        "refused": Sentence(
            N_("Not accepted"),
            N_("Serve the person another way, and tell whoever looks after this counter the code below."),
        ),
        "undecided": Sentence(
            N_("Cannot tell"), N_("Look at a paper document instead: this is neither a yes nor a no.")
        ),
        "unreadable": Sentence(N_("Cannot be read"), N_("Ask the person to show the code again.")),
    }
)
"""The word of each verdict and what always goes with it."""

QUALIFIERS = Sentences(
    {
        "asked-and-answered": Sentence(N_("Asked and answered: made for this counter, just now.")),
        "shown-first": Sentence(
            N_("Shown first: fresh, but anyone who filmed it could show it for a minute.")
        ),
        "shown-first-challenged": Sentence(
            N_("Shown first with your number: made for this counter, readable by others.")
        ),
        "paper": Sentence(N_("Paper: made beforehand. A photocopy works once at each counter.")),
        "session": Sentence(N_("Answered over another connection.")),
        "received": Sentence(N_("Received from its agency.")),
    }
)
"""How the proof came, to be said wherever the verdict is said."""

NOTICES = Sentences(
    {
        "several-documents": Sentence(
            N_("Each document is proven by itself; nothing proves that they belong to one person."),
            N_("Compare names, birth dates and pictures."),
        ),
        "validity.outlives-signer": Sentence(
            N_("The document is dated to outlive its signer's certificate."),
            N_("That alone is no reason to refuse it."),
        ),
    }
)
"""Worth saying, and no reason to refuse."""

SENTENCES: dict[str, Sentence] = {
    "exchange.mode": Sentence(
        N_("This kind of code is not taken for this purpose."),
        N_("Ask the person to scan your request, so that their wallet answers it."),
    ),
    "exchange.fresh": Sentence(N_("The code is too old, or was made for another request."), _AGAIN),
    "exchange.span": Sentence(N_("The slip is for longer than a slip may be."), N_("Ask for a new slip.")),
    "exchange.audience": Sentence(N_("The code was made for another office."), _AGAIN),
    "exchange.challenge": Sentence(N_("The code does not carry the number that you gave."), _AGAIN),
    "exchange.purpose": Sentence(
        N_("The slip was made for another purpose."), N_("Ask for a slip for this one.")
    ),
    "exchange.replay": Sentence(N_("This code was shown before."), _AGAIN),
    "exchange.clock": Sentence(N_("This counter's clock is wrong."), N_("Set the clock, then try again.")),
    "response.status": Sentence(N_("The wallet answered that it could not answer."), _AGAIN),
    "request.documents": Sentence(N_("The wallet showed nothing of what was asked for."), _AGAIN),
    "request.complete": Sentence(N_("It could not be seen whether everything asked for was shown."), _AGAIN),
    "request.incomplete": Sentence(
        N_("Some of what was asked for was not shown."),
        N_("Decide whether what was shown is enough, or ask again."),
    ),
    "chain.path": Sentence(N_("The document's signer does not belong to any agency that we know."), _FORGED),
    "chain.validity": Sentence(N_("The signer's certificate is not valid at this time."), _ASK_AGENCY),
    "chain.purpose": Sentence(N_("The signer's certificate is not for signing documents."), _FORGED),
    "chain.key-usage": Sentence(N_("The signer's key is not for signing."), _FORGED),
    "chain.leaf": Sentence(
        N_("The document was signed with a certificate that must not sign documents."), _FORGED
    ),
    "chain.extensions": Sentence(N_("The signer's certificate demands something unknown."), _ASK_AGENCY),
    "chain.country": Sentence(N_("The signer and its agency name different countries."), _FORGED),
    "chain.names": Sentence(N_("The signer's certificate names its agency in another way."), _FORGED),
    "chain.lifetime": Sentence(N_("The signer's certificate lasts longer than it may."), _ASK_AGENCY),
    "chain.serial": Sentence(N_("The signer's certificate has an impossible number."), _ASK_AGENCY),
    "chain.algorithm": Sentence(N_("The agency's keys are of a kind that is not taken."), _ASK_AGENCY),
    "chain.revocation": Sentence(N_("The signer's certificate was withdrawn."), _ASK_AGENCY),
    "issuer.algorithm": Sentence(N_("The document's signature is of a kind that is not taken."), _FORGED),
    "issuer.signature": Sentence(N_("The agency's signature does not fit the document."), _FORGED),
    "issuer.signed-set": Sentence(
        N_(
            "The key that signed this document was stolen, "
            "and the agency has no record that it made this document."
        ),
        _FORGED,
    ),
    "digest.known": Sentence(N_("A field was shown that the agency did not sign."), _FORGED),
    "digest.match": Sentence(N_("A field was changed after the agency signed it."), _FORGED),
    "element.unique": Sentence(N_("The same field was shown twice."), _FORGED),
    "doc-type.signed": Sentence(N_("The document was signed as another kind of document."), _FORGED),
    "validity.order": Sentence(N_("The document's dates contradict each other."), _ASK_AGENCY),
    "validity.signer": Sentence(N_("The document was signed when its signer could not sign."), _FORGED),
    "validity.from": Sentence(
        N_("The document is not valid yet."),
        N_("Ask the person to come back once it is, or serve them another way."),
    ),
    "validity.until": Sentence(
        N_("The document has run out."), N_("Ask the person to fetch a new copy from its agency.")
    ),
    "trust.doc-type": Sentence(N_("This agency may not issue this kind of document."), _FORGED),
    "device.authorized": Sentence(N_("The wallet added something that it may not say itself."), _FORGED),
    "device.method": Sentence(N_("The wallet proved itself in a way that is not taken here."), _AGAIN),
    "device.auth": Sentence(
        N_("The answer was not made by this document's wallet for this request."), _AGAIN
    ),
    "document.expiry": Sentence(N_("The date printed in the document has passed."), _ASK_AGENCY),
    "document.expiry-unreadable": Sentence(
        N_("The date printed in the document cannot be read."), _ASK_AGENCY
    ),
    "status.not-used": Sentence(N_("The agency keeps no list for this document; it runs out soon instead.")),
    "status.unsupported": Sentence(
        N_("The agency's list is of a kind that this program cannot read."), _DESK
    ),
    "verification.not-run": Sentence(N_("A check could not be made, because one before it failed."), _FORGED),
}
