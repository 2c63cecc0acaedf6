"""Tests of the project: a package of its own, since others install one of this name."""
