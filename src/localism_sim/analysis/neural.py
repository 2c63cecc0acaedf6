"""What patterns say of rates, by a neural network: a cross-check of `analysis.calibration`.

A normalising flow learns the posterior of the rates for any statistics at once (neural posterior
estimation; Papamakarios & Murray 2016; Radev et al. 2020) with BayesFlow on JAX (extra
`calibrate`). It sees the very draws and the very errors that the regression sees.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from ..foundation.errors import BadInput
from . import misspecification
from .calibration import standardised, to_line

EPOCHS, BATCH, DEPTH = 150, 128, 4
NULL_WORLDS = 200
STOP_SHARE = 0.1
"""Share of the draws that only watch the training."""


def library() -> tuple[Any, Any]:
    """BayesFlow and Keras on JAX, or one clear message. They are chatty and load slowly, so nothing
    else of this package asks for them.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        keras = importlib.import_module("keras")
        with quiet():
            return importlib.import_module("bayesflow"), keras
    except ImportError as error:
        raise BadInput(
            f"experiment.neural=true needs packages that are not installed ({error.name}): pip "
            f"install 'localism_sim[calibrate]'"
        ) from None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library from logging."""
    logger = logging.getLogger("bayesflow")
    level = logger.level
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        logger.setLevel(level)


@dataclass(frozen=True)
class Network:
    """A trained network. middle, spread: of the statistics that it learned from."""

    workflow: Any
    keras: Any
    middle: np.ndarray
    spread: np.ndarray
    seed: int

    def posterior(self, seen: np.ndarray, draws: int) -> np.ndarray:
        """Draws of the rates, as shares of their priors: worlds x draws x rates. seen: statistics,
        a row a world.
        """
        self.keras.utils.set_random_seed(self.seed)
        given = standardised(np.atleast_2d(seen), self.middle, self.spread).astype("float32")
        with quiet():
            found = self.workflow.sample(conditions={"statistics": given}, num_samples=draws)
        return scipy.special.expit(np.asarray(found["rates"], float))


def trained(u: np.ndarray, statistics: np.ndarray, seed: int, epochs: int = EPOCHS) -> Network:
    """Train on draws. u: rates as shares of their priors; statistics: blurred."""
    bayesflow, keras = library()
    keras.utils.set_random_seed(seed)
    middle, spread = statistics.mean(0), statistics.std(0)
    spread = np.where(spread > 0.0, spread, 1.0)
    data = {
        "rates": to_line(u).astype("float32"),
        "statistics": standardised(statistics, middle, spread).astype("float32"),
    }
    watch = max(2, round(STOP_SHARE * len(u)))
    with quiet():
        workflow = bayesflow.BasicWorkflow(
            inference_network=bayesflow.networks.CouplingFlow(depth=DEPTH),
            inference_variables=["rates"],
            inference_conditions=["statistics"],
            standardize="all",
        )
        workflow.fit_offline(
            {name: values[watch:] for name, values in data.items()},
            epochs=epochs,
            batch_size=BATCH,
            validation_data={name: values[:watch] for name, values in data.items()},
            verbose=0,
        )
    return Network(workflow, keras, middle, spread, seed)


def as_unusual(statistics: np.ndarray, seen: np.ndarray, seed: int) -> float:
    """`misspecification.as_unusual` by the library: the share of simulated worlds at least as
    unusual as what was seen, of `NULL_WORLDS` drawn anew.
    """
    bayesflow, _ = library()
    worlds, world = misspecification.whitened(statistics[: misspecification.MOST], seen)
    state = np.random.get_state()
    try:
        np.random.seed(seed)
        own, null = bayesflow.diagnostics.metrics.bootstrap_comparison(
            world[None], worlds, bayesflow.metrics.functional.maximum_mean_discrepancy, NULL_WORLDS
        )
    finally:
        np.random.set_state(state)
    return float((null >= own).mean())


@dataclass(frozen=True)
class Neural:
    """What the network says. draws: posterior given what was seen, as shares; ranks: of known rates
    in their posteriors, a row a truth.
    """

    draws: np.ndarray
    ranks: np.ndarray


def cross_check(
    u: np.ndarray,
    statistics: np.ndarray,
    seen: np.ndarray,
    truths: int,
    draws: int,
    seed: int,
    epochs: int = EPOCHS,
) -> Neural:
    """Train on all but the first `truths` draws, which then play what was seen (see
    `analysis.calibration.coverage_check`), and read off the posterior of what was seen.
    """
    network = trained(u[truths:], statistics[truths:], seed, epochs)
    known = network.posterior(statistics[:truths], draws)
    ranks = (known < u[:truths, None, :]).mean(1)
    return Neural(network.posterior(seen, draws)[0], ranks)
