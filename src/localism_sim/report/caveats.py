"""What a reader must know before quoting a verdict of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blocks import Block, Paragraph, code, strong

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison

FINE_SCALE = 200
"""Residents a citizen from which on harm must be checked at a finer scale."""


def caveats(comparison: Comparison) -> tuple[Block, ...]:
    """What a reader must know before quoting a verdict."""
    if comparison.contrasts.empty:
        return ()
    return (*on_one_rule(comparison), *on_scale(comparison))


def on_scale(comparison: Comparison) -> tuple[Block, ...]:
    """Says that a verdict on harm changes with the scale, where many residents are told by one
    citizen (study `experiments/scale`).
    """
    rows = comparison.contrasts
    harm = rows[(rows["outcome"] == "harm") & rows["clear"].astype(bool)]
    if harm.empty or comparison.places.scale <= FINE_SCALE:
        return ()
    return (
        Paragraph(
            (
                strong("Harm falls with the number of teams: "),
                "here one citizen stands for ",
                f"{comparison.places.scale:,} residents and a service has few teams; in all of "
                "England it has hundreds. Visitors are assumed to see the best of them, which "
                "nobody has measured; most of the harm that the reforms add is then gone. Give the "
                "same command with ",
                code(f"places.scale={FINE_SCALE}"),
                " or less before you quote it.",
            )
        ),
    )


def on_one_rule(comparison: Comparison) -> tuple[Block, ...]:
    """Says that a verdict on spread or harm hangs on a single rule, where that rule is at work and
    the first page does not show what it does.
    """
    rows = comparison.contrasts
    if comparison.grounds:
        return ()
    hanging = rows[rows["outcome"].isin(["spread_delivered", "harm"]) & rows["clear"].astype(bool)]
    biased = [arm for arm in comparison.arms if arm.parameters.status_quo_bias > 0.0]
    if hanging.empty or not biased:
        return ()
    return (
        Paragraph(
            (
                strong("One rule decides much of this: "),
                "how far innovation spreads, and how much harm it does, hang on how far the centre "
                "marks its own candidates down for being unlike the present standard, which nobody "
                "has measured. Give the same command with ",
                code("parameters.status_quo_bias=0"),
                " before you quote either.",
            )
        ),
    )
