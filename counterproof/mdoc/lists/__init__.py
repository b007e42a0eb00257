"""Signed lists: Token Status List, VICAL, readers."""
