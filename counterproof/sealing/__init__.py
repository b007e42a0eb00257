"""Passphrase-sealed envelopes: Argon2id and AES-256-GCM."""
