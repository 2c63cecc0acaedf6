"""What the first model took for granted: the values that give its rules again.

The first model was audited and found wanting: its headlines rested on how the centre judged its own
designs, and evidence contradicted some of its rates. `behaviour=first_model` runs these values, so
that every result can be set beside what the first model would have said. Teams, the ring of choices
and weights by citizens are those of the second model, so its figures come close and are not equal.
"""

FIRST_MODEL: dict[str, float | int] = {
    "deprivation_gradient": 1.0,
    "protected_core": 0.5,
    "link_cost": 0.05,
    "expectation": 0.1,
    "status_quo_bias": 1.0,
    "promise_netting": 0.0,
    "garbles_stick": 0,
    "saturation_softness": 0.0,
    "deadline_months": 0,
    "comply_rate": 0.3,
    "comply_peers": 0.0,
    "paper_compliance": 0.0,
    "paper_trust": 0.0,
    "legacy_mandate": 0,
    "grant_protects": 0.0,
    "harm_threshold": 0.0,
    "visit_rate": 0.0,
    "contact_rate": 0.0,
    "outside_ties": 0.0,
    "promotion_rate": 0.0,
    "same_practice": 0,
    "readiness_by_depth": 0.0,
    "citizen_ideas": 0.0,
    "inventive_sd": 0.0,
    "compliant_sd": 0.0,
    "expectation_rate": 0.0,
    "broken_promise": 0.3,
    "staff_trust_rate": 0.0,
    "job_cut_effect": 0.0,
    "stopped_effect": 0.0,
    "granted_effect": 0.0,
    "trust_inquiry": 0.0,
    "trust_borrowing": 0.0,
    "closing_lag": 0,
    "post_overhead": 0.0,
    "entrant_search": 0,
    "contract_months": 0,
    "agency_by_people": 0,
}
"""Parameter -> value in the first model."""

BEHAVIOURS: dict[str, dict[str, float | int]] = {"default": {}, "first_model": FIRST_MODEL}
"""Sets of rates and rules by name: what each sets; a value given by itself goes before."""
