"""Claims in the output of a lab become boxes that can be linked to."""

import re
from typing import Any

from docutils import nodes

from dlkeras.workbook.claims import number
from labsite.markup import element

LINE = re.compile(r"✓ Claim: (.*)")


def claim_box(claim: dict[str, Any]) -> nodes.Node:
    """A claim: its statement, what was measured, what was promised."""
    permalink = element(
        "a",
        "#",
        class_="headerlink",
        href=f"#{claim['anchor']}",
        title="Link to this claim",
    )
    box = element(
        "div",
        element("p", claim["statement"], permalink, class_="claim-statement"),
        element(
            "p",
            element("span", measured(claim), class_="claim-value"),
            " measured, ",
            element("span", claim["bound"], class_="claim-bound"),
            " claimed",
            class_="claim-measure",
        ),
        class_="claim",
        role="note",
        aria_label="Measured claim",
    )
    box["ids"] = [claim["anchor"]]
    return box


def measured(claim: dict[str, Any]) -> str:
    """The measured value with its unit, as the lab prints it."""
    return f"{number(claim['value'])} {claim['unit']}".strip()
