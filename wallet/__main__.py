"""`python -m wallet` is the command `wallet`."""

from __future__ import annotations

from wallet.cli import main

if __name__ == "__main__":
    main()
