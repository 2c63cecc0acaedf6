"""The same model written as one would write it with Mesa alone: agents with attributes of their
own, lists of neighbours, `self.random`.

A yardstick for speed, of the same mechanisms and size; its draws differ, so outcomes agree in level
but not to the bit.
"""

from __future__ import annotations

from collections import Counter

import mesa

import localism_sim as ls


def clamp(x: float) -> float:
    return min(1.0, max(0.0, x))


class Department(mesa.Agent):
    def __init__(self, model, domain):
        super().__init__(model)
        self.domain, self.standard, self.control = domain, 0, model.p.control
        self.teams: list[Commissioner] = []

    def direct(self):
        p = self.model.p
        off = sum(team.endorsed != self.standard for team in self.teams) / len(self.teams)
        tighten = p.diversity_aversion * (1 - p.reform_interest) * off * (1 - p.two_way_alignment)
        self.control += (
            tighten * (1 - self.control) - p.alignment_rate * p.two_way_alignment * self.control
        )
        if (self.model.month + 1) % p.review_months:
            return
        best, best_score = self.standard, self.evaluate(self.standard)
        for _ in range(int(p.redesigns * p.central_capacity)):
            design = self.standard
            for _ in range(self.random.randint(1, 3)):
                design ^= 1 << self.random.randrange(p.choices)
            score = self.evaluate(design)
            if score > best_score:
                best, best_score = design, score
        heard = [team.heard for team in self.teams if team.heard]
        if heard and self.random.random() < p.two_way_alignment:
            practice = max(heard, key=lambda report: report[1])[0]
            if self.evaluate(practice) > best_score:
                best = practice
        self.standard = best

    def evaluate(self, practice):
        p = self.model.p
        sample = self.random.choices(self.teams, k=p.sampled_places)
        value = sum(team.landscape[practice] for team in sample) / len(sample)
        similar = 1 - (practice ^ self.standard).bit_count() / p.choices
        return p.outcome_measurement * value + (1 - p.outcome_measurement) * similar


class Commissioner(mesa.Agent):
    def __init__(self, model, place, department, landscape):
        super().__init__(model)
        self.place, self.department, self.landscape, self.best = (
            place,
            department,
            landscape,
            max(landscape),
        )
        self.staff: list[Staff] = []
        self.budget, self.visible_cut, self.standard, self.sent, self.endorsed = 1.0, 0.0, 0, 0, 0
        self.openness, self.permission, self.quality = model.p.open_commissioning, 0.0, landscape[0]
        self.quality_at_start, self.endorsed_value = landscape[0], 0.0
        self.down = self.up = self.asked = self.heard = self.granted = self.entrant = None
        department.teams.append(self)

    def fund(self):
        p = self.model.p
        ramp = min(1.0, (self.model.month + 1) / p.cut_months)
        cut = (
            p.cuts
            * (1 + p.deprivation_gradient * (self.place.exposure - 1))
            * ramp
            * (1 - p.ring_fence)
        )
        cut *= (
            (1 - p.protected_core)
            if self.department.domain == 0
            else 1 + p.protected_core / (p.domains - 1)
        )
        budget = min(
            1.0, 1 - min(0.9, max(0.0, cut)) + p.efficiency_gain * (self.model.month + 1) / 12
        )
        self.visible_cut, self.budget = max(0.0, self.budget - budget), budget

    def organise(self):
        p = self.model.p
        demand = p.base_demand * (1 + p.failure_demand * (self.quality_at_start - self.quality))
        self.reporting = min(
            0.6,
            p.chain_length
            * p.link_cost
            * self.department.control
            * (1 - p.framework_scrutiny)
            * p.reporting_burden,
        )
        workload = demand / (self.budget * (1 - self.reporting))
        self.delivery = min(1.0, 1 / workload)
        self.slack = max(1 - workload, p.leadership * p.protected_time)
        self.stress = clamp((workload - 0.9) / 0.5)

    def garble(self, practice):
        p = self.model.p
        return (
            practice
            if self.random.random() < p.fidelity
            else practice ^ (1 << self.random.randrange(p.choices))
        )

    def pass_messages(self):
        p = self.model.p
        if self.down is None and self.sent != self.department.standard:
            self.sent = self.department.standard
            self.down = [self.sent, p.chain_length]
        elif self.down is not None and self.random.random() < p.clearance:
            self.down = [self.garble(self.down[0]), self.down[1] - 1]
        if self.down is not None and self.down[1] <= 0:
            self.standard, self.down = self.down[0], None
        if self.up is None and self.endorsed:
            self.up = [self.endorsed, self.endorsed_value, p.chain_length]
        elif self.up is not None and self.random.random() < p.clearance:
            self.up = [self.garble(self.up[0]), self.up[1], self.up[2] - 1]
        if self.up is not None and self.up[2] <= 0:
            self.heard, self.up = self.up[:2], None
        self.granted = None
        if self.asked is None:
            for person in self.staff:
                if person.proposal is not None:
                    self.asked = [person, person.proposal, p.chain_length]
                    break
        elif self.random.random() < p.clearance:
            good = self.landscape[self.asked[1]] > self.landscape[self.endorsed]
            if self.random.random() < (p.pass_good if good else p.pass_bad):
                self.asked[2] -= 1
            else:
                self.asked = None
        if self.asked is not None and self.asked[2] <= 0:
            self.granted, self.asked = self.asked[:2], None

    def commission(self):
        p = self.model.p
        gain = self.endorsed_value - (
            p.outcome_measurement * self.landscape[self.standard] + 1 - p.outcome_measurement
        )
        self.openness += p.openness_rate * (
            clamp(p.open_commissioning + (1 - p.open_commissioning) * gain) - self.openness
        )
        self.permission = 1 - (1 - p.autonomy) * (1 - p.openness_weight * self.openness)
        self.entrant = None
        if self.random.random() < p.entry_rate * p.alternative_support * (
            0.3 + 0.7 * self.openness
        ):
            self.entrant = (
                self.random.choice(self.staff),
                self.random.randrange(1, 1 << p.choices),
            )

    def appraise(self):
        p = self.model.p
        self.quality = sum(person.quality for person in self.staff) / len(self.staff)
        self.endorsed_value = -1.0
        for practice in {
            person.fallback if person.on_trial else person.practice for person in self.staff
        }:
            similar = 1 - (practice ^ self.standard).bit_count() / p.choices
            value = (
                p.outcome_measurement * self.landscape[practice]
                + (1 - p.outcome_measurement) * similar
            )
            if value > self.endorsed_value:
                self.endorsed, self.endorsed_value = practice, value


class Staff(mesa.Agent):
    def __init__(self, model, team):
        super().__init__(model)
        self.team, self.practice, self.fallback, self.on_trial, self.proposal, self.shown = (
            team,
            0,
            0,
            0,
            None,
            0,
        )
        self.origin, self.colleagues = "legacy", []
        self.quality = team.landscape[0]
        self.renew()
        team.staff.append(self)

    def renew(self):
        p = self.model.p
        self.capability = clamp(self.random.gauss(p.initial_capability, p.initial_variation))
        self.regard = clamp(self.random.gauss(p.initial_regard, p.initial_variation))
        self.motivation = clamp(self.random.gauss(p.initial_motivation, p.initial_variation))

    def learn(self):
        p, team = self.model.p, self.team
        if team.entrant and team.entrant[0] is self:
            self.practice, self.on_trial, self.origin = team.entrant[1], 0, "alternative"
            self.capability = self.regard = self.motivation = 0.8
        elif self.random.random() < p.turnover * (1 + team.stress):
            self.practice, self.on_trial = team.endorsed, 0
            self.renew()
        else:
            reflecting = team.slack + (1 - team.slack) * p.practice_learning
            meeting = reflecting * (1 - (1 - team.place.engagement) ** 3)
            strain = 0.5 * (team.stress + team.reporting)
            self.regard = clamp(
                self.regard + p.regard_rate * (meeting * (1 - self.regard) - strain * self.regard)
            )
            self.capability += (
                p.learning_rate * reflecting * (1 - self.capability)
                - p.forgetting_rate * (1 - reflecting) * self.capability
            )
            wanted = (
                0.37 * self.capability
                + p.autonomy_effect * team.permission
                + 0.22 * p.collaboration_reward
                + 0.28 * p.leadership
            )
            target = (1 - 0.5 * team.stress) * wanted / (0.87 + p.autonomy_effect)
            self.motivation += p.motivation_rate * (target - self.motivation)
        self.shown = self.practice

    @property
    def readiness(self):
        return (self.capability * self.regard * self.team.place.engagement) ** (1 / 3)

    def judge(self, practice):
        p = self.model.p
        return self.team.landscape[practice] + self.random.gauss(
            0, p.judgement_noise * (1 - 0.5 * p.early_engagement)
        )

    def try_out(self, practice, origin):
        self.fallback, self.practice, self.on_trial, self.origin = (
            self.practice,
            practice,
            1,
            origin,
        )

    def change_practice(self):
        p, team = self.model.p, self.team
        self.proposal = None
        if self.on_trial:
            self.review()
            return
        if team.granted and team.granted[0] is self:
            self.try_out(team.granted[1], "own inquiry")
            return
        u = self.random.random()
        if team.standard != self.practice:
            comply = p.comply_rate * team.department.control * (1 - p.autonomy)
            if u < comply:
                self.try_out(team.standard, "mandated")
                return
            u -= comply
        inquire = p.inquiry_rate * team.slack * self.motivation
        if u < inquire:
            idea = self.practice ^ (1 << self.random.randrange(p.choices))
            if self.random.random() < team.permission:
                self.try_out(idea, "own inquiry")
            else:
                self.proposal = idea
            return
        u -= inquire
        borrow = p.borrow_rate * self.motivation * team.permission * self.readiness
        if u < borrow:
            new = [other for other in self.colleagues if other.shown not in (0, self.practice)]
            if len(new) >= 1 + p.reinforcement * p.relational_depth and u < borrow * len(new) / len(
                self.colleagues
            ):
                best = max(new, key=lambda other: self.judge(other.shown))
                if self.judge(best.shown) > self.judge(self.practice):
                    self.try_out(best.shown, "borrowed")

    def review(self):
        p, permission = self.model.p, self.team.permission
        mandated = self.origin == "mandated"
        if not mandated and self.random.random() < p.stop_rate * (1 - permission) * (
            1 - p.framework_scrutiny
        ):
            self.practice, self.on_trial = self.fallback, 0
        elif self.on_trial >= p.trial_months:
            free = not mandated or self.random.random() < permission
            if free and self.judge(self.practice) <= self.judge(self.fallback):
                self.practice = self.fallback
            self.on_trial = 0
        else:
            self.on_trial += 1

    def perform(self):
        p, team = self.model.p, self.team
        novelty = self.practice.bit_count() / p.choices
        dip = p.implementation_dip if self.on_trial else 0.0
        fitting = 1 - p.relational_depth * novelty * (1 - self.readiness) if novelty else 1.0
        self.quality = team.landscape[self.practice] * team.delivery * fitting * (1 - dip)


class Citizen(mesa.Agent):
    def __init__(self, model, place):
        super().__init__(model)
        p = model.p
        self.place, self.neighbours = place, []
        self.trust = self.next_trust = clamp(self.random.gauss(p.trust, p.initial_variation))
        self.engaged = self.next_engaged = self.random.random() < p.initial_engagement
        self.wellbeing = 0.5

    def encounter(self):
        p = self.model.p
        trust, joins = self.trust, 0.0
        around = [*self.neighbours, self.random.choice(self.place.citizens)]
        if self.random.random() < p.encounter_rate:
            staff = self.random.choice(self.place.staff)
            self.wellbeing += p.wellbeing_rate * (staff.quality - self.wellbeing)
            engaged = sum(other.engaged for other in around) / 3
            invitation = p.base_invitation + (1 - p.base_invitation) * p.early_engagement
            joins = (
                p.engage_rate
                * trust
                * staff.regard
                * invitation
                * (1 + p.collective_capacity * engaged)
            )
            surprise = (
                clamp(staff.quality + p.expectation + p.perception_bias * (trust - 0.5)) - trust
            )
            trust += surprise * (p.trust_gain if surprise > 0 else p.trust_gain * p.trust_asymmetry)
        mean = sum(other.trust for other in around) / 3
        self.next_trust = clamp(
            trust + p.trust_pull * (mean - trust) - p.broken_promise * self.place.visible_cut
        )
        u = self.random.random()
        self.next_engaged = (
            u >= p.disengage_rate * (1 - self.next_trust) if self.engaged else u < joins
        )

    def settle(self):
        self.trust, self.engaged = self.next_trust, self.next_engaged


class Place:
    def __init__(self, exposure):
        self.exposure, self.citizens, self.staff, self.teams = exposure, [], [], []
        self.engagement, self.visible_cut = 0.14, 0.0


class IdiomaticModel(mesa.Model):
    """Built from the same places, sizes and landscapes as the model that it is compared with."""

    def __init__(self, params: ls.Parameters, places: ls.Places, seed: int = 1):
        super().__init__(rng=seed)
        self.p, self.month = params, 0
        twin = ls.simulate(params, places, seed=seed, months=1).world
        values = 0.5 + twin.score / (2 * (2 + twin.score**2) ** 0.5)
        self.datacollector = mesa.DataCollector(model_reporters=self.reporters())
        departments = [Department(self, domain) for domain in range(params.domains)]
        self.places = [Place(float(exposure)) for exposure in places.cut_exposure]
        for number, place in enumerate(self.places):
            for department in departments:
                team_number = number * params.domains + department.domain
                team = Commissioner(self, place, department, values[team_number].tolist())
                place.teams.append(team)
                rows = twin.services[team_number]
                for _ in range(rows["last_staff"] - rows["first_staff"]):
                    place.staff.append(Staff(self, team))
                for person in team.staff:
                    person.colleagues = [other for other in team.staff if other is not person]
            for _ in range(int(places.citizens[number])):
                place.citizens.append(Citizen(self, place))
            for k, citizen in enumerate(place.citizens):
                citizen.neighbours = [
                    place.citizens[k - 1],
                    place.citizens[(k + 1) % len(place.citizens)],
                ]

    def step(self):
        kinds = self.agents_by_type
        kinds[Commissioner].do("fund")
        for place in self.places:
            place.visible_cut = sum(team.visible_cut for team in place.teams) / len(place.teams)
        kinds[Commissioner].do("organise")
        kinds[Department].do("direct")
        kinds[Commissioner].do("pass_messages")
        kinds[Commissioner].do("commission")
        kinds[Staff].shuffle_do("learn")
        kinds[Staff].shuffle_do("change_practice")
        kinds[Staff].do("perform")
        kinds[Citizen].shuffle_do("encounter")
        kinds[Citizen].do("settle")
        kinds[Commissioner].do("appraise")
        for place in self.places:
            place.engagement = sum(citizen.engaged for citizen in place.citizens) / len(
                place.citizens
            )
        self.datacollector.collect(self)
        self.month += 1

    def mean(self, kind, name):
        return self.agents_by_type[kind].agg(name, lambda values: sum(values) / len(values))

    def share(self, fits):
        staff = self.agents_by_type[Staff]
        return sum(fits(person) for person in staff) / len(staff)

    def place_quality(self):
        return sorted(
            sum(person.quality for person in place.staff) / len(place.staff)
            for place in self.places
        )

    def diversity(self):
        found = []
        for domain in range(self.p.domains):
            counts = Counter(
                person.practice
                for person in self.agents_by_type[Staff]
                if person.team.department.domain == domain
            )
            found.append(sum(counts.values()) ** 2 / sum(n * n for n in counts.values()))
        return sum(found) / len(found)

    def reporters(self):
        """The outcomes that the compiled run also works out every month."""

        def gap(m):
            return (lambda q: q[int(0.9 * len(q))] - q[int(0.1 * len(q))])(m.place_quality())

        def worst(m):
            return (lambda q: sum(q[: len(q) // 10]) / (len(q) // 10))(m.place_quality())

        found = {
            name: (lambda m, k=kind, n=name: m.mean(k, n))
            for kind, names in (
                (Citizen, ("trust", "engaged", "wellbeing")),
                (Staff, ("quality", "capability", "regard", "motivation")),
                (Commissioner, ("budget", "permission", "slack")),
                (Department, ("control",)),
            )
            for name in names
        }
        found |= {
            origin: (
                lambda m, o=origin: m.share(lambda person: person.practice and person.origin == o)
            )
            for origin in ("mandated", "borrowed", "own inquiry", "alternative")
        }

        def better(person):
            return (
                not person.on_trial
                and person.team.landscape[person.practice] > person.team.landscape[0]
            )

        found |= {
            "spread": lambda m: m.share(better),
            "harm": lambda m: m.share(lambda s: s.team.landscape[s.practice] < s.team.landscape[0]),
            "fit": lambda m: m.share(lambda s: s.team.landscape[s.practice] / s.team.best),
            "postcode_gap": gap,
            "worst_place": worst,
            "diversity": lambda m: m.diversity(),
        }
        return found
