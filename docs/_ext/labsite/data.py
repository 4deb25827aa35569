"""The data that pages show, each under the name by which `inputs` notes it."""

import dataclasses
import functools
import itertools
import json
import re
from typing import Any

from dlkeras.workbook import catalog
from labsite import records
from labsite.inputs import source


@source
def lab(name: str) -> dict[str, Any]:
    """A lab, as the catalog has it, for its page and its cards."""
    found = catalog.find_lab(name)
    entry = dataclasses.asdict(found)
    entry["path"] = found.path.relative_to(records.ROOT).as_posix()
    entry["docname"] = found.page.removesuffix(".html")
    thumbnails = (records.generated(found, "").parent / "images" / "thumb").glob(
        f"sphx_glr_{found.path.stem}_thumb.*"
    )
    relative = [path.relative_to(records.DOCS).as_posix() for path in thumbnails]
    entry["image"] = f"/{relative[0]}" if relative else ""
    return entry


@source
def labs(part: str = "") -> list[str]:
    """Names of all labs, or of those of a part, in their order."""
    return [x.name for x in catalog.find_labs() if part in ("", x.part)]


@source
def parts() -> list[dict[str, Any]]:
    """The parts that have labs: folder, title, labs."""
    groups = itertools.groupby(catalog.find_labs(), key=lambda x: x.part)
    found = []
    for folder, members in groups:
        members = list(members)
        found.append(
            {
                "folder": folder,
                "title": members[0].part_title,
                "labs": [x.name for x in members],
            }
        )
    return found


@source
def record(name: str) -> dict[str, Any]:
    """What was measured when a lab was executed; empty if it was not."""
    return records.read(catalog.find_lab(name)) or {}


@source
def claims(name: str) -> list[dict[str, Any]]:
    """The claims of a lab in their order, each with its anchor."""
    found = record(name).get("claims", [])
    return [
        {
            "label": f"claim-{name}-{number}",
            "anchor": f"claim-{number}",
            **{k: c[k] for k in ("statement", "value", "bound", "unit", "idea")},
        }
        for number, c in enumerate(found, start=1)
    ]


@source
def ideas() -> dict[str, list[str]]:
    """Which claims show each idea of the basics course: labels by idea."""
    found: dict[str, list[str]] = {}
    for name in labs():
        for claim in claims(name):
            if claim["idea"]:
                found.setdefault(claim["idea"], []).append(claim["label"])
    return found


@source
def required(name: str) -> list[str]:
    """The labs to do before, as far as they exist."""
    return [x for x in lab(name)["requires"] if x in labs()]


@source
def related(name: str) -> list[str]:
    """The three labs nearest in topics and APIs that are not required before."""
    this = lab(name)
    scores = {}
    for position, other in enumerate(labs()):
        if other == name or other in this["requires"]:
            continue
        that = lab(other)
        score = (
            3 * (name in that["requires"])
            + 2 * len(set(this["topics"]) & set(that["topics"]))
            + len(set(this["apis"]) & set(that["apis"])) / 2
            + (this["part"] == that["part"])
        )
        scores[other] = (-score, abs(position - labs().index(name)))
    return sorted(scores, key=scores.get)[:3]


@source
def reading_path(name: str) -> dict[str, Any]:
    """A reading path, with the stops that have labs."""
    path = catalog.reading_path(name)
    return {
        "name": name,
        "title": path.title,
        "unit": path.unit,
        "description": path.description,
        "labs": [x.name for x in path.labs],
        "stops": [
            {
                "number": stop.number,
                "title": stop.title,
                "labs": [x.name for x in stop.labs],
                "ideas": [(idea.id, idea.text) for idea in stop.ideas],
            }
            for stop in path.stops
            if stop.labs
        ],
    }


@source
def users(name: str) -> list[str]:
    """The labs whose code uses an object of dlkeras, by its full name."""
    return [lab_name for lab_name in labs() if name in _used(lab_name)]


@functools.cache
def _used(lab_name: str) -> set[str]:
    # Every page of an object asks for all labs: each file is read once.
    path = records.generated(catalog.find_lab(lab_name), ".codeobj.json")
    if not path.exists():
        return set()
    return {
        f"{module}.{x['name']}"
        for candidates in json.loads(path.read_text(encoding="utf-8")).values()
        for x in candidates
        for module in (x["module"], x["module_short"])
    }


@source
def glossary_terms() -> list[str]:
    """The terms of the glossary, as its page writes them."""
    text = (records.DOCS / "glossary.rst").read_text(encoding="utf-8")
    return re.findall(r"^   (\S.*)$", text.partition(".. glossary::")[2], re.MULTILINE)


@source
def widgets() -> list[dict[str, Any]]:
    """The live models of all labs, in their order."""
    found = []
    for name in labs():
        lab = catalog.find_lab(name)
        folder = records.generated(lab, "").parent / "live" / lab.path.stem
        for file in sorted(folder.glob("*/widget.json")):
            entry = json.loads(file.read_text(encoding="utf-8"))
            still = (file.parent / "still.webp").relative_to(records.DOCS)
            shown = {key: entry[key] for key in ("title", "caption", "bytes")}
            anchor = f"live-{file.parent.name}"
            found.append(
                {
                    "lab": name,
                    "image": f"/{still.as_posix()}",
                    "anchor": anchor,
                    **shown,
                }
            )
    return found
