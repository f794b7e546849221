"""Measurements, each beside its limit: `make bench-NAME`."""
