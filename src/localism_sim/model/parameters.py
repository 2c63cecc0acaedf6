"""Every parameter of the model, declared once.

`Parameters` is the only place where a default, a bound, a unit, a meaning or a source is written.
Configs, messages, the sensitivity problem, tables and sliders read it from here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput, brief, nearest

GROUPS = {
    "headline": "headline conditions",
    "problem": "the problem to be solved",
    "recommendation": "the essay's eleven recommendations",
    "lever": "further levers",
    "mechanism": "rival mechanisms",
    "behaviour": "behavioural rates",
    "scale": "size of the simulated world",
}


def parameter(default, *, low, high, unit, group, meaning, source):
    """One declared parameter: default, inclusive bounds, unit, group, plain meaning, source."""
    meta = {
        "low": low,
        "high": high,
        "unit": unit,
        "group": group,
        "meaning": meaning,
        "source": source,
    }
    return field(default=default, metadata=meta)


def _share(default, group, meaning, source):
    return parameter(
        default, low=0.0, high=1.0, unit="share", group=group, meaning=meaning, source=source
    )


@dataclass(frozen=True)
class Parameters:
    """All settings of one run; frozen and validated. Make a changed copy with `.replace(...)`."""

    # Headline conditions
    trust: float = _share(
        0.62,
        "headline",
        "citizens' trust in local services at the start",
        "Citizenship Survey 60% (2007-08), 64% (2010-11)",
    )
    cuts: float = parameter(
        0.22,
        low=0.0,
        high=0.6,
        unit="share",
        group="headline",
        meaning="real cut in local budgets per head once fully phased in",
        source="-23% 2009-10 to 2014-15 (IFS BN166 2015), -22% to 2015-16 (IFS Dec 2018); single "
        "councils 6-46%",
    )
    chain_length: int = parameter(
        5,
        low=0,
        high=20,
        unit="links",
        group="headline",
        meaning="desks between the Whitehall department and the service",
        source="assumption, swept 0-20: number of links not published (NAO & Audit Commission "
        "2006)",
    )
    autonomy: float = _share(
        0.3,
        "headline",
        "freedom of localities to vary practice without asking",
        "assumption, swept 0-1; UK ranks 32 of 39 in the Local Autonomy Index 2010 (Ladner et al. "
        "2015)",
    )

    # The problem
    need_diversity: float = _share(
        0.5,
        "problem",
        "how far needs differ between places (0 one national problem, 1 unrelated)",
        "assumption, swept 0-1",
    )
    complexity: int = parameter(
        4,
        low=0,
        high=9,
        unit="choices",
        group="problem",
        meaning="K: how many other choices the worth of each choice depends on",
        source="NK model, Levinthal 1997; assumption, swept 0-9",
    )
    relational_depth: float = _share(
        0.5,
        "problem",
        "share of a new practice's worth that needs changed relationships",
        "assumption, swept 0-1 (0 a phone, 1 the recovery approach)",
    )

    # The eleven recommendations
    early_engagement: float = _share(
        0.2,
        "recommendation",
        "recommendation 1: people take part before plans are formed",
        "assumption; 27% want more involvement (Place Survey 2008)",
    )
    alternative_support: float = _share(
        0.1,
        "recommendation",
        "recommendation 2: support for those who set up alternatives",
        "assumption, swept 0-1",
    )
    framework_scrutiny: float = _share(
        0.1,
        "recommendation",
        "recommendation 3: scrutiny of the framework instead of the detail",
        "assumption, swept 0-1",
    )
    reporting_burden: float = _share(
        1.0,
        "recommendation",
        "recommendation 4: reporting demanded along the chain, relative to 2010",
        "1 = 2010 level, set so that reporting takes 17-20% of time (RCN 2008, 2013; Home Office "
        "2007)",
    )
    challenge_focus: float = _share(
        0.1,
        "recommendation",
        "recommendation 5: innovation anchored in challenges, with ties across domains",
        "assumption, swept 0-1",
    )
    practice_learning: float = _share(
        0.1,
        "recommendation",
        "recommendation 6: capability built by live problem-solving",
        "assumption, swept 0-1",
    )
    collaboration_reward: float = _share(
        0.1,
        "recommendation",
        "recommendation 7: pay and promotion reward collaboration",
        "assumption, swept 0-1",
    )
    open_commissioning: float = _share(
        0.1,
        "recommendation",
        "recommendation 8: commissioners open to other ways and providers",
        "assumption; 28% of procurement went to third parties (CLG Committee 2013-14)",
    )
    collective_capacity: float = _share(
        0.1,
        "recommendation",
        "recommendation 9: investment in people's capacity to act together",
        "assumption, swept 0-1",
    )
    outcome_measurement: float = _share(
        0.3,
        "recommendation",
        "recommendation 10: weight of real outcomes in what is measured",
        "assumption, swept 0-1",
    )
    connectivity: float = _share(
        0.1,
        "recommendation",
        "recommendation 11: ties between staff of different places",
        "assumption, swept 0-1",
    )

    # Further levers
    ring_fence: float = _share(
        0.0,
        "lever",
        "share of the budget protected from cuts",
        "0 = none; Sure Start before 2011 = 1",
    )
    two_way_alignment: float = _share(
        0.1,
        "lever",
        "how far the centre listens to places and lets go in turn",
        "assumption, swept 0-1",
    )
    leadership: float = _share(
        0.3, "lever", "leaders who protect time for reflection", "assumption, swept 0-1"
    )
    reform_interest: float = _share(
        0.3, "lever", "the centre's own interest in system change", "assumption, swept 0-1"
    )
    innovation_agency: float = _share(
        0.0, "lever", "strength of an innovation agency inside government", "0 = none"
    )
    pooled_budgets: float = _share(
        0.0,
        "lever",
        "share of budgets pooled between services of a place",
        "0 = none; Total Place 2009-10",
    )
    city_regions: float = _share(
        0.0,
        "lever",
        "share of the centre's say devolved to city regions, and ties inside them",
        "0 = none",
    )
    centre_cuts: float = _share(
        0.34,
        "lever",
        "cut in the centre's own capacity once fully phased in",
        "administration budgets -34% real 2010-15 (Civil Service World, Nov 2010)",
    )
    central_capacity: float = _share(
        0.5, "lever", "the centre's ability to design and evaluate", "assumption, swept 0-1"
    )
    efficiency_gain: float = parameter(
        0.01,
        low=0.0,
        high=0.05,
        unit="share a year",
        group="lever",
        meaning="yearly efficiency gain that offsets part of the cut",
        source="assumption, swept 0-0.05",
    )
    innovation_fund: float = _share(
        0.0, "lever", "share of a trial's cost that the centre bears", "0 = none; Strumpf 1999"
    )
    harmonise_after: int = parameter(
        0,
        low=0,
        high=600,
        unit="months",
        group="lever",
        meaning="month in which the best local practice becomes the standard for all (0 never)",
        source="0 = never; Callander & Harstad 2015",
    )

    # Rival mechanisms
    trial_success: float = parameter(
        0.2,
        low=0.01,
        high=1.0,
        unit="chance",
        group="mechanism",
        meaning="free riding: chance that a trial finds something worth copying",
        source="example p = 0.2 after Rose-Ackerman 1980; Strumpf 1999",
    )
    trial_value: float = parameter(
        10.0,
        low=0.1,
        high=100.0,
        unit="ratio",
        group="mechanism",
        meaning="free riding: worth of a success to each place",
        source="example v = 10, as trial_success",
    )
    trial_cost: float = parameter(
        1.0,
        low=0.01,
        high=100.0,
        unit="ratio",
        group="mechanism",
        meaning="free riding: cost of a trial to the place that makes it",
        source="example c = 1, as trial_success",
    )
    mixing: float = _share(
        0.0,
        "mechanism",
        "share of ties redrawn every month from the whole domain (0 lasting ties, 1 well mixed)",
        "0 = lasting ties; 1 is the well-mixed limit of Bass 1969",
    )
    harm: float = parameter(
        1.0,
        low=0.0,
        high=20.0,
        unit="ratio",
        group="mechanism",
        meaning="how dear a bad idea is: weight of a practice's shortfall below legacy while in "
        "use",
        source="1 = shortfall as it is; 4 and 20 after Sah & Stiglitz 1986",
    )

    status_quo_bias: float = _share(
        0.0,
        "mechanism",
        "how far the centre marks down its own candidates for being unlike the present standard",
        "fairness: the centre's own candidates are judged by what they are worth, as places' are; "
        "1 is a rival theory (Samuelson & Zeckhauser 1988); 1 = the first model",
    )
    promise_netting: float = _share(
        1.0,
        "mechanism",
        "how far money moved between services of a place is no broken promise",
        "a mistake of the first model: money moved between services of a place was a cut to trust",
    )
    garbles_stick: int = parameter(
        1,
        low=0,
        high=1,
        unit="yes/no",
        group="mechanism",
        meaning="whether what one desk garbled is never put right by another's garbling",
        source="a mistake of the first model: garbles cancelled, 20 desks of fidelity .8 left "
        ".035 of messages whole, not .8^20 = .0115 (Pressman & Wildavsky 1973)",
    )
    saturation_softness: float = _share(
        0.01,
        "mechanism",
        "how gradually a service fills up: demand goes unmet before workload reaches 1",
        "with a sharp corner more money below capacity changes nothing; size assumed: .909 of "
        "demand met at a workload of 1; to be swept 0-0.1; 0 = the first model",
    )

    # Behavioural rates
    cut_months: int = parameter(
        48,
        low=1,
        high=240,
        unit="months",
        group="behaviour",
        meaning="months over which cuts are phased in",
        source="Spending Review 2010: 2011-12 to 2014-15",
    )
    deprivation_gradient: float = parameter(
        0.7,
        low=0.0,
        high=2.0,
        unit="ratio",
        group="behaviour",
        meaning="how strongly cuts follow each place's exposure (0 equal cuts)",
        source="cuts of the poorest fifth 1.94 times those of the richest (IFS 2019: -31%, -16%); "
        "1 = as exposure has it, as in the first model",
    )
    protected_core: float = _share(
        0.88,
        "behaviour",
        "share of the cut from which statutory care is shielded",
        "care cut by .092 of what others lost (NAO 2018: social care -3%, other services -33%); "
        ".5 = the first model",
    )
    failure_demand: float = parameter(
        0.5,
        low=0.0,
        high=2.0,
        unit="ratio",
        group="behaviour",
        meaning="extra demand for each unit of quality lost",
        source="assumption, swept 0-2",
    )
    base_demand: float = parameter(
        0.78,
        low=0.0,
        high=1.5,
        unit="ratio",
        group="behaviour",
        meaning="demand at the start as a share of full funded time",
        source="assumption: near full use in 2010",
    )
    link_cost: float = parameter(
        0.059,
        low=0.0,
        high=0.2,
        unit="share",
        group="behaviour",
        meaning="front-line time that one link of full control takes",
        source="calibrated: time that reporting takes, nurses .173, police .184-.197; .05 = the "
        "first model",
    )
    control: float = _share(
        0.7,
        "behaviour",
        "the department's control at the start",
        "80% of reporting driven by the centre (PwC 2006)",
    )
    alignment_rate: float = _share(
        0.02,
        "behaviour",
        "monthly easing of control under full two-way alignment",
        "sign: essay E14; size assumed",
    )
    diversity_aversion: float = parameter(
        0.02,
        low=0.0,
        high=0.2,
        unit="share a month",
        group="behaviour",
        meaning="how fast visible diversity tightens control",
        source="sign: essay E8-E9; size assumed",
    )
    review_months: int = parameter(
        12,
        low=1,
        high=120,
        unit="months",
        group="behaviour",
        meaning="months between reviews of the national standard",
        source="assumption; 28 months from idea to use in central bodies (NAO 2006)",
    )
    redesigns: float = parameter(
        6.0,
        low=0.0,
        high=50.0,
        unit="designs",
        group="behaviour",
        meaning="designs a fully able centre tries at each review",
        source="assumption, swept 0-50",
    )
    sampled_places: int = parameter(
        12,
        low=1,
        high=148,
        unit="places",
        group="behaviour",
        meaning="places in which the centre measures a design",
        source="Total Place: 13 pilots",
    )
    clearance: float = _share(
        0.9,
        "behaviour",
        "chance that a desk clears a message in a month",
        "range .80-.99 after Pressman & Wildavsky 1973",
    )
    fidelity: float = _share(
        0.95,
        "behaviour",
        "chance that a desk passes a message on undistorted",
        "Pressman & Wildavsky 1973",
    )
    pass_good: float = _share(
        0.8, "behaviour", "chance that a desk passes a good idea", "Sah & Stiglitz 1986, example"
    )
    pass_bad: float = _share(
        0.3, "behaviour", "chance that a desk passes a harmful idea", "Sah & Stiglitz 1986, example"
    )
    entry_rate: float = _share(
        0.02,
        "behaviour",
        "monthly chance a fully supported alternative takes over a post",
        "assumption, swept 0-0.1",
    )
    openness_rate: float = _share(
        0.05, "behaviour", "monthly adjustment of a commissioner's openness", "assumption"
    )
    openness_weight: float = _share(
        0.5,
        "behaviour",
        "how far an open commissioner widens permission beyond local autonomy",
        "assumption",
    )
    stop_rate: float = _share(
        0.05, "behaviour", "monthly chance that an unpermitted trial is stopped", "assumption"
    )
    protected_time: float = parameter(
        0.15,
        low=0.0,
        high=0.5,
        unit="share",
        group="behaviour",
        meaning="time for reflection that full leadership protects",
        source="slack raises innovation, Damanpour 1991; size assumed",
    )
    turnover: float = _share(
        0.01,
        "behaviour",
        "monthly chance that a post falls vacant",
        "about 12% a year; assumption, swept 0-0.03",
    )
    learning_rate: float = _share(
        0.03,
        "behaviour",
        "monthly growth of capability with reflection and live learning",
        "training changes behaviour, d = 0.62 (Arthur et al. 2003); rate assumed",
    )
    forgetting_rate: float = _share(
        0.01, "behaviour", "monthly fading of capability that is not used", "assumption"
    )
    regard_rate: float = _share(
        0.04,
        "behaviour",
        "monthly change of regard through encounters and stress",
        "sign: essay E11-E13; size assumed",
    )
    motivation_rate: float = _share(
        0.1, "behaviour", "monthly adjustment of motivation", "assumption"
    )
    autonomy_effect: float = parameter(
        0.28,
        low=0.0,
        high=0.6,
        unit="weight",
        group="behaviour",
        meaning="weight of autonomy in motivation",
        source="Cerasoli et al. 2016: rho = .28",
    )
    peers: int = parameter(
        6,
        low=2,
        high=12,
        unit="colleagues",
        group="behaviour",
        meaning="colleagues from whom one member of staff can learn",
        source="assumption, swept 2-12",
    )
    comply_rate: float = _share(
        0.092,
        "behaviour",
        "monthly chance of complying with a standard under full control",
        "calibrated on personal budgets: .167, .35, .528 after 27, 39 and 51 months (ADASS, TLAP), "
        "with the deadline and peers below; .3 = the first model",
    )
    borrow_rate: float = _share(
        0.15,
        "behaviour",
        "monthly chance of borrowing when all peers do it and nothing hinders",
        "calibrated, which says little about it; Bass q about 0.32 a year for US states",
    )
    reinforcement: float = parameter(
        1.0,
        low=0.0,
        high=3.0,
        unit="peers",
        group="behaviour",
        meaning="further adopting peers needed for a fully relational practice",
        source="complex contagion, Centola & Macy 2007",
    )
    inquiry_rate: float = _share(
        0.03,
        "behaviour",
        "monthly chance of trying a change with full slack and motivation",
        "Bass p about 0.017 a year; staff-level rate assumed",
    )
    judgement_noise: float = _share(
        0.15,
        "behaviour",
        "standard deviation of errors in judging a practice",
        "assumption, swept 0-0.5",
    )
    trial_months: int = parameter(
        6,
        low=1,
        high=60,
        unit="months",
        group="behaviour",
        meaning="months a changed practice is on trial",
        source="assumption",
    )
    implementation_dip: float = _share(
        0.15,
        "behaviour",
        "share of quality lost while a practice is on trial",
        "early null or harm in Sure Start evaluations; size assumed",
    )
    encounter_rate: float = _share(
        0.5, "behaviour", "monthly chance that a citizen meets a service", "assumption"
    )
    trust_gain: float = _share(
        0.02,
        "behaviour",
        "share of a good surprise that trust takes in",
        "assumption, swept .005-.1",
    )
    trust_asymmetry: float = parameter(
        2.0,
        low=1.0,
        high=4.0,
        unit="ratio",
        group="behaviour",
        meaning="how many times faster trust falls than it grows",
        source="sign: Kampen et al. 2006; size: assumed, swept 1-4",
    )
    perception_bias: float = parameter(
        0.3,
        low=0.0,
        high=1.0,
        unit="ratio",
        group="behaviour",
        meaning="how much present trust colours what is perceived",
        source="Poortinga & Pidgeon 2004; size assumed",
    )
    expectation: float = parameter(
        0.18,
        low=-0.5,
        high=0.5,
        unit="share",
        group="behaviour",
        meaning="what people are used to: added to quality when they judge it",
        source="calibrated: trust stays at its start while nothing changes (60% 2007-08, 64% "
        "2010-11); .1 = the first model",
    )
    trust_pull: float = _share(0.01, "behaviour", "monthly pull of neighbours' trust", "assumption")
    broken_promise: float = parameter(
        0.12,
        low=0.0,
        high=2.0,
        unit="ratio",
        group="behaviour",
        meaning="trust lost for each unit of budget visibly cut in a month",
        source="calibrated: trust in councils under cuts 0 +- .04 after four years (Citizenship "
        "Survey 2010-11, LGA/Populus 2013-14); 0.3 = the first model",
    )
    base_invitation: float = _share(
        0.3,
        "behaviour",
        "invitation to take part without early engagement",
        "29% feel influence (Place Survey 2008)",
    )
    engage_rate: float = _share(
        0.076,
        "behaviour",
        "monthly chance of engaging at full trust, regard and invitation",
        "calibrated, with disengage_rate, for 14% involved (Place Survey 2008)",
    )
    disengage_rate: float = _share(
        0.08, "behaviour", "monthly chance of leaving when trust is gone", "as engage_rate"
    )
    wellbeing_rate: float = _share(
        0.05, "behaviour", "monthly adjustment of well-being towards service quality", "assumption"
    )

    initial_capability: float = _share(
        0.4, "behaviour", "average capability of staff at the start", "assumption, swept 0.2-0.6"
    )
    initial_regard: float = _share(
        0.35,
        "behaviour",
        "average regard of staff for citizens at the start (0 deficit, 1 asset view)",
        "deficit view prevails: essay E12; size assumed",
    )
    initial_motivation: float = _share(
        0.3, "behaviour", "average motivation of staff at the start", "assumption"
    )
    initial_variation: float = parameter(
        0.15,
        low=0.0,
        high=0.3,
        unit="share",
        group="behaviour",
        meaning="standard deviation between people in trust and in staff traits at the start",
        source="assumption",
    )
    initial_engagement: float = _share(
        0.14,
        "behaviour",
        "share of citizens engaged at the start",
        "14% involved in 12 months (Place Survey 2008)",
    )

    # Scale
    domains: int = parameter(
        4,
        low=1,
        high=12,
        unit="services",
        group="scale",
        meaning="service domains, one department each",
        source="assumption; 19 main departments (IfG 2010)",
    )
    choices: int = parameter(
        10,
        low=2,
        high=12,
        unit="choices",
        group="scale",
        meaning="N: binary choices in a practice",
        source="Levinthal 1997 uses N = 10",
    )
    legacy_quantile: float = _share(
        0.6,
        "scale",
        "share of possible practices that are worse nationally than the legacy one",
        "assumption",
    )
    staff_per_citizen: float = parameter(
        0.04,
        low=0.001,
        high=0.5,
        unit="ratio",
        group="scale",
        meaning="front-line staff for each citizen",
        source="about 40 per 1,000 residents (2010)",
    )

    team_size: int = parameter(
        8,
        low=2,
        high=100,
        unit="staff",
        group="scale",
        meaning="front-line staff in a team, who see each other's work",
        source="assumption, swept 3-16: groups of three to eight work best (Wheelan 2009)",
    )

    # Compliance: how it grows, and whether it is more than paper
    deadline_months: int = parameter(
        64,
        low=0,
        high=240,
        unit="months",
        group="behaviour",
        meaning="months over which the pressure to comply rises to its full height (0 full at "
        "once)",
        source="personal budgets: mandate of December 2007, target of 100% by April 2013 (ADASS "
        "2010); 0 = the first model",
    )
    comply_peers: float = parameter(
        1.2,
        low=0.0,
        high=30.0,
        unit="ratio",
        group="behaviour",
        meaning="how much more likely staff comply where all others report the standard",
        source="calibrated on personal budgets: the rise between months 27 and 51 is steeper than "
        "the deadline alone makes it (sign: Tolbert & Zucker 1983); 0 = the first model",
    )
    paper_compliance: float = _share(
        0.93,
        "behaviour",
        "share of compliance that is on paper alone where staff have no trust",
        "calibrated on personal budgets: reports trebled while direct payments did not grow; "
        "nearly all growth in managed budgets (TLAP 2011); 0 = the first model",
    )
    paper_trust: float = _share(
        0.5,
        "behaviour",
        "share of compliance on paper that full staff trust turns into earnest",
        "sign: Bromley & Powell 2012; size assumed, swept 0-1; 0 = the first model",
    )
    initial_staff_trust: float = _share(
        0.5,
        "behaviour",
        "average trust of staff in managers and the centre at the start",
        "assumption, swept 0.2-0.8: no figure for 2010 was found",
    )
    legacy_mandate: int = parameter(
        1,
        low=0,
        high=1,
        unit="switch",
        group="behaviour",
        meaning="1: a standard that is still the legacy binds like any other; 0: staff judge it "
        "freely",
        source="a mistake of the first model: a legacy standard was no mandate",
    )
    grant_protects: float = _share(
        1.0,
        "behaviour",
        "how far a permission granted from above protects a trial from being stopped",
        "a mistake of the first model: granted trials were stopped",
    )
    harm_threshold: float = parameter(
        0.02,
        low=0.0,
        high=0.5,
        unit="value",
        group="behaviour",
        meaning="shortfall below legacy from which a practice counts as harmful",
        source="assumption: a shortfall that no one would notice is no harm; 0 = the first model",
    )

    # Contact between places, promotion, contagion
    outside_ties: float = _share(
        0.1,
        "behaviour",
        "share of ties beyond the service that reach other places whatever the levers",
        "practitioners' networks beyond the place; size assumed; 0 = the first model",
    )
    visit_rate: float = _share(
        0.24,
        "behaviour",
        "monthly chance that a commissioner visits another place, at full connectivity",
        "calibrated on Total Place: 9% to 54% of places in 8 +- 3 months without a mandate. Half "
        "of 386 councils in four years of the Beacon scheme (Warwick Business School 2003) would "
        "be .04, a lower bound: one scheme of many; 0 = the first model",
    )
    visit_floor: float = _share(
        0.3, "behaviour", "share of visits that take place without connectivity", "assumption"
    )
    contact_places: int = parameter(
        6,
        low=1,
        high=50,
        unit="places",
        group="behaviour",
        meaning="places that a commissioner knows, drawn from all, the own one among them",
        source="assumption, swept 1-50",
    )
    contact_months: int = parameter(
        12,
        low=1,
        high=60,
        unit="months",
        group="behaviour",
        meaning="months for which a success seen elsewhere is remembered",
        source="Beacon scheme: changes counted within a year of contact",
    )
    contact_rate: float = _share(
        0.3,
        "behaviour",
        "monthly chance of copying a success seen elsewhere when nothing hinders",
        "calibrated: three quarters of those who engaged with a Beacon changed something (Warwick "
        "Business School 2008); 0 = the first model",
    )
    beacon_reach: float = _share(
        1.0,
        "behaviour",
        "chance that a visit goes to the country's best under a centre fully interested in reform",
        "Beacon scheme 1999-2010, run by the centre; size assumed",
    )
    promotion_rate: float = _share(
        0.0019,
        "behaviour",
        "monthly chance of taking up what is promoted from outside when nothing hinders",
        "calibrated, which says little about it; Bass p .017 a year, median of 263 US state "
        "policies (SPID, NetworkInference), would be .0014; 0 = the first model",
    )
    same_practice: int = parameter(
        1,
        low=0,
        high=1,
        unit="switch",
        group="behaviour",
        meaning="1: only colleagues with the very same new practice reinforce each other; 0: with "
        "any new one",
        source="complex contagion counts the same behaviour (Centola & Macy 2007); 0 = the first "
        "model",
    )
    readiness_by_depth: float = _share(
        1.0,
        "behaviour",
        "how far readiness stands in the way of borrowing by relational depth alone",
        "a phone asks for no readiness: what is relational does (E4); 0 = the first model",
    )
    citizen_ideas: float = _share(
        0.01,
        "behaviour",
        "monthly chance of trying an idea of citizens when all are engaged and heard",
        "sign: essay R1, R9; von Hippel 2005; size assumed, swept 0-0.05; 0 = the first model",
    )

    # Places that differ for good
    inventive_sd: float = parameter(
        0.11,
        low=0.0,
        high=1.0,
        unit="ratio",
        group="behaviour",
        meaning="standard deviation between places of how inventive they are for good",
        source="adoptions per US state: deviation 39 of a mean of 357 (SPID); 0 = the first model",
    )
    compliant_sd: float = parameter(
        0.7,
        low=0.0,
        high=1.0,
        unit="ratio",
        group="behaviour",
        meaning="standard deviation between places of how compliant they are for good",
        source="calibrated on personal budgets: deviation between councils .16-.22 at a mean of "
        ".35 (TLAP 2011); 0 = the first model",
    )

    # Staff's trust in managers and the centre
    staff_trust_rate: float = _share(
        0.03,
        "behaviour",
        "monthly movement of staff trust towards the support met from above",
        "sign: Dirks & Ferrin 2002; size assumed; 0 = the first model",
    )
    leader_share: float = _share(
        0.6,
        "behaviour",
        "weight of leadership near by, against that of a centre that listens, in support",
        "direct leaders matter more than organisational ones (Dirks & Ferrin 2002); size assumed",
    )
    job_cut_effect: float = parameter(
        0.5,
        low=0.0,
        high=2.0,
        unit="ratio",
        group="behaviour",
        meaning="staff trust lost for each unit of the service's budget lost",
        source="sign: essay E2; size assumed, swept 0-2; 0 = the first model",
    )
    stopped_effect: float = _share(
        0.05,
        "behaviour",
        "staff trust lost when a trial is stopped from above",
        "sign: unmet expectations, Dirks & Ferrin 2002; size assumed; 0 = the first model",
    )
    granted_effect: float = _share(
        0.05,
        "behaviour",
        "share of missing staff trust won when an own idea is permitted",
        "sign: participation, Dirks & Ferrin 2002; size assumed; 0 = the first model",
    )
    trust_inquiry: float = parameter(
        0.3,
        low=-1.0,
        high=1.0,
        unit="weight",
        group="behaviour",
        meaning="weight of staff trust in own inquiry",
        source="trust goes with behaviour (Dirks & Ferrin 2002); size assumed; 0 = the first model",
    )
    trust_borrowing: float = parameter(
        0.3,
        low=-1.0,
        high=1.0,
        unit="weight",
        group="behaviour",
        meaning="weight of staff trust in taking up what others do",
        source="as trust_inquiry; 0 = the first model",
    )

    # Satisfaction
    news: float = _share(
        0.0,
        "lever",
        "hostility of the press towards local services",
        "0 = none; 1 = winter 2010-11, when satisfaction fell from 69% to 62% (LGinsight/Populus)",
    )
    news_effect: float = parameter(
        0.025,
        low=0.0,
        high=0.3,
        unit="quality",
        group="behaviour",
        meaning="perceived quality that fully hostile news takes",
        source="satisfaction fell by .07 in three months of failing service and hostile press "
        "(LGinsight/Populus 2010-11); how much of it was news is assumed, swept 0-0.05",
    )
    expectation_rate: float = _share(
        0.067,
        "behaviour",
        "monthly movement of what people are used to towards what they get",
        "calibrated, which says little about it: satisfaction was two points higher six months "
        "after the shock of 2010-11 than before it (LGinsight/Populus), and trust hardly moved in "
        "four years of cuts; 0 = the first model",
    )
    habituation: float = _share(
        1.0,
        "behaviour",
        "how far people judge services by what they are used to now, not by what they had at the "
        "start",
        "as expectation_rate; matters only with it",
    )

    # Weights and limits of single rules
    competence_effect: float = parameter(
        0.37,
        low=0.05,
        high=0.6,
        unit="weight",
        group="behaviour",
        meaning="weight of capability in motivation",
        source="Cerasoli et al. 2016: competence .37",
    )
    reward_effect: float = parameter(
        0.22,
        low=0.0,
        high=0.6,
        unit="weight",
        group="behaviour",
        meaning="weight of rewarded collaboration in motivation",
        source="Cerasoli et al. 2016: directly salient incentives .22",
    )
    leadership_effect: float = parameter(
        0.28,
        low=0.0,
        high=0.6,
        unit="weight",
        group="behaviour",
        meaning="weight of supportive leadership in motivation",
        source="taken as that of autonomy support, Cerasoli et al. 2016: .28",
    )
    stress_effect: float = _share(
        0.5, "behaviour", "share of motivation that full stress takes", "assumption"
    )
    strain_effect: float = _share(
        0.5,
        "behaviour",
        "how strongly stress and reporting each wear down regard, relative to encounters",
        "sign: essay E11-E13; assumption",
    )
    people_met: int = parameter(
        3,
        low=0,
        high=50,
        unit="citizens",
        group="behaviour",
        meaning="citizens whom one member of staff gets to know in a month",
        source="assumption, swept 1-10",
    )
    engagement_insight: float = _share(
        0.5,
        "behaviour",
        "share of errors of judgement that full early engagement takes away",
        "sign: essay R1; size assumed",
    )
    entrant_traits: float = _share(
        0.8,
        "behaviour",
        "least capability, regard and motivation of an alternative provider",
        "sign: essay R2; size assumed",
    )
    entry_floor: float = _share(
        0.3,
        "behaviour",
        "entry of alternatives under a closed commissioner, relative to a fully open one",
        "assumption",
    )
    largest_cut: float = parameter(
        0.9,
        low=0.5,
        high=0.95,
        unit="share",
        group="behaviour",
        meaning="most of its 2010 budget that a service can lose",
        source="assumption: above the largest cut seen, 46% (NAO 2018), and below all of it",
    )
    most_reporting: float = parameter(
        0.6,
        low=0.2,
        high=0.9,
        unit="share",
        group="behaviour",
        meaning="most front-line time that reporting can take",
        source="up to 0.6 of time reported by social workers (Community Care 2007)",
    )
    stress_onset: float = parameter(
        0.9,
        low=0.5,
        high=1.5,
        unit="ratio",
        group="behaviour",
        meaning="workload at which strain begins",
        source="assumption",
    )
    stress_range: float = parameter(
        0.5,
        low=0.05,
        high=2.0,
        unit="ratio",
        group="behaviour",
        meaning="further workload at which strain is full",
        source="assumption",
    )
    challenge_alignment: float = _share(
        0.3,
        "behaviour",
        "how far full challenge focus closes the gap between centre and places",
        "sign: essay R5; size assumed",
    )
    agency_alignment: float = _share(
        0.5,
        "behaviour",
        "how far a full innovation agency closes the gap between centre and places",
        "sign: essay E20; size assumed",
    )
    # Posts, alternative providers, an agency, a diverse start
    closing_lag: int = parameter(
        56,
        low=0,
        high=600,
        unit="months",
        group="behaviour",
        meaning="months by which closing of posts lags behind the money (0 closed at once)",
        source="calibrated on Sure Start 2010-17: money down by two thirds, centres by 14% on "
        "paper and over 30% by survey; 0 = the first model",
    )
    post_overhead: float = _share(
        0.2,
        "behaviour",
        "share of funded time that posts kept open without money take",
        "sign: hollowed-out centres (Smith et al. 2018); size assumed, swept 0-0.5; 0 = the first "
        "model",
    )
    entrant_search: int = parameter(
        4,
        low=0,
        high=12,
        unit="practices",
        group="behaviour",
        meaning="practices among which an alternative provider chooses, one of them seen "
        "elsewhere (0 any unlike one)",
        source="assumption, swept 0-12; 0, any unlike practice at random, made the essay's "
        "alternatives a strawman; 0 = the first model",
    )
    contract_months: int = parameter(
        36,
        low=0,
        high=240,
        unit="months",
        group="behaviour",
        meaning="months after which an alternative provider's contract is renewed or ends (0 it "
        "works under the line's control)",
        source="assumption, swept 12-60; 0 = under the line's control, which ends what is "
        "alternative about them; 0 = the first model",
    )
    initial_diversity: float = _share(
        0.0,
        "behaviour",
        "share of staff who start with an unlike practice of their own",
        "early Sure Start: unspecified and very diverse (National Evaluation of Sure Start 2008); "
        "0 = all alike",
    )
    agency_by_people: int = parameter(
        1,
        low=0,
        high=1,
        unit="switch",
        group="behaviour",
        meaning="1: an innovation agency works through its people, proposals and permission; 0: "
        "its strength is given",
        source="essay E20 is then a result; with 0 it is true by construction; 0 = the first model",
    )
    agency_rate: float = _share(
        0.1,
        "behaviour",
        "monthly chance that a full innovation agency puts a practice before its host",
        "assumption, swept 0-0.5",
    )
    agency_morale: float = _share(
        0.1,
        "behaviour",
        "how far one proposal heard or stopped moves the standing of an agency's people",
        "assumption, swept 0-0.5",
    )
    design_steps: int = parameter(
        3,
        low=1,
        high=10,
        unit="choices",
        group="behaviour",
        meaning="most choices of the present standard that a redesign turns round",
        source="assumption; local search, Levinthal 1997",
    )

    def __post_init__(self):
        for f in dataclasses.fields(self):
            object.__setattr__(self, f.name, checked(f.name, getattr(self, f.name)))
        self._check_together()

    def _check_together(self) -> None:
        if self.complexity >= self.choices:
            raise BadInput(f"complexity = {self.complexity} must be below choices = {self.choices}")

    def replace(self, **changes: Any) -> Parameters:
        """A copy with some parameters changed; unknown names and values out of bounds raise
        `BadInput`.
        """
        made = object.__new__(type(self))
        made.__dict__.update(
            self.as_dict() | {name: checked(name, value) for name, value in changes.items()}
        )  # what did not change was checked before
        made._check_together()
        return made

    def as_dict(self) -> dict[str, float | int]:
        """Name to value, in the order of declaration."""
        return {name: getattr(self, name) for name in FIELDS}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Parameters:
        """Parameters with the given values and defaults for the rest."""
        return cls().replace(**values)

    @classmethod
    def names(cls, group: str | None = None) -> list[str]:
        """Parameter names, of one group if given."""
        return [f.name for f in dataclasses.fields(cls) if group in (None, f.metadata["group"])]

    @classmethod
    def describe(cls) -> pd.DataFrame:
        """One row a parameter: default, low, high, unit, group, meaning, source."""
        rows = [
            {"name": f.name, "default": f.default, **f.metadata} for f in dataclasses.fields(cls)
        ]
        return pd.DataFrame(rows).set_index("name")


FIELDS = {f.name: f for f in dataclasses.fields(Parameters)}
SUCCESSORS = {
    "copying_rule": "variants=[no_copying] for 0, none for 1, variants=[follow_the_crowd] for 2",
    "free_riding": "variants=[free_riding] for 1, none for 0",
    "screening": "variants=[desks_only_delay] for 0, none for 1",
}
"""Switches that variants have replaced, and what to give instead."""
SCALE = frozenset(Parameters.names("scale"))
"""Parameters that fix the size of the world, so cannot change during a run."""
FIXED = (
    SCALE
    | {"trust", "need_diversity", "complexity", "control", "inventive_sd", "compliant_sd"}
    | {name for name in FIELDS if name.startswith("initial_")}
)
"""Parameters that describe the start of a run; all others may change at any month."""


def unknown(name: Any, others: Iterable[str] = (), kind: str = "parameter") -> str:
    """What to say of a parameter that there is not: the nearest that there is, or what took its
    place.
    """
    if isinstance(name, str) and name in SUCCESSORS:
        return f"the parameter '{name}' has become a variant; give {SUCCESSORS[name]}"
    return f"unknown {kind} {brief(name)}.{nearest(str(name), [*FIELDS, *others])}"


def checked(name: str, value: Any) -> float | int:
    """`value` as the right number for parameter `name`, or `BadInput` that says what is allowed."""
    if name not in FIELDS:
        raise BadInput(unknown(name))
    meta = FIELDS[name].metadata
    whole = isinstance(FIELDS[name].default, int)
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(
        value, bool
    )
    if number and meta["low"] <= value <= meta["high"] and (not whole or value == int(value)):
        return int(value) if whole else float(value)
    fault, kind = (
        "is not allowed" if number else "is not a number",
        "a whole number" if whole else "a number",
    )
    raise BadInput(
        f"{name} = {brief(value)} {fault}; allowed: {kind} from {meta['low']} to {meta['high']} "
        f"({meta['unit']})"
    )


LEVER_DTYPE = np.dtype(
    [(name, "i8" if isinstance(f.default, int) else "f8") for name, f in FIELDS.items()]
)
"""One month's parameters as a record; the compiled rules read `p.trust_gain` from it."""
