"""The resident's records at rest: sealed one by one, bound together, saved whole or not at all.

- `vault`: create, open, read, write, export, restore
- `transaction`: changes that are saved together
- `records`: one record, and how it is sealed
- `manifest`: which records there are, in which state; finds what was swapped, dropped or put back
- `marks`: the highest counter seen, kept outside the vault; finds a whole old file put back
- `keys`: what is derived from the vault key
- `store`: the SQLite file, which sees ciphertext alone
- `lock`: one window or command at a time
- `backup`: all records in one sealed file
"""

from wallet.vault.records import Record, RecordId
from wallet.vault.transaction import Transaction
from wallet.vault.vault import Rollback, Vault

__all__ = ["Record", "RecordId", "Rollback", "Transaction", "Vault"]
