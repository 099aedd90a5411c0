"""Proposes findings from figures by the readable rules of the table finding_rules."""

import operator
import re
from collections.abc import Mapping
from datetime import date

from langnghe.core import tables
from langnghe.reviews import reading
from langnghe.reviews.models import Figure, Finding

TESTS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def holds(test: str, figure: Figure) -> bool:
    """Return whether a test such as "amount>=90", "value>0" or "change<0" holds; False without a number."""
    match = re.fullmatch(r"(amount|value|change)(>=|<=|>|<)(-?\d+)", test)
    if match is None:
        raise ValueError(f"finding rule test {test!r} is not of the form amount>=90")
    name, sign, limit = match.groups()
    number = {"amount": reading.amount(figure), "value": figure.value, "change": reading.change(figure)}[name]
    return number is not None and TESTS[sign](number, int(limit))


def propose(figures: Mapping[str, Figure], on: date) -> list[tuple[Finding, Figure]]:
    """Return unsaved findings with the figure each rests on, in the order of the rules in force on the day."""
    found = []
    for row in tables.rows("finding_rules"):
        figure = figures.get(row["figure"])
        in_force = (row["valid_from"] or "0") <= on.isoformat() <= (row["valid_to"] or "9")
        if figure is None or not in_force or not holds(row["test"], figure):
            continue
        found.append((Finding(kind=row["kind"], rule=row["code"], text=sentence(row["text_vi"], figure)), figure))
    return found


def sentence(template: str, figure: Figure) -> str:
    return template.format(
        value=reading.number(figure.value),
        words=reading.words(figure),
        previous=reading.previous_words(figure),
        change=reading.change_words(figure),
    ).replace(" (– so với cùng kỳ)", "")
