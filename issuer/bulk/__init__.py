"""Issuing and revoking for many at once: rows of a table, parts on workers, one register."""
