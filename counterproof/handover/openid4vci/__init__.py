"""From an agency to a wallet over a network: the messages of OpenID4VCI 1.0, as both ends use them.

- `offers`: the link that a person scans or follows, and what stands behind it
- `metadata`: what an agency says of its service; signed, so that its name is proven
- `forms`: what goes to the endpoints and comes back
- `proofs`: device keys that sign the agency's nonce
- `encryption`: requests and responses sealed once more, above TLS

No socket is opened here. Clause numbers are those of OpenID for Verifiable Credential Issuance 1.0.
"""
