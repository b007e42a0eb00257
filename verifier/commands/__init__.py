"""The commands of `verifier`, a module for each family; `verifier.cli` puts them together."""
