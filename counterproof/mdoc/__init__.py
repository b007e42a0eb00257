"""ISO 18013-5 documents, certificates, lists and the decision about them."""
