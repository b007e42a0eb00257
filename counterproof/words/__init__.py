"""Codes and checks turned into sentences."""
