"""mesa-frames: citizens as rows of a Polars frame, a month as expressions over its columns."""

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from .specification import FIRST_WELLBEING, Setting, services, statistics


class Citizens(AgentSetPolars):
    def __init__(self, model: "Town", s: Setting):
        super().__init__(model)
        self.setting = s
        quality, regard = services(s.citizens)
        self.quality, self.regard = pl.Series(quality), pl.Series(regard)
        rng = self.random
        self += pl.DataFrame(
            {
                "unique_id": np.arange(s.citizens),
                "trust": np.clip(rng.normal(s.trust, s.initial_variation, s.citizens), 0, 1),
                "engaged": rng.random(s.citizens) < s.initial_engagement,
                "wellbeing": np.full(s.citizens, FIRST_WELLBEING),
            }
        )

    def step(self):
        s, n = self.setting, len(self)
        staff, other = self.random.integers(0, len(self.quality), n), self.random.integers(0, n, n)
        drawn = self.agents.with_columns(
            met=pl.Series(self.random.random(n) < s.encounter_rate),
            u=pl.Series(self.random.random(n)),
            quality=self.quality[staff],
            regard=self.regard[staff],
            other=pl.Series(other),
        )
        trust, engaged, quality, met = (
            pl.col("trust"),
            pl.col("engaged").cast(pl.Float64),
            pl.col("quality"),
            pl.col("met"),
        )

        def around(values):
            left, right = (
                values.gather((pl.int_range(n) - 1) % n),
                values.gather((pl.int_range(n) + 1) % n),
            )
            return (left + right + values.gather(pl.col("other"))) / 3

        surprise = (quality + s.expectation + s.perception_bias * (trust - 0.5)).clip(0, 1) - trust
        moved = trust + pl.when(met).then(
            surprise
            * pl.when(surprise > 0).then(s.trust_gain).otherwise(s.trust_gain * s.trust_asymmetry)
        ).otherwise(0.0)
        after = (
            moved + s.trust_pull * (around(trust) - moved) - s.broken_promise * s.visible_cut
        ).clip(0, 1)
        joins = (
            s.engage_rate
            * trust
            * pl.col("regard")
            * s.invitation
            * (1 + s.collective_capacity * around(engaged))
        )
        lived = drawn.with_columns(after=after, joins=joins)
        stays = pl.col("u") >= s.disengage_rate * (1 - pl.col("after"))
        self.agents = lived.select(
            "unique_id",
            trust=pl.col("after"),
            engaged=pl.when(pl.col("engaged"))
            .then(stays)
            .otherwise(met & (pl.col("u") < pl.col("joins"))),
            wellbeing=pl.col("wellbeing")
            + pl.when(met).then(s.wellbeing_rate * (quality - pl.col("wellbeing"))).otherwise(0.0),
        )


class Town(ModelDF):
    def __init__(self, s: Setting):
        super().__init__(seed=s.seed)
        self.citizens = Citizens(self, s)
        self.agents += self.citizens


def run(s: Setting) -> dict[str, float]:
    town = Town(s)
    for _ in range(s.months):
        town.step()
    rows = town.agents.agents
    frame = next(iter(rows.values())) if isinstance(rows, dict) else rows
    return statistics(*(frame[name].to_numpy() for name in ("trust", "engaged", "wellbeing")))
