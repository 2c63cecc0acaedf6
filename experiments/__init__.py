"""Studies: questions put to the model, each with one command, figures and a finding.

`python -m experiments` lists them.
"""
