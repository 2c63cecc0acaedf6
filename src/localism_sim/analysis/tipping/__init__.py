"""Tipping points: where an outcome crosses a threshold, and whether the way back is the same."""
