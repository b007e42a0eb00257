"""Passphrase-sealed envelopes: Argon2id and AES-256-GCM, and the files that carry them."""
