"""Statements about results that are measured each time a lab runs."""

import math
import re

from dlkeras.workbook import record
from dlkeras.workbook.seed import get_seed


class ClaimError(AssertionError):
    """A claim that does not hold."""


def claim(
    statement: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    close_to: float | None = None,
    tol: float | None = None,
    unit: str = "",
    idea: str = "",
) -> float:
    """Check a measured value against its bound, say so, and record it.

    Args:
        statement: What is claimed, as one sentence without its number.
        value: What was measured; anything that `float` takes.
        at_least: Lower bound.
        at_most: Upper bound; together with `at_least`, a range.
        close_to: Expected value; needs `tol`.
        tol: Largest allowed distance from `close_to`.
        unit: Unit of the value, for example `"points"`.
        idea: Which of the basics course's fifty ideas the claim shows, as
            topic and number, for example `"4.2"`.

    Returns:
        The measured value as a float.

    Raises:
        ClaimError: If the value is outside its bound, or is not a number.
        ValueError: If the statement is empty, the bounds make no sense, or
            `idea` is no topic and number.

    >>> accuracy = claim("A coin is fair", 0.51, close_to=0.5, tol=0.05)
    ✓ Claim: A coin is fair: 0.51 (0.5 ± 0.05)
    """
    if not statement.strip():
        raise ValueError(
            f"A claim needs a statement. Received: statement={statement!r}"
        )
    if idea and not re.fullmatch(r"([1-9]|10)\.[1-5]", idea):
        raise ValueError(f"`idea` is a topic and a number, as 4.2. Received: {idea!r}")
    bound = _describe_bound(at_least, at_most, close_to, tol)
    value = float(value)
    holds = (
        (at_least is None or value >= at_least)
        and (at_most is None or value <= at_most)
        and (close_to is None or abs(value - close_to) <= tol)
        and not math.isnan(value)
    )
    record.write(
        "claim",
        statement=statement,
        value=value,
        bound=bound,
        unit=unit,
        idea=idea,
        holds=holds,
        backend=record.current_backend(),
        seed=get_seed(),
    )
    text = f"{statement}: {number(value)}{unit and ' ' + unit} ({bound})"
    if not holds:
        raise ClaimError(f"This claim does not hold: {text}")
    print(f"✓ Claim: {text}")
    return value


def number(value: float) -> str:
    """Three significant digits, as a reader would write them: 0.51, 1,234, 3e-07."""
    if 999.5 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _describe_bound(
    at_least: float | None,
    at_most: float | None,
    close_to: float | None,
    tol: float | None,
) -> str:
    received = (
        f"Received: at_least={at_least}, at_most={at_most}, "
        f"close_to={close_to}, tol={tol}"
    )
    if (close_to is None) != (tol is None):
        raise ValueError(f"`close_to` and `tol` go together. {received}")
    if close_to is not None:
        if at_least is not None or at_most is not None:
            raise ValueError(f"`close_to` goes without other bounds. {received}")
        if not tol >= 0:
            raise ValueError(f"`tol` must be at least 0. {received}")
        return f"{number(close_to)} ± {number(tol)}"
    if at_least is not None and at_most is not None:
        if not at_least <= at_most:
            raise ValueError(f"`at_least` lies above `at_most`. {received}")
        return f"{number(at_least)} to {number(at_most)}"
    if at_least is not None:
        return f"at least {number(at_least)}"
    if at_most is not None:
        return f"at most {number(at_most)}"
    raise ValueError(f"A claim needs a bound. {received}")
