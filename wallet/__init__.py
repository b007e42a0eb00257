"""The resident: vault, consent, presentation, history."""
