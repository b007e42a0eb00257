"""An agency, a counter and a holder in memory, deterministic by seed, for tests to use and to bend."""
