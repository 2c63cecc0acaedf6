"""The kinds of experiment: each is asked, answered and shown."""
