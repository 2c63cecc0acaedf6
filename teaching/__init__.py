"""The teaching pack: plans, cards, worksheets and answers, printed by `python -m teaching`."""
