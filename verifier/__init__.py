"""The clerk: request, scan, decide."""
