"""From an agency to a wallet: without a network by three small files, with one by OpenID4VCI 1.0.

- `offer`: the agency gives a nonce and says what it would issue
- `request`: the wallet answers with proofs of its device keys and a key for the reply
- `reply`: the agency sends the credentials, sealed so that this wallet alone can open them
- `keys`: public keys as JSON Web Keys, strictly
- `limits`: every bound
- `openid4vci`: the messages over a network

The forms of the files follow OpenID4VCI 1.0 (offer, `jwt` key proofs, response) where it fits.
"""
