"""Sentences about requests and sessions of ISO/IEC 18013-5."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_ASK_ANEW: Final = N_("Ask the counter for a new request.")
_START_ANEW: Final = N_("Start the exchange again from the beginning.")

SENTENCES: Final[dict[str, Sentence]] = {
    "request.elements": Sentence(
        what=N_("The counter asks for {found} fields at once. At most {limit} are read."), do=_ASK_ANEW
    ),
    "request.intent-to-retain": Sentence(
        what=N_("The request does not say for each field whether it will be kept. Place: {path}."),
        do=_ASK_ANEW,
    ),
    "session.transcript-form": Sentence(
        what=N_("The session transcript is not a list of engagement, key and handover."),
        do=N_("Give the encoded list itself, without the tag around it."),
    ),
    "session.key-agreement": Sentence(
        what=N_("The two keys of the session do not belong together."), do=_START_ANEW
    ),
    "session.decrypt": Sentence(what=N_("A message of the session could not be decrypted."), do=_START_ANEW),
    "session.messages": Sentence(
        what=N_("The session has sent {limit} messages, which is as many as it may."), do=_START_ANEW
    ),
    "engagement.security": Sentence(
        what=N_("The connection code does not say with which key to speak."),
        do=N_("Show a new connection code."),
    ),
    "engagement.cipher-suite": Sentence(
        what=N_("The connection code asks for a kind of encryption that this program does not know."),
        do=N_("Update this program, or use another device."),
    ),
    "engagement.method": Sentence(
        what=N_("The connection code names a way of connecting that cannot be read."),
        do=N_("Show a new connection code."),
    ),
    "engagement.uri": Sentence(
        what=N_("This text is not a connection code."), do=N_("Copy or scan the whole code again.")
    ),
    "engagement.session-status": Sentence(
        what=N_("A message of the session ends with a code that does not exist."), do=_START_ANEW
    ),
    "hpke.open": Sentence(
        what=N_("The message was not encrypted for this key, or it was changed on the way."),
        do=N_("Ask for a new one."),
    ),
    "hpke.curve": Sentence(
        what=N_("The key to encrypt for is of another kind than P-256."), do=N_("Use a P-256 key.")
    ),
}
