"""Sensitivity analysis: designs, methods, indices and the luck in them."""
