"""Satisfaction: the quality that people perceive, by what they are used to and what the press says.

It moves fast; trust learns from the same perception slowly. Both are kept apart because they were
seen apart: satisfaction with councils fell by .07 in three months and was back within six, while
trust in councils hardly moved under cuts.

What people are used to is kept for each place, not for each citizen: polls measure averages, the
perception is linear in it, and citizens' months stay as cheap as they were.
"""

from .citizen import perceived_quality
from .compilation import rule, single


@rule
def adapted(used_to, quality, p):
    """The quality that people of a place are used to, after a month: moves by `expectation_rate`
    towards what they get (adaptation level, Helson 1964; expectancy disconfirmation, Van Ryzin
    2004).
    """
    return used_to + p.expectation_rate * (quality - used_to)


@rule
def outlook(used_to, at_start, p):
    """What is added to quality when people judge it: what they no longer expect (`habituation` x
    what they were used to at the start less what they are used to now), less hostile news.
    """
    return p.habituation * (at_start - used_to) - p.news_effect * p.news


@single
def satisfied(quality, outlook_here, trust, p):
    """Mean satisfaction of a place: its quality as perceived under that outlook and trust, by the
    same rule as each citizen's. p: `citizen.habits`.
    """
    return perceived_quality(quality + outlook_here, trust, p)
