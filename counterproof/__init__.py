"""Counterproof's shared library: the format, the QR exchange, trust, words."""
