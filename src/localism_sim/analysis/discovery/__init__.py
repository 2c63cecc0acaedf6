"""Scenario discovery: under which conditions an outcome passes a threshold."""
