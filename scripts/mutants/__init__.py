"""Mutation tests: the changes are mutmut's, trying them is our own (docs/adr/0230-mutants-in-forks.md)."""
