"""Results as words, tables and figures."""
