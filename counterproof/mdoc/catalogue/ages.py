"""What follows from a birth date: `age_over_NN`, `age_in_years`, `age_birth_year`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMON_AGES = (13, 15, 16, 18, 21, 25, 60, 65)
"""The ages that most purposes ask about."""


def birthday(birth_date: date, age: int) -> date:
    """Return the day on which somebody turns `age`.

    Who was born on 29 February turns a year older on 1 March of a common year: the later of the two days
    that laws name, so that "over" is never said too early. `date.max` stands for a year past 9999.
    """
    year = birth_date.year + age
    if year > date.max.year:
        return date.max
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_in_years(birth_date: date, on: date) -> int:
    """Return the completed years on the day `on`; 0 before the birth."""
    years = on.year - birth_date.year
    return max(0, years if birthday(birth_date, years) <= on else years - 1) if years >= 0 else 0


def derive_age_over(birth_date: date, on: date, ages: Iterable[int] = COMMON_AGES) -> dict[str, bool]:
    """Return `age_over_NN` for each age NN as of the day `on` (ISO/IEC 18013-5, 7.2.5)."""
    years = age_in_years(birth_date, on)
    return {f"age_over_{age:02}": years >= age for age in ages}
