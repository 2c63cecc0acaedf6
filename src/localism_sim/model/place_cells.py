"""The cells of a user's file of places, checked column by column."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from ..foundation.errors import brief
from ..foundation.table_messages import ALLOWED, note, refusal

MOST_RESIDENTS = 2_000_000_000
TOTALS = (
    *("total", "totals", "grand total", "sum", "all", "all places", "all areas", "england"),
    *("great britain", "united kingdom", "uk"),
)
"""Names that spreadsheets give to a row of sums; such a row would be one more place."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)
NUMERIC = ("deprivation", "cut_exposure", "spending_change", "longitude", "latitude")
POINTED = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)
MEASURED = {
    "deprivation": (0, 200, "a score from 0 to 200, or empty"),
    "longitude": (-180, 180, "degrees from -180 to 180, or empty"),
    "latitude": (-90, 90, "degrees from -90 to 90, or empty"),
}
"""Columns of numbers that may be left out: least, most and what is allowed, in words."""


@dataclass(frozen=True)
class Reader:
    """Checks a file's cells column by column; messages count rows as a spreadsheet does, with the
    header as row 1.
    """

    file: str
    rows: list[int]
    cells: dict[str, list[str]]
    found: dict[str, str | None]
    comma_is_free: bool = False
    notes: list[str] = field(default_factory=list)

    def fail(self, row: int, key: str, value: Any, allowed: str) -> NoReturn:
        raise refusal(
            "cell",
            file=self.file,
            row=self.rows[row],
            column=self.found[key] or key,
            value=brief(value),
            allowed=allowed,
        )

    def texts(self, key: str) -> list[str]:
        column = self.found[key]
        return self.cells[column] if column else [""] * len(self.rows)

    def say(self, key: str, what: str) -> None:
        """Note once how a column was read."""
        said = note("column", column=self.found[key], what=note(what))
        if said not in self.notes:
            self.notes.append(said)

    def has_decimal_comma(self, key: str) -> bool:
        """Whether commas in a column can only be decimal: cells are not separated by commas, no
        point stands in the column, and some comma is not followed by exactly three digits.
        """
        texts = [text for text in self.texts(key) if text]
        return (
            self.comma_is_free
            and not any("." in text for text in texts)
            and any(DECIMAL_COMMA.fullmatch(text.rstrip(" %")) for text in texts)
            and not any(THOUSANDS.fullmatch(text) for text in texts)
        )

    def plain(self, row: int, key: str, text: str, allowed: str) -> str:
        """A number as Python writes it, from the ways in which spreadsheets do."""
        number = text.replace("\u2212", "-").replace(" ", "")
        if number.startswith("\u00a3"):
            number = number[1:]
            self.say(key, "pounds")
        if key == "population":
            return self.whole_number(row, number, text, allowed)
        share = number.endswith("%") and key in ("cut_exposure", "spending_change")
        if number.endswith("%"):
            number = number[:-1]
            self.say(key, "shares" if share else "percent")
        if "," in number:
            if not self.has_decimal_comma(key):
                self.fail(row, key, text, ALLOWED["decimal_point"].format(allowed=allowed))
            number = number.replace(",", ".")
            self.say(key, "decimal_commas")
        if share and NUMBER.fullmatch(number):
            number = repr(float(number) / 100.0)
        return number

    def whole_number(self, row: int, number: str, text: str, allowed: str) -> str:
        """A number of residents without what stands between its thousands."""
        if THOUSANDS.fullmatch(number):
            return number.replace(",", "")
        if not POINTED.fullmatch(number):
            return number
        if not any(self.has_decimal_comma(other) for other in NUMERIC):
            unclear = ALLOWED["unclear_points"].format(allowed=allowed)
            self.fail(row, "population", text, unclear)
        self.say("population", "points")
        return number.replace(".", "")

    def numbers(
        self, key: str, low: float, high: float, allowed: str, blank: float | None = math.nan
    ) -> np.ndarray:
        values = []
        for row, text in enumerate(self.texts(key)):
            if text == "" and blank is not None:
                values.append(blank)
                continue
            plain = self.plain(row, key, text, allowed)
            if not NUMBER.fullmatch(plain) or not low <= float(plain) <= high:
                self.fail(row, key, text, allowed)
            values.append(float(plain))
        return np.array(values, float)

    def refuse_a_sum(self, names: list[str], population: np.ndarray) -> None:
        """Refuse a row that holds the sum of all others: it would count every resident twice."""
        if len(population) < 3:
            return
        for row in np.flatnonzero(population == population.sum() - population):
            self.fail(
                int(row),
                "population",
                f"{int(population[row]):,}",
                ALLOWED["own_residents"].format(name=names[row]),
            )

    def refuse_one_name_for_two(self, names: list[str]) -> None:
        """Refuse names that differ in capitals, spaces or the coding of accents only, unless ids
        tell the places apart.
        """
        if self.found["place_id"] and len(set(map(folded, self.texts("place_id")))) == len(names):
            return
        first: dict[str, int] = {}
        for row, name in enumerate(names):
            before = first.setdefault(folded(name), row)
            if before != row and names[before] != name:
                self.fail(
                    row,
                    "name",
                    name,
                    ALLOWED["one_name"].format(row=self.rows[before], name=brief(names[before])),
                )

    def table(self) -> pd.DataFrame:
        """The clean table."""
        names, population = self.place_names(), self.residents()
        self.refuse_a_sum(names, population)
        self.refuse_one_name_for_two(names)
        ids = self.place_ids(names)
        table = pd.DataFrame(
            {
                "place_id": ids,
                "name": names,
                "region": self.texts("region"),
                "class": self.texts("class"),
                "population": population.astype(np.int64),
                "city_region": self.texts("city_region"),
                "neighbours": self.texts("neighbours"),
            }
        )
        for key, (low, high, allowed) in MEASURED.items():
            table[key] = self.numbers(key, low, high, allowed)
        self.check_neighbours(ids)
        return table.assign(**self.cuts()).sort_values("place_id", ignore_index=True)

    def place_names(self) -> list[str]:
        """The name of each row's place."""
        names = self.texts("name")
        for row, name in enumerate(names):
            if not name or not name.isprintable():
                self.fail(row, "name", name, ALLOWED["name"])
            if folded(name) in TOTALS:
                self.fail(row, "name", name, ALLOWED["no_total"])
        return names

    def residents(self) -> np.ndarray:
        """Whole numbers of residents."""
        allowed = ALLOWED["residents"].format(most=MOST_RESIDENTS)
        population = self.numbers("population", 1, MOST_RESIDENTS, allowed, None)
        for row, value in enumerate(population):
            if value != int(value):
                self.fail(row, "population", value, ALLOWED["whole_residents"])
        return population

    def place_ids(self, names: list[str]) -> list[str]:
        """The id of each row's place: its name where the file gives none."""
        ids = [text or name for text, name in zip(self.texts("place_id"), names)]
        first: dict[str, int] = {}
        for row, place in enumerate(ids):
            if first.setdefault(place, row) != row:
                key = "place_id" if self.found["place_id"] else "name"
                before = self.rows[first[place]]
                self.fail(row, key, place, ALLOWED["id_once"].format(row=before))
        return ids

    def check_neighbours(self, ids: list[str]) -> None:
        """Refuse neighbours that are no other place of the file."""
        known = set(ids)
        for row, text in enumerate(self.texts("neighbours")):
            for other in split_ids(text):
                if other not in known or other == ids[row]:
                    self.fail(row, "neighbours", other, ALLOWED["neighbours"])

    def cuts(self) -> dict[str, np.ndarray]:
        """What the file says of cuts: exposure to them, the change in spending, or nothing."""
        if self.found["cut_exposure"]:
            given = self.numbers("cut_exposure", 0.01, 10, ALLOWED["exposure"], 1.0)
            return {"given": given}
        if self.found["spending_change"]:
            change = self.numbers("spending_change", -1, 1, ALLOWED["change"], None)
            return {"spending_cut": -change}
        return {}


def split_ids(text: str) -> list[str]:
    """Ids in one cell: separated by semicolons if there are any, else by spaces."""
    return (
        [part.strip() for part in text.split(";") if part.strip()] if ";" in text else text.split()
    )


def folded(name: str) -> str:
    """A name as it is compared: without case, accents composed, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
