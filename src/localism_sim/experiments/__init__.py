"""Questions put to the model: compare scenarios, sweep, analyse."""
