"""Measurements beside their goals; `make bench` runs them."""
