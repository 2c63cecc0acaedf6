"""A setting as a short code: what the page writes into its address, read by `load_scenario` too.

    scenario.levers.rivals.seed.version

Three signs for each changed lever: which one, then in two signs how many steps it stands above its
lowest value. Rival rules are the bits of one or more signs, six a sign. The seed is whole. The
version changes with the model and with the levers' ranges (`code_version`): under another one the
same code would mean other numbers, so it is refused. What follows (the comparison, places, the
view) concerns the page alone.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
from dataclasses import dataclass

from ..foundation.checks import whole_number
from ..foundation.errors import BadInput, brief
from .parameters import FIELDS, Parameters, checked
from .variant import checked_variants, shipped_variants
from .version import model_version

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GROUPS_OF_LEVERS = ("headline", "problem", "recommendation", "lever")
STEPS = 1000
"""About how many steps a lever's range is cut into."""
DIGITS = 6
"""Of the version, and those to which a value is rounded."""
SEED_DIGITS = 9
"""Digits of a seed, at most: what the page shows."""
FORM = re.compile(
    rf"([a-z0-9_]+)\.([\w-]*)\.([\w-]*)\.(\d{{1,{SEED_DIGITS}}})\.([0-9a-f]{{{DIGITS}}})", re.ASCII
)


@dataclass(frozen=True)
class Setting:
    """What a code says: a shipped scenario, changed levers, rival rules and a seed."""

    scenario: str
    changes: dict[str, float]
    variants: tuple[str, ...]
    seed: int


def levers() -> tuple[str, ...]:
    """The parameters that a code can change, in the order of their signs."""
    return tuple(name for group in GROUPS_OF_LEVERS for name in Parameters.names(group))


def step_of(name: str) -> float:
    """The smallest change of a lever: 1 where it counts something, else 1, 2 or 5 times a power of
    ten near a thousandth of its range.
    """
    field = FIELDS[name]
    if isinstance(field.default, int):
        return 1
    rough = (field.metadata["high"] - field.metadata["low"]) / STEPS
    exponent = math.floor(math.log10(rough))
    steps = [float(f"{n}e{exponent}") for n in (1, 2, 5, 10)]
    return next(step for step in steps if step >= rough * (1.0 - 1e-9))


@functools.cache
def code_version() -> str:
    """What a code ends with: a digest of the model's version and of what its signs mean, which are
    the levers in order with the start and the step of each.
    """
    meant = [(name, FIELDS[name].metadata["low"], step_of(name)) for name in levers()]
    return hashlib.sha256(repr((model_version(), meant)).encode()).hexdigest()[:DIGITS]


def value_at(name: str, count: int) -> float:
    """The value of a lever so many steps above its lowest."""
    value = float(f"{FIELDS[name].metadata['low'] + count * step_of(name):.{DIGITS}g}")
    return int(value) if isinstance(FIELDS[name].default, int) else value


def looks_like_code(text: str) -> bool:
    """Whether a text is meant as a code or an address of the page, and not as a name or a file."""
    return "#" in text or (text.count(".") >= 4 and not text.endswith((".yaml", ".yml")))


def read_code(text: str) -> Setting:
    """What a code, or a whole address of the page, says. Raises `BadInput` for a damaged one and
    for one of another version of the model.
    """
    code = text.rpartition("#")[2]
    found = FORM.match(code)
    if found is None or code[found.end() : found.end() + 1] not in ("", "."):
        raise refused(text, "it is no code of the page")
    scenario, signs, rivals, seed, version = found.groups()
    if version != code_version():
        raise refused(
            text, "it was made with another version of the model, so numbers would differ"
        )
    changes = changes_of(text, signs)
    return Setting(scenario, changes, variants_of(text, rivals), int(seed))


def refused(text: str, why: str) -> BadInput:
    """The refusal of a code."""
    return BadInput(f"scenario = {brief(text)}: {why}")


def changes_of(text: str, signs: str) -> dict[str, float]:
    """The levers that a code changes."""
    names, changes = levers(), {}
    if len(signs) % 3:
        raise refused(text, "the code is damaged")
    for at in range(0, len(signs), 3):
        lever, high, low = (SIGNS.index(sign) for sign in signs[at : at + 3])
        if lever >= len(names) or names[lever] in changes:
            raise refused(text, "the code is damaged")
        name = names[lever]
        try:
            changes[name] = checked(name, value_at(name, high * len(SIGNS) + low))
        except BadInput as error:
            raise refused(text, f"the code is damaged: {error}") from None
    return changes


def variants_of(text: str, signs: str) -> tuple[str, ...]:
    """The rival rules that a code names."""
    names = tuple(shipped_variants())
    chosen = [6 * at + k for at, sign in enumerate(signs) for k in range(6) if bit(sign, k)]
    if any(n >= len(names) for n in chosen):
        raise refused(text, "the code is damaged")
    try:
        return tuple(v.name for v in checked_variants([names[n] for n in chosen]))
    except BadInput as error:
        raise refused(text, str(error)) from None


def bit(sign: str, k: int) -> int:
    """The k-th bit of a sign."""
    return SIGNS.index(sign) >> k & 1


def write_code(setting: Setting) -> str:
    """The code of a setting; values between two steps go to the nearest. Raises `BadInput` for a
    seed that a code cannot hold.
    """
    whole_number("seed", setting.seed, 0, 10**SEED_DIGITS - 1, "in a code")
    names, rivals = levers(), tuple(shipped_variants())
    text = ""
    for at, name in enumerate(names):
        if name in setting.changes:
            low = FIELDS[name].metadata["low"]
            count = round((setting.changes[name] - low) / step_of(name))
            text += SIGNS[at] + SIGNS[count // len(SIGNS)] + SIGNS[count % len(SIGNS)]
    bits = [name in setting.variants for name in rivals]
    masks = (bits[n : n + 6] for n in range(0, len(bits), 6))
    signs = "".join(SIGNS[sum(1 << k for k, on in enumerate(mask) if on)] for mask in masks)
    return f"{setting.scenario}.{text}.{signs.rstrip('A')}.{setting.seed}.{code_version()}"
