"""The same model written as one would write it with Mesa alone: agents with attributes of their
own, lists of neighbours and colleagues, `self.random`.

A yardstick for speed, of the same mechanisms and size. Arithmetic that is a function of numbers is
called from the model's own rules in plain Python, so no rate and no formula can differ; what agents
hold, whom they know, and who acts when is written here. Draws are Mesa's, so outcomes agree in
level and not to the bit; without luck they agree to rounding (`tests/test_benchmarks.py`). Levers
that are off by default (`LEFT_OUT`) are left out.
"""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import mesa
import numpy as np

import localism_sim as ls
from localism_sim.model import engine
from localism_sim.model.compilation import REGISTRY, plain

LEGACY = 0
LEFT_OUT = ("innovation_agency", "pooled_budgets", "city_regions", "mixing", "harmonise_after")


def rules() -> SimpleNamespace:
    """The model's rules in plain Python, by name."""
    return SimpleNamespace(**{name: plain(rule) for name, rule in REGISTRY.items()})


R = rules()


class Department(mesa.Agent):
    def __init__(self, model, domain):
        super().__init__(model)
        self.domain, self.standard, self.control = domain, LEGACY, model.p.control
        self.deviation = self.compliance = 0.0
        self.beacon, self.promoted = None, None
        self.services: list[Service] = []

    def steer(self):
        p = self.model.p
        self.capacity = R.central_capacity_left(p, self.model.month)
        self.control = R.drifted_control(self.control, self.deviation, p)

    def direct(self):
        p = self.model.p
        if (self.model.month + 1) % p.review_months:
            return
        best, best_score = self.standard, self.evaluate(self.standard)
        tried = p.redesigns * self.capacity
        for _ in range(int(tried) + (self.random.random() < tried % 1)):
            design = self.standard
            for _ in range(self.random.randint(1, p.design_steps)):
                design ^= 1 << self.random.randrange(p.choices)
            score = self.evaluate(design)
            if score > best_score:
                best, best_score = design, score
        heard = [service.heard for service in self.services if service.heard]
        if heard and self.random.random() < R.alignment(p):
            practice = max(heard, key=lambda report: report[1])[0]
            if self.evaluate(practice) > best_score:
                best = practice
        self.standard = best

    def evaluate(self, practice):
        p, n = self.model.p, self.model.p.sampled_places
        sample = self.random.choices(self.services, k=n)
        value = sum(service.landscape[practice] for service in sample) / n
        value += self.random.gauss(0, p.judgement_noise / n**0.5)
        departure = p.status_quo_bias * (practice ^ self.standard).bit_count()
        return R.measured(value, 1 - departure / p.choices, p)

    def observe(self):
        deviating = complying = 0.0
        self.beacon, highest = None, -1.0
        for service in self.services:
            teams, staff = service.teams, service.staff
            deviating += sum(team.declared != self.standard for team in teams) / len(teams)
            complying += sum(one.reported == service.standard for one in staff) / len(staff)
            own = R.own_success(service.endorsed, service.standard)
            if own and service.endorsed_value > highest:
                self.beacon, highest = service, service.endorsed_value
        self.deviation = deviating / len(self.services)
        self.compliance = complying / len(self.services)
        if self.beacon:
            self.promoted = self.beacon.endorsed


class Service(mesa.Agent):
    """A commissioner with what it oversees: the teams of one domain in one place."""

    def __init__(self, model, place, department, landscape):
        super().__init__(model)
        self.place, self.department, self.landscape = place, department, landscape
        self.best, self.legacy_value = max(landscape), landscape[LEGACY]
        self.teams: list[Team] = []
        self.staff: list[Staff] = []
        self.budget = self.posts = 1.0
        self.standard = self.sent = self.endorsed = self.declared = LEGACY
        self.openness, self.permission = model.p.open_commissioning, 0.0
        self.quality = self.quality_at_start = 0.0
        self.down = self.up = self.heard = self.seen = self.mandated = None
        self.contacts = self.random.choices(range(model.place_count), k=model.p.contact_places)
        department.services.append(self)

    def fund(self):
        p, month, domain = self.model.p, self.model.month, self.department.domain
        budget = R.own_budget(domain, p.domains, self.place.exposure, p, month)
        self.visible_cut, self.budget = max(0.0, self.budget - budget), budget
        self.posts = R.open_posts(self.posts, budget, p)

    def organise(self):
        p = self.model.p
        demand = R.failure_demand(self.quality, self.quality_at_start, p)
        self.reporting = R.reporting_load(self.department.control, p)
        time = R.staffed_time(self.budget, self.posts, p)
        self.workload = demand / (time * (1 - self.reporting))
        self.delivery = R.delivered(self.workload, p)
        self.slack = max(1 - self.workload, p.leadership * p.protected_time)
        self.stress = R.stressed(self.workload, p)

    def garbled(self, practice, sent):
        p = self.model.p
        choice = self.random.randrange(p.choices)
        return R.garbled(practice, sent, self.random.random(), choice, p.choices, p)

    def pass_messages(self):
        p = self.model.p
        if self.down is None and self.sent != self.department.standard:
            self.sent = self.department.standard
            self.down = [self.sent, p.chain_length]
        elif self.down and R.clears(self.random.random(), p):
            self.down = [self.garbled(self.down[0], self.sent), self.down[1] - 1]
        if self.down and self.down[1] <= 0:
            self.standard, self.down = self.down[0], None
            if self.mandated is None:
                self.mandated = self.model.month
        if self.up is None and self.endorsed != LEGACY:
            self.up = [self.declared, self.declared, self.endorsed_value, p.chain_length]
        elif self.up and R.clears(self.random.random(), p):
            practice, sent, value, desks = self.up
            self.up = [self.garbled(practice, sent), sent, value, desks - 1]
        if self.up and self.up[3] <= 0:
            self.heard, self.up = (self.up[0], self.up[2]), None
        for team in self.teams:
            team.pass_proposal()

    def commission(self):
        p = self.model.p
        gain = self.teams_value - R.measured(self.landscape[self.standard], 1.0, p)
        target = R.clamp(p.open_commissioning + (1 - p.open_commissioning) * gain)
        self.openness += p.openness_rate * (target - self.openness)
        self.permission = R.permitted(p.autonomy, self.openness, p)
        for team in self.teams:
            team.let_in_alternative()
        self.visit()

    def visit(self):
        p = self.model.p
        if self.seen:
            self.seen[2] -= 1
            if self.seen[2] <= 0:
                self.seen = None
        if self.random.random() >= R.visit_chance(p):
            return
        there = self.department.beacon
        if there is None or self.random.random() >= R.beacon_chance(p):
            there = self.department.services[self.random.choice(self.contacts)]
        if there is not self and there.endorsed not in (LEGACY, self.endorsed):
            looks = there.landscape[there.endorsed] + self.random.gauss(0, R.judgement_error(p))
            if looks > self.landscape[self.endorsed]:
                self.seen = [there.endorsed, there, p.contact_months]

    def know_pressures(self):
        """What moves all staff alike in a month."""
        p, department, place = self.model.p, self.department, self.place
        months = 0 if self.mandated is None else self.mandated + 1
        self.pressed = (
            R.comply_hazard(department.control, p.autonomy, p)
            * R.deadline_pressure(self.model.month + 1 - months, p)
            * R.peer_pressure(department.compliance, p)
            * place.compliant
        )
        self.reflecting, self.supported = R.reflection(self.slack, p), R.support(p)
        self.met, self.ideas = (
            R.contact(place.engagement, p),
            R.citizens_hazard(place.engagement, p),
        )

    def appraise(self):
        for team in self.teams:
            team.endorse()
        best = max(self.teams, key=lambda team: team.endorsed_value)
        self.endorsed, self.declared = best.endorsed, best.declared
        self.endorsed_value = best.endorsed_value
        self.teams_value = sum(team.endorsed_value for team in self.teams) / len(self.teams)
        self.quality = sum(person.quality for person in self.staff) / len(self.staff)


class Team:
    """About eight people who see each other's work; it acts through its commissioner."""

    def __init__(self, service):
        self.service, self.model, self.random = service, service.model, service.random
        self.staff: list[Staff] = []
        self.asked = self.granted = self.entrant = None
        self.endorsed = self.declared = LEGACY
        self.endorsed_value = 0.0
        service.teams.append(self)

    def pass_proposal(self):
        p, self.granted = self.model.p, None
        if self.asked is None:
            ideas = [person for person in self.staff if person.proposal is not None]
            if ideas:
                person = self.random.choice(ideas)
                self.asked = [person, person.proposal, p.chain_length]
        elif R.clears(self.random.random(), p):
            landscape = self.service.landscape
            good = landscape[self.asked[1]] > landscape[self.endorsed]
            passed = R.desk_passes(good, self.random.random(), p)
            self.asked[2] = R.desks_left(self.asked[2], passed, p)
            if self.asked[2] < 0:
                self.asked = None
        if self.asked and self.asked[2] == 0:
            self.granted, self.asked = self.asked[:2], None

    def let_in_alternative(self):
        p, self.entrant = self.model.p, None
        welcome = p.entry_floor + (1 - p.entry_floor) * self.service.openness
        if self.random.random() < p.entry_rate * p.alternative_support * welcome:
            ideas = [self.random.randrange(1, 1 << p.choices) for _ in range(p.entrant_search)]
            known = self.service.department.services[self.random.choice(self.service.contacts)]
            if known.endorsed != LEGACY:
                ideas[0] = known.endorsed
            self.entrant = (self.random.choice(self.staff), max(ideas, key=self.looks))

    def looks(self, practice):
        error = self.random.gauss(0, R.judgement_error(self.model.p))
        return self.service.landscape[practice] + error

    def endorse(self):
        p, service = self.model.p, self.service
        self.endorsed_value = -1.0
        for practice, declared in {(person.routine, person.declared) for person in self.staff}:
            similar = 1 - (declared ^ service.standard).bit_count() / p.choices
            value = R.measured(service.landscape[practice], similar, p)
            if value > self.endorsed_value:
                self.endorsed, self.declared, self.endorsed_value = practice, declared, value


class Staff(mesa.Agent):
    def __init__(self, model, team):
        super().__init__(model)
        self.team, self.service, self.place = team, team.service, team.service.place
        self.practice = self.fallback = self.shown = LEGACY
        self.origin = self.fallback_origin = "legacy"
        self.on_trial = self.granted = self.contract = 0
        self.proposal = self.paper = None
        self.colleagues: list[Staff] = []
        self.renew()
        team.staff.append(self)
        team.service.staff.append(self)

    def renew(self):
        p = self.model.p
        self.capability, self.regard, self.motivation, self.trust = (
            R.clamp(self.random.gauss(mean, p.initial_variation))
            for mean in (
                p.initial_capability,
                p.initial_regard,
                p.initial_motivation,
                p.initial_staff_trust,
            )
        )

    @property
    def routine(self):
        return self.fallback if self.on_trial else self.practice

    @property
    def declared(self):
        return self.routine if self.paper is None else self.paper

    @property
    def reported(self):
        return self.practice if self.paper is None else self.paper

    @property
    def readiness(self):
        return R.readiness(self.capability, self.regard, self.place.engagement)

    def routinely(self, practice, origin):
        self.practice, self.on_trial = practice, 0
        self.origin = origin if practice != LEGACY else "legacy"

    def try_out(self, practice, origin):
        self.fallback, self.fallback_origin = self.practice, self.origin
        self.routinely(practice, origin)
        self.on_trial, self.granted = 1, 0

    def learn(self):
        p, team, service = self.model.p, self.team, self.service
        if team.entrant and team.entrant[0] is self:
            self.routinely(team.entrant[1], "alternative")
            self.paper, self.contract = None, 1 if p.contract_months else 0
            self.capability = max(self.capability, p.entrant_traits)
            self.regard = max(self.regard, p.entrant_traits)
            self.motivation = max(self.motivation, p.entrant_traits)
        elif self.contract_ends() or self.random.random() < p.turnover * (1 + service.stress):
            if not self.contract:
                mandated = team.endorsed == service.standard
                self.routinely(team.endorsed, "mandated" if mandated else "borrowed")
            self.paper = None
            self.renew()
        else:
            self.regard = R.learned_regard(
                self.regard, service.reflecting, service.met, service.stress, service.reporting, p
            )
            self.capability = R.learned_capability(self.capability, service.reflecting, p)
            self.motivation = R.moved_motivation(
                self.motivation, self.capability, service.permission, service.stress, p
            )
            self.trust = R.moved_staff_trust(self.trust, service.supported, service.visible_cut, p)
        self.shown = self.practice

    def contract_ends(self):
        p = self.model.p
        if not self.contract:
            return False
        if self.contract < p.contract_months:
            self.contract += 1
            return False
        looks = self.worth + self.random.gauss(0, R.judgement_error(p))
        self.contract = int(looks > self.service.legacy_value)
        return not self.contract

    def change_practice(self):
        p, service, team = self.model.p, self.service, self.team
        self.proposal = None
        if self.on_trial:
            self.review()
            return
        if team.granted and team.granted[0] is self:
            self.try_out(team.granted[1], "own inquiry")
            self.granted, self.trust = 1, R.trust_when_granted(self.trust, p)
            return
        u = self.random.random()
        if not self.contract and service.standard != self.reported:
            if u < service.pressed:
                self.comply()
                return
            u -= service.pressed
        inquiring = R.inquiry_hazard(service.slack, self.motivation, 1.0, p)
        inquiring *= R.trust_factor(self.trust, p.trust_inquiry) * self.place.inventive
        inquiring += service.ideas
        if u < inquiring:
            idea = self.practice ^ (1 << self.random.randrange(p.choices))
            if self.random.random() < self.permission:
                self.try_out(idea, "own inquiry")
            else:
                self.proposal = idea
            return
        self.look_beyond(u - inquiring)

    @property
    def permission(self):
        return R.own_permission(self.contract, self.service.permission)

    def comply(self):
        standard, self.paper = self.service.standard, None
        if standard != self.practice:
            if self.on_paper_only():
                self.paper = standard
            else:
                self.try_out(standard, "mandated")

    def on_paper_only(self):
        return self.random.random() < R.paper_chance(self.trust, self.model.p)

    def look_beyond(self, u):
        p, service = self.model.p, self.service
        motivation = self.motivation * R.trust_factor(self.trust, p.trust_borrowing)
        ready = R.borrowing_readiness(self.readiness, p)
        borrowing = R.borrow_hazard(motivation, self.permission, ready, p)
        if u < borrowing:
            self.borrow(u, borrowing)
            return
        u -= borrowing
        if service.seen and service.seen[0] != self.practice:
            seeing = R.outside_hazard(p.contact_rate, motivation, self.permission, ready)
            if u < seeing:
                self.try_out(service.seen[0], "borrowed")
                return
            u -= seeing
        promoted = service.department.promoted
        if promoted is not None and promoted != self.practice:
            if u < R.outside_hazard(p.promotion_rate, motivation, self.permission, ready):
                self.try_out(promoted, "promoted")

    def borrow(self, u, hazard):
        p, needed = self.model.p, R.reinforcement_needed(self.model.p)
        shown = Counter(other.shown for other in self.colleagues)
        new = [
            other
            for other in self.colleagues
            if other.shown not in (LEGACY, self.practice) and shown[other.shown] >= needed
        ]
        if len(new) >= needed and u < R.pull_of_examples(hazard, len(new), len(self.colleagues), p):
            looks = self.team.looks
            appeal, best = max((looks(other.shown), n) for n, other in enumerate(new))
            if appeal > looks(self.practice):
                self.try_out(new[best].shown, "borrowed")

    def review(self):
        p, service = self.model.p, self.service
        mandated = R.under_mandate(
            self.practice, 1 if self.origin == "mandated" else 0, service.standard, p
        )
        drop = False
        stop = R.stop_hazard(self.permission, self.granted, p)
        if not mandated and self.random.random() < stop:
            drop, self.trust = True, R.trust_when_stopped(self.trust, p)
        elif self.on_trial >= p.trial_months:
            free = not mandated or self.random.random() < self.permission
            looks = self.team.looks
            drop = free and looks(self.practice) <= looks(self.fallback)
            self.on_trial = 0
        else:
            self.on_trial += 1
        if drop:
            if mandated and self.on_paper_only():
                self.paper = self.practice
            self.routinely(self.fallback, self.fallback_origin)

    def perform(self):
        p, service = self.model.p, self.service
        value, novelty = service.landscape[self.practice], self.practice.bit_count() / p.choices
        ready = self.readiness if novelty and p.relational_depth else 1.0
        self.worth = R.delivered_worth(value, novelty, ready, p)
        felt = R.felt_value(value, service.legacy_value, p)
        self.quality = R.realised_quality(felt, service.delivery, novelty, ready, self.on_trial, p)


class Citizen(mesa.Agent):
    def __init__(self, model, place):
        super().__init__(model)
        p = model.p
        self.place, self.neighbours, self.ward = place, [], []
        self.trust = self.next_trust = R.clamp(self.random.gauss(p.trust, p.initial_variation))
        self.engaged = self.next_engaged = float(self.random.random() < p.initial_engagement)
        self.wellbeing = place.quality

    def encounter(self):
        p, place = self.model.p, self.place
        around = [*self.neighbours, self.random.choice(self.ward)]
        staff = self.random.choice(place.staff)
        met = R.happens(self.random.random(), p.encounter_rate)
        self.next_trust = R.trust_after_month(
            self.trust,
            met,
            staff.quality,
            place.outlook,
            sum(other.trust for other in around) / 3,
            place.visible_cut,
            p,
        )
        self.next_engaged = R.engaged_after_month(
            self.engaged,
            met,
            self.trust,
            self.next_trust,
            staff.regard,
            sum(other.engaged for other in around) / 3,
            self.random.random(),
            p,
        )
        self.wellbeing = R.moved_wellbeing(self.wellbeing, met, staff.quality, p)

    def settle(self):
        self.trust, self.engaged = self.next_trust, self.next_engaged


class Place:
    def __init__(self, model, exposure):
        p, random = model.p, model.random
        self.model, self.exposure = model, exposure
        self.citizens: list[Citizen] = []
        self.staff: list[Staff] = []
        self.services: list[Service] = []
        self.engagement, self.budget = p.initial_engagement, 1.0
        self.inventive = R.lasting(random.gauss(0, 1), p.inventive_sd)
        self.compliant = R.lasting(random.gauss(0, 1), p.compliant_sd)

    def begin(self):
        self.quality = sum(service.quality for service in self.services) / len(self.services)
        self.used_to = self.used_to_at_start = self.quality

    def see_cuts(self):
        p, count = self.model.p, len(self.services)
        lost = sum(service.visible_cut for service in self.services) / count
        budget = sum(service.budget for service in self.services) / count
        net = max(0.0, self.budget - budget)
        self.visible_cut = (1 - p.promise_netting) * lost + p.promise_netting * net
        self.budget, self.outlook = budget, R.outlook(self.used_to, self.used_to_at_start, p)

    def account(self):
        self.engagement = sum(citizen.engaged for citizen in self.citizens) / len(self.citizens)
        self.quality = sum(person.quality for person in self.staff) / len(self.staff)
        self.used_to = R.adapted(self.used_to, self.quality, self.model.p)


class IdiomaticModel(mesa.Model):
    """Built from the same places, sizes and landscapes as the model that it is compared with."""

    def __init__(self, params: ls.Parameters, places: ls.Places, seed: int = 1):
        super().__init__(rng=seed)
        self.p, self.month, self.place_count = params, 0, places.count
        if any(getattr(params, name) for name in LEFT_OUT):
            raise ValueError(f"this form of the model leaves out {', '.join(LEFT_OUT)}")
        twin = engine.simulate(params, places, seed=seed, months=1).world
        score = np.asarray(twin.score.T, float)
        landscapes = 0.5 + score / (2.0 * np.sqrt(2.0 + score * score))
        self.datacollector = mesa.DataCollector(model_reporters=self.reporters())
        departments = [Department(self, domain) for domain in range(params.domains)]
        self.places = [Place(self, float(exposure)) for exposure in places.cut_exposure]
        for number, place in enumerate(self.places):
            for department in departments:
                row = number * params.domains + department.domain
                service = Service(self, place, department, landscapes[row].tolist())
                place.services.append(service)
                rows = twin.services[row]
                for _ in range((rows["last_staff"] - rows["first_staff"]) // params.team_size):
                    team = Team(service)
                    for _ in range(params.team_size):
                        place.staff.append(Staff(self, team))
        for person in self.agents_by_type[Staff]:
            person.colleagues = self.colleagues_of(person)
        for service in self.agents_by_type[Service]:
            service.organise()
            service.delivery = R.delivered(service.workload, params)
            for person in service.staff:
                person.perform()
            service.appraise()
            service.quality_at_start = service.quality
        for number, place in enumerate(self.places):
            place.begin()
            for _ in range(int(places.citizens[number])):
                place.citizens.append(Citizen(self, place))
            for first in range(0, len(place.citizens), 1024):
                ward = place.citizens[first : first + 1024]
                for k, citizen in enumerate(ward):
                    citizen.ward = ward
                    citizen.neighbours = [ward[k - 1], ward[(k + 1) % len(ward)]]

    def colleagues_of(self, person):
        """The nearest of the ring of the team, and a tie beyond it where a lever opens one."""
        p, team, found = self.p, person.team.staff, []
        at = team.index(person)
        for slot in range(p.peers):
            u, other = self.random.random(), None
            if slot in (2, 3) and p.domains > 1 and u < p.challenge_focus:
                others = [one for one in person.place.services if one is not person.service]
                other = self.random.choice(self.random.choice(others).staff)
            elif slot > 3 and u < p.connectivity + (1 - p.connectivity) * p.outside_ties:
                elsewhere = self.random.choice(person.service.department.services)
                other = self.random.choice(elsewhere.staff)
            elif slot < len(team) - 1:
                other = team[(at + R.ring_offset(slot)) % len(team)]
            if other is not None and other is not person:
                found.append(other)
        return found

    def step(self):
        kinds = self.agents_by_type
        kinds[Department].do("steer")
        kinds[Service].do("fund")
        for place in self.places:
            place.see_cuts()
        kinds[Service].do("organise")
        kinds[Department].do("direct")
        kinds[Service].do("pass_messages")
        kinds[Service].do("commission")
        kinds[Service].do("know_pressures")
        kinds[Staff].shuffle_do("learn")
        kinds[Staff].shuffle_do("change_practice")
        kinds[Staff].do("perform")
        kinds[Citizen].shuffle_do("encounter")
        kinds[Citizen].do("settle")
        kinds[Service].do("appraise")
        for place in self.places:
            place.account()
        kinds[Department].do("observe")
        self.datacollector.collect(self)
        self.month += 1

    def mean(self, kind, name):
        return self.agents_by_type[kind].agg(name, lambda values: sum(values) / len(values))

    def share(self, fits):
        staff = self.agents_by_type[Staff]
        return sum(fits(person) for person in staff) / len(staff)

    def diversity(self):
        found = []
        for department in self.agents_by_type[Department]:
            counts = Counter(one.practice for each in department.services for one in each.staff)
            found.append(sum(counts.values()) ** 2 / sum(n * n for n in counts.values()))
        return sum(found) / len(found)

    def reporters(self):
        """The outcomes that the compiled run also works out every month."""

        def qualities(m):
            return sorted(place.quality for place in m.places)

        def better(person):
            return not person.on_trial and person.worth > person.service.legacy_value

        def value(person):
            return person.service.landscape[person.practice]

        found = {
            name: (lambda m, k=kind, n=name: m.mean(k, n))
            for kind, names in (
                (Citizen, ("trust", "engaged", "wellbeing")),
                (Staff, ("quality", "capability", "regard", "motivation")),
                (Service, ("budget", "posts", "permission", "slack", "workload")),
                (Department, ("control", "compliance")),
            )
            for name in names
        }
        found |= {
            origin: (lambda m, o=origin: m.share(lambda person: person.origin == o))
            for origin in ("mandated", "borrowed", "own inquiry", "alternative", "promoted")
        }
        return found | {
            "staff_trust": lambda m: m.mean(Staff, "trust"),
            "delivered_spread": lambda m: m.share(better),
            "spread": lambda m: m.share(
                lambda s: not s.on_trial and value(s) > s.service.legacy_value
            ),
            "harm": lambda m: m.share(lambda s: value(s) < s.service.legacy_value),
            "fit": lambda m: m.share(lambda s: value(s) / s.service.best),
            "postcode_gap": lambda m: (lambda q: q[int(0.9 * len(q))] - q[int(0.1 * len(q))])(
                qualities(m)
            ),
            "worst_place": lambda m: (lambda q: sum(q[: len(q) // 10]) / max(1, len(q) // 10))(
                qualities(m)
            ),
            "diversity": lambda m: m.diversity(),
        }
