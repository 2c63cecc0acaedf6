"""The model: parameters, outcomes, places, scenarios, a module for each kind of agent, the month
and the compiled engine.
"""
