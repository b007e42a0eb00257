"""Costs of the key derivation that only tests may use: `counterproof.sealing.kdf.STANDARD` refuses them."""

from __future__ import annotations

from counterproof.sealing.kdf import KdfParameters, KdfPolicy

CHEAP = KdfParameters(memory_kib=32, iterations=1, lanes=1)  # some 70 microseconds
CHEAP_KDF = KdfPolicy(chosen=CHEAP, floor=CHEAP, ceiling=KdfParameters(64, 2, 2))

PASSPHRASE = "lantern orchid gravel mitten"
OTHER_PASSPHRASE = "velvet tractor omelette cliff"
