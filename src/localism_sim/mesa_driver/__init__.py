"""The model as Mesa agents: the same rules, walked in plain Python."""
