"""`python -m issuer` is the command `issuer`."""

from __future__ import annotations

from issuer.cli import main

if __name__ == "__main__":
    main()
