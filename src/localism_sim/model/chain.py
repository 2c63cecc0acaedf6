"""The delivery chain: links between department and service that delay, garble, screen and ask for
reports.
"""

from .compilation import rule


@rule
def clears(u, p):
    """Whether a desk clears a message this month: u < clearance (Pressman & Wildavsky 1973); else
    the message waits a month.
    """
    return u < p.clearance


@rule
def garbled(practice, sent, u, choice, choices, p):
    """The practice as one desk passes it on: with probability 1 - fidelity one `choice` is turned
    round.

    With `garbles_stick` a choice once turned stays so and the next one that is still as `sent` is
    turned, so n desks leave a message whole with exactly fidelity^n (Pressman & Wildavsky 1973);
    without, a later desk may turn it back by chance.
    """
    if u < p.fidelity:
        return practice
    if p.garbles_stick == 0:
        return practice ^ (1 << choice)
    for _ in range(choices):
        if ((practice ^ sent) >> choice) & 1 == 0:
            return practice ^ (1 << choice)
        choice = (choice + 1) % choices
    return practice


@rule
def desk_passes(good, u, p):
    """Whether one desk lets a proposal through (Sah & Stiglitz 1986): good ideas with `pass_good`,
    harmful ones with `pass_bad`.
    """
    return u < (p.pass_good if good else p.pass_bad)


@rule
def desks_left(desks, passed, p):
    """Desks that a proposal has still to pass after one has judged it; -1 where it was stopped.

    A hierarchy: every desk has to agree, and the first refusal ends it (Sah & Stiglitz 1986). The
    variant `polyarchy` asks for one consent alone.
    """
    return desks - 1 if passed else -1


@rule
def reporting_load(control, p):
    """Share of front-line time that reporting takes: links x cost per link x control x (1 -
    framework scrutiny) x burden, at most `most_reporting`.
    """
    return min(
        p.most_reporting,
        p.chain_length * p.link_cost * control * (1.0 - p.framework_scrutiny) * p.reporting_burden,
    )
