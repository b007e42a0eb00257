"""Drills: what an agency does on a bad day, walked through on a copy."""
