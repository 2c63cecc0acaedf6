"""The same citizen dynamics in several frameworks: one short file each, held to one specification
(`specification.py`).
"""
