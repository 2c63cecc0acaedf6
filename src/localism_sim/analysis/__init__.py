"""Tables in, results out: comparison, sensitivity, discovery, tipping points, replication.

No files, no console.
"""
