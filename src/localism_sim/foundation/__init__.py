"""What every room stands on: errors, files, reading, progress.

Imports nothing else of this package.
"""
