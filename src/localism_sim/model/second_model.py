"""Values of the second model: what evidence says where the first model's value is neutral or wrong.

Each mechanism of the second model is a parameter whose neutral value gives the first model, bit for
bit. This table holds the value that evidence asks for, with the reason and the source.
"""

SECOND_MODEL: dict[str, tuple[float | int, str]] = {
    # The centre
    "status_quo_bias": (
        0.0,
        "fairness: the centre's own candidates are judged by what they are worth, as places' are; "
        "1 is a rival theory (Samuelson & Zeckhauser 1988)",
    ),
    "promise_netting": (
        1.0,
        "a mistake of the first model: money moved between services of a place was a cut to trust",
    ),
    "garbles_stick": (
        1,
        "a mistake of the first model: garbles cancelled, 20 desks of fidelity .8 left .035 of "
        "messages whole, not .8^20 = .0115 (Pressman & Wildavsky 1973)",
    ),
    "saturation_softness": (
        0.01,
        "with a sharp corner more money below capacity changes nothing; size assumed: .909 of "
        "demand met at a workload of 1; to be swept 0-0.1",
    ),
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
    "visit_rate": (
        0.3,
        "Total Place: 9% to 54% of places in 8 +- 3 months without a mandate; 11 months under the "
        "scenario total_place with this rate (one seed). Half of 386 councils in four years of the "
        "Beacon scheme (Warwick Business School 2003) would be .04, a lower bound: one scheme of "
        "many",
    ),
    "contact_rate": (
        0.2,
        "three quarters of those who engaged with a Beacon changed something (Warwick Business "
        "School 2008): with this rate .78 of places within twelve months, motivation, permission "
        "and readiness as in 2010",
    ),
    "outside_ties": (0.1, "practitioners' networks beyond the place; size assumed"),
    "promotion_rate": (
        0.0014,
        "Bass p .017 a year, median of 263 US state policies (SPID, NetworkInference)",
    ),
    "same_practice": (1, "complex contagion counts the same behaviour (Centola & Macy 2007)"),
    "readiness_by_depth": (1.0, "a phone asks for no readiness: what is relational does (E4)"),
    "citizen_ideas": (0.01, "sign: essay R1, R9; von Hippel 2005; size assumed, swept 0-0.05"),
    "inventive_sd": (0.11, "adoptions per US state: deviation 39 of a mean of 357 (SPID)"),
    "compliant_sd": (
        0.6,
        "personal budgets: deviation between councils .16-.22 at a mean of .35 (TLAP 2011)",
    ),
    "expectation_rate": (
        0.1,
        "satisfaction was two points higher six months after the shock of 2010-11 than before it "
        "(LGinsight/Populus), and trust hardly moved in four years of cuts",
    ),
    "broken_promise": (
        0.1,
        "trust in councils under cuts 0 +- .04 after four years (Citizenship Survey 2010-11, "
        "LGA/Populus 2013-14): .3 gives -.05",
    ),
    "staff_trust_rate": (0.03, "sign: Dirks & Ferrin 2002; size assumed"),
    "job_cut_effect": (0.5, "sign: essay E2; size assumed, swept 0-2"),
    "stopped_effect": (0.05, "sign: unmet expectations, Dirks & Ferrin 2002; size assumed"),
    "granted_effect": (0.05, "sign: participation, Dirks & Ferrin 2002; size assumed"),
    "trust_inquiry": (0.3, "trust goes with behaviour (Dirks & Ferrin 2002); size assumed"),
    "trust_borrowing": (0.3, "as trust_inquiry"),
}
"""Parameter -> (value, reason with source)."""
