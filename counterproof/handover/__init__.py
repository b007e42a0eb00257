"""From an agency to a wallet without a network: three small files on a stick, by mail or as text.

- `offer`: the agency gives a nonce and says what it would issue
- `request`: the wallet answers with proofs of its device keys and a key for the reply
- `reply`: the agency sends the credentials, sealed so that this wallet alone can open them
- `keys`: public keys as JSON Web Keys, strictly
- `limits`: every bound

The forms follow OpenID4VCI 1.0 (credential offer, `jwt` key proofs, credential response) where it fits.
"""
