"""Measured patterns, one file each."""
