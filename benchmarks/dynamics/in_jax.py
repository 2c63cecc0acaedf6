"""JAX: no agent framework, but the fastest way to run whole columns on a processor from Python: all
months are one compiled XLA call.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from .specification import FIRST_WELLBEING, Setting, services, statistics


def month(state, key, s, quality_of, regard_of):
    trust, engaged, wellbeing = state
    n = trust.size
    keys = jax.random.split(key, 4)
    met = jax.random.uniform(keys[0], (n,)) < s["encounter_rate"]
    staff, other = (
        jax.random.randint(keys[1], (n,), 0, quality_of.size),
        jax.random.randint(keys[2], (n,), 0, n),
    )
    quality = quality_of[staff]
    surprise = (
        jnp.clip(quality + s["expectation"] + s["perception_bias"] * (trust - 0.5), 0, 1) - trust
    )
    rate = jnp.where(surprise > 0, s["trust_gain"], s["trust_gain"] * s["trust_asymmetry"])
    after = trust + jnp.where(met, rate * surprise, 0.0)
    around = (jnp.roll(trust, 1) + jnp.roll(trust, -1) + trust[other]) / 3
    after = jnp.clip(
        after + s["trust_pull"] * (around - after) - s["broken_promise"] * s["visible_cut"], 0, 1
    )
    share = (jnp.roll(engaged, 1).astype(float) + jnp.roll(engaged, -1) + engaged[other]) / 3
    joins = (
        s["engage_rate"]
        * trust
        * regard_of[staff]
        * s["invitation"]
        * (1 + s["collective_capacity"] * share)
    )
    u = jax.random.uniform(keys[3], (n,))
    engaged = jnp.where(engaged, u >= s["disengage_rate"] * (1 - after), met & (u < joins))
    return (
        after,
        engaged,
        wellbeing + jnp.where(met, s["wellbeing_rate"] * (quality - wellbeing), 0.0),
    ), None


@functools.partial(jax.jit, static_argnames=("citizens", "months"))
def lived(citizens, months, seed, s, quality, regard):
    begin, go = jax.random.split(jax.random.key(seed))
    first, second = jax.random.split(begin)
    trust = jnp.clip(
        s["trust"] + s["initial_variation"] * jax.random.normal(first, (citizens,)), 0, 1
    )
    engaged = jax.random.uniform(second, (citizens,)) < s["initial_engagement"]
    state = (trust, engaged, jnp.full(citizens, FIRST_WELLBEING))
    return jax.lax.scan(
        lambda state, key: month(state, key, s, quality, regard),
        state,
        jax.random.split(go, months),
    )[0]


def run(s: Setting) -> dict[str, float]:
    quality, regard = services(s.citizens)
    return statistics(
        *map(
            np.asarray,
            lived(
                s.citizens,
                s.months,
                s.seed,
                {**s.rates, "invitation": s.invitation},
                jnp.array(quality),
                jnp.array(regard),
            ),
        )
    )
