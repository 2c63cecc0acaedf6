"""Rival rules, one file each: a function with the file's name, marked with the rule it replaces."""
