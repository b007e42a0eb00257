"""The agency: keys, register, issuing, revoking, publishing."""
