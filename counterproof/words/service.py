"""What the agency's service has to say: to who runs it, to clerks, and to wallets."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, NN_, Sentence, plural

_BUILDER: Final = N_("Whoever builds the wallet can put this right.")
_NEW_OFFER: Final = N_("Please make a new offer.")

_RUNNING: Final = {
    "service.url-not-https": Sentence(
        what=N_("An agency whose address is http can be served to this machine alone."),
        do=N_("Please found it with --url https://..., or listen at 127.0.0.1 to try things out."),
    ),
    "service.no-tls": Sentence(
        what=N_("Codes and cards would go over an open line."),
        do=N_("Please give --certificate and --key, or say --behind-proxy where a proxy ends TLS."),
    ),
    "service.tls-on-http": Sentence(
        what=N_("The agency's address is http, so a certificate does not fit it."),
        do=N_("Please leave --certificate and --key out."),
    ),
    "service.key-missing": Sentence(
        what=N_("A certificate needs its key, and a key its certificate."), do=N_("Please give both.")
    ),
    "service.certificate": Sentence(
        what=N_("The certificate or its key cannot be used."),
        do=N_("Please check that both are PEM files and belong together."),
    ),
    "service.address-in-use": Sentence(
        what=N_("Another program listens at port {port} already."), do=N_("Please choose another --port.")
    ),
    "service.address": Sentence(
        what=N_("The service may not listen there (port {port})."),
        do=N_("Please choose an address of this machine, and a port of 1024 or more."),
    ),
    "service.people": Sentence(
        what=N_("--people is TYPE=FILE, and the file is .csv or .json."),
        do=N_("For example: --people residency=people.csv"),
    ),
    "service.source": Sentence(
        what=N_("--source is TYPE=NAME."), do=N_("For example: --source residency=people")
    ),
    "service.people-missing": Sentence(
        what=N_("A file with people's data is not there."), do=N_("Please check the path.")
    ),
    "service.stopping": Sentence(what=N_("The service is about to stop.")),
}

_ASKING: Final = {
    "service.role": Sentence(
        what=N_("The role {role} may not do this."), do=N_("Please ask somebody whose role may.")
    ),
    "service.too-many": Sentence(
        what=N_("Too many requests in a short time."), do=N_("Please wait as long as Retry-After says.")
    ),
    "service.parameters": Sentence(
        what=N_("A parameter is missing or cannot be."), do=N_("The description is at openapi.json.")
    ),
    "service.parameter-missing": Sentence(what=N_("A parameter is missing."), do=_BUILDER),
    "service.parameter-twice": Sentence(what=N_("A parameter is there twice."), do=_BUILDER),
    "service.form": Sentence(what=N_("The form cannot be read."), do=_BUILDER),
    "service.body": Sentence(what=N_("The body is too large."), do=_BUILDER),
    "service.media-type": Sentence(what=N_("The media type must be that of a form."), do=_BUILDER),
    "service.grant-type": Sentence(what=N_("This grant type is not served here."), do=_BUILDER),
    "service.details": Sentence(
        what=N_("The authorization details must be a list of openid_credential."), do=_BUILDER
    ),
    "service.scheme": Sentence(what=N_("The access token must be a Bearer token."), do=_BUILDER),
}

_OFFERS: Final = {
    "agency.offer-life": Sentence(
        what=N_("An offer stands for a minute to {most} days."), do=N_("Please choose another time.")
    ),
    "agency.no-source": Sentence(
        what=N_("The service does not know where the data of this type comes from."),
        do=N_("Please start it with --people TYPE=FILE."),
    ),
    "agency.no-copies-left": plural(
        NN_("The {copies} copy of this offer was issued.", "All {copies} copies of this offer were issued."),
        "copies",
        do=N_("More can be had with the refresh token, some hours later."),
    ),
    "agency.application-refused": Sentence(
        what=N_("A clerk decided that this is not issued."), do=N_("Please ask the agency why.")
    ),
    "agency.answer-damaged": Sentence(
        what=N_("An answer that was kept cannot be given again: the register was changed."),
        do=N_("Please check the log with `issuer log --verify`, and make a new offer."),
    ),
    "agency.other-agency": Sentence(
        what=N_("This token belongs to another agency."), do=N_("Please use a token of this agency.")
    ),
    "register.no-such-offer": Sentence(
        what=N_("There is no such offer, or it is not open any more."), do=_NEW_OFFER
    ),
    "register.offer-over": Sentence(
        what=N_("The offer is not open any more."), do=N_("`issuer online offers` shows what became of it.")
    ),
    "register.code-refused": Sentence(
        what=N_("The pre-authorized code is unknown, was used, or has ended."), do=_NEW_OFFER
    ),
    "register.tx-code-missing": Sentence(what=N_("A transaction code is needed."), do=_BUILDER),
    "register.tx-code-unexpected": Sentence(what=N_("No transaction code is expected."), do=_BUILDER),
    "register.tx-code-wrong": Sentence(
        what=N_("The transaction code is wrong."), do=N_("After some wrong tries the offer is locked.")
    ),
    "register.type-not-offered": Sentence(
        what=N_("The offer is for another credential than the authorization details name."), do=_BUILDER
    ),
    "register.refresh-refused": Sentence(
        what=N_("The refresh token is unknown or has ended, or everything issued with it was withdrawn."),
        do=_NEW_OFFER,
    ),
    "register.token-refused": Sentence(
        what=N_("The token is missing, unknown, or has ended."), do=N_("Please get a new one.")
    ),
    "register.grant-used": Sentence(
        what=N_("There are no copies left to issue under this token."), do=_NEW_OFFER
    ),
    "register.no-such-application": Sentence(
        what=N_("There is no such application, or its answer was given."),
        do=N_("`issuer online applications` lists those that wait."),
    ),
    "register.decided-already": Sentence(
        what=N_("This application was decided before."),
        do=N_("`issuer online applications --all` shows by whom."),
    ),
    "register.no-such-delivery": Sentence(what=N_("Nothing was delivered under this name."), do=_BUILDER),
    "register.no-such-token": Sentence(
        what=N_("There is no such token, or it has ended."), do=N_("`issuer token list` shows them.")
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _RUNNING | _ASKING | _OFFERS
