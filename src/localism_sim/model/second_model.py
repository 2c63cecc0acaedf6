"""Values of the second model: what evidence says where the first model's value is neutral or wrong.

Each mechanism of the second model is a parameter whose neutral value gives the first model, bit for
bit. This table holds the value that evidence asks for, with the reason and the source.
"""

SECOND_MODEL: dict[str, tuple[float | int, str]] = {
    # Staff, citizens and ties
    "deadline_months": (
        64,
        "personal budgets: mandate of December 2007, target of 100% by April 2013 (ADASS 2010)",
    ),
    "comply_rate": (
        0.064,
        "personal budgets: .167, .35, .528 after 27, 39 and 51 months (ADASS, TLAP), with the "
        "deadline and peers below, control .7 and autonomy .3",
    ),
    "comply_peers": (
        0.5,
        "personal budgets: the rise between months 27 and 51 is steeper than the deadline alone "
        "makes it (sign: Tolbert & Zucker 1983)",
    ),
    "paper_compliance": (
        0.9,
        "personal budgets: reports trebled while direct payments did not grow; nearly all growth "
        "in managed budgets (TLAP 2011)",
    ),
    "paper_trust": (0.5, "sign: Bromley & Powell 2012; size assumed, swept 0-1"),
    "legacy_mandate": (1, "a mistake of the first model: a legacy standard was no mandate"),
    "grant_protects": (1.0, "a mistake of the first model: granted trials were stopped"),
    "harm_threshold": (0.02, "assumption: a shortfall that no one would notice is no harm"),
}
"""Parameter -> (value, reason with source)."""
