"""The certificate profiles of ISO 18013-5 Annex B: built, checked, chained."""
