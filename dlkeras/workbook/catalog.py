"""The labs: where they are, what they say about themselves, in which order.

A lab is one script, ``labs/2_feedforward/plot_1_perceptron.py``. Its numbers
come from its folder and file, its words from its docstring, and the rest from
comment lines that follow the docstring::

    # sphinx_gallery_tags = ["first steps", "classification", "NumPy"]
    # sphinx_gallery_minutes = 30
    # sphinx_gallery_requires = ["neural_networks"]
    # sphinx_gallery_thumbnail_number = 2
"""

import ast
import difflib
import functools
import hashlib
import io
import itertools
import re
import tokenize
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIFFICULTIES = ("first steps", "core", "deeper")
APIS = (
    "Sequential",
    "Functional",
    "custom layer",
    "custom model",
    "custom loss",
    "custom metric",
    "custom callback",
    "custom optimizer",
    "custom constraint",
    "NumPy",
    "PyTorch",
)
PATH_NAMES = ("book", "handbook", "basics")

_PACKAGE = Path(__file__).parents[1]
_FOLDER = re.compile(r"(\d+)_(\w+)")
_SCRIPT = re.compile(r"plot_(\d+)_(\w+)\.py")
_METADATA = re.compile(r"[ \t]*#\s*sphinx_gallery_(\w+)\s*=\s*(.+?)\s*")


class UnknownLab(LookupError):  # noqa: N818 - reads as what it is
    """There is no such lab; the message names the nearest ones."""


@dataclass(frozen=True)
class Lab:
    """One lab, as its script describes it.

    Attributes:
        name: What commands and exercises call it, for example `"perceptron"`.
        number: Part and place in the part, for example `"2.1"`.
        title: First heading of the docstring.
        summary: First paragraph after the title, as plain text.
        part: Folder of its part, for example `"2_feedforward"`.
        part_title: First heading of the part's `GALLERY_HEADER.rst`.
        path: The script.
        difficulty: One of `DIFFICULTIES`.
        minutes: How long a reader takes, exercises included.
        tags: All tags, in the order of the script.
        apis: The tags that are in `APIS`.
        topics: The tags that are neither the difficulty nor an API.
        requires: Names of the labs to do before.
        thumbnail: Which figure stands for the lab, from 1; negative numbers
            count from the last.
    """

    name: str
    number: str
    title: str
    summary: str
    part: str
    part_title: str
    path: Path
    difficulty: str
    minutes: int
    tags: tuple[str, ...]
    apis: tuple[str, ...]
    topics: tuple[str, ...]
    requires: tuple[str, ...]
    thumbnail: int

    @property
    def page(self) -> str:
        """Address of the lab's page, from the root of the site."""
        return f"labs/{self.part}/{self.path.stem}.html"

    def code_hash(self) -> str:
        """SHA-256 of what the script does: its code without prose and comments.

        It tells whether a proof, such as a recorded run, is still about this
        code. It is the same on every supported version of Python.
        """
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        if ast.get_docstring(tree) is not None:
            tree.body = tree.body[1:]
        return hashlib.sha256(repr(_shape(tree)).encode()).hexdigest()


def labs_dir() -> Path:
    """Folder of the labs: the checkout's, or the one inside the wheel."""
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").exists() and (checkout / "labs").is_dir():
        return checkout / "labs"
    return _PACKAGE / "_labs"


def find_labs() -> list[Lab]:
    """All labs, in the order of their numbers.

    Raises:
        ValueError: If a script's metadata is missing or malformed; the
            message names file and line.
    """
    labs = [read_lab(path) for path in _scripts(labs_dir())]
    names = [lab.name for lab in labs]
    for lab in labs:
        if names.count(lab.name) > 1:
            raise ValueError(f"{lab.path}: another lab is called {lab.name!r}, too")
    return labs


def find_lab(name: str | Path) -> Lab:
    """The lab of that name, number or file.

    Args:
        name: A name (`"perceptron"`), a number (`"2.1"`) or a path to the
            script.

    Raises:
        UnknownLab: If there is none; the message names the nearest.
        ValueError: If its metadata is missing or malformed.
    """
    text = str(name)
    by_name = {}
    for path in _scripts(labs_dir()):
        lab_name, number = _identity(path)
        by_name[lab_name] = path
        if text in (lab_name, number, path.name, path.stem):
            return read_lab(path)
    path = Path(name)
    if path.suffix == ".py" and path.is_file():
        try:
            return read_lab(path.resolve())
        except UnknownLab:
            pass
    near = difflib.get_close_matches(text, by_name, n=3, cutoff=0.4)
    near = near or [one for one in by_name if text and text in one][:3]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownLab(f"There is no lab {text!r}.{hint}")


def read_lab(path: Path) -> Lab:
    """What a script says about itself.

    Args:
        path: A script that is named and placed as labs are.

    Raises:
        UnknownLab: If file or folder are not named as a lab's are.
        ValueError: If metadata are missing or malformed.
    """
    name, number = _identity(path)
    text = path.read_text(encoding="utf-8")
    title, summary = _title_and_summary(path, text)
    metadata = _metadata(path, text)
    tags = _get(metadata, path, "tags", "a list of words in quotes", _are_words)
    minutes = _get(metadata, path, "minutes", "a whole number above 0", _is_positive)
    requires = _get(metadata, path, "requires", "a list of labs", _are_words, [])
    thumbnail = _get(metadata, path, "thumbnail_number", "a number", _is_index, 1)

    where = f"{path}:{metadata['tags'][0]}"
    difficulties = [tag for tag in tags if tag in DIFFICULTIES]
    if len(difficulties) != 1:
        raise ValueError(
            f"{where}: tags need exactly one difficulty of {', '.join(DIFFICULTIES)}. "
            f"Received: {tags!r}"
        )
    if len(set(tags)) < len(tags):
        raise ValueError(f"{where}: a tag stands twice. Received: {tags!r}")
    apis = [tag for tag in tags if tag in APIS]
    topics = [tag for tag in tags if tag not in APIS and tag not in DIFFICULTIES]
    for topic in topics:
        if topic != topic.lower() or topic in {api.lower() for api in APIS}:
            raise ValueError(
                f"{where}: tag {topic!r} is no API ({', '.join(APIS)}), and topics "
                "are written in lower case"
            )
    others = {_identity(other)[0] for other in _scripts(path.parents[1])}
    for other in requires:
        if not re.fullmatch(r"[a-z]\w*", other) or other == name:
            raise ValueError(
                f"{path}:{metadata['requires'][0]}: requires names other labs, as "
                f"neural_networks. Received: {other!r}"
            )
        close = difflib.get_close_matches(other, others, n=1, cutoff=0.85)
        if other not in others and close:
            raise ValueError(
                f"{path}:{metadata['requires'][0]}: there is no lab {other!r}. "
                f"Did you mean {close[0]}?"
            )
    return Lab(
        name=name,
        number=number,
        title=title,
        summary=summary,
        part=path.parent.name,
        part_title=_part_title(path.parent),
        path=path,
        difficulty=difficulties[0],
        minutes=minutes,
        tags=tuple(tags),
        apis=tuple(apis),
        topics=tuple(topics),
        requires=tuple(requires),
        thumbnail=thumbnail,
    )


def required_labs(lab: Lab) -> list[Lab]:
    """The labs to do before this one, as far as they exist."""
    scripts = {_identity(path)[0]: path for path in _scripts(lab.path.parents[1])}
    return [read_lab(scripts[name]) for name in lab.requires if name in scripts]


# Reading paths


@dataclass(frozen=True)
class Idea:
    """One of the basics course's key ideas; claims name it by `id`, as "4.2"."""

    id: str
    text: str


@dataclass(frozen=True)
class Stop:
    """One chapter, section or topic of a reading path.

    Attributes:
        number: Its number, from 1.
        title: Its title.
        labs: Its labs in reading order, as far as they exist.
        ideas: Its key ideas; only the basics course has some.
    """

    number: int
    title: str
    labs: tuple[Lab, ...]
    ideas: tuple[Idea, ...] = ()


@dataclass(frozen=True)
class ReadingPath:
    """One way through the labs.

    Attributes:
        name: One of `PATH_NAMES`.
        title: What the site calls it.
        unit: What its stops are: chapters, sections or topics.
        description: One sentence about whom it is for.
        stops: All its stops, also those whose labs do not exist yet.
    """

    name: str
    title: str
    unit: str
    description: str
    stops: tuple[Stop, ...]

    @property
    def labs(self) -> list[Lab]:
        """Its labs in reading order, each once."""
        return list(dict.fromkeys(lab for stop in self.stops for lab in stop.labs))


def reading_path(name: str) -> ReadingPath:
    """The reading path of that name, with the labs that exist.

    Args:
        name: One of `PATH_NAMES`.

    Raises:
        ValueError: If there is no such path.
    """
    if name not in PATH_NAMES:
        raise ValueError(
            f"A path is one of {', '.join(PATH_NAMES)}. Received: {name!r}"
        )
    entry = _paths_file()[name]
    labs = {lab.number: lab for lab in find_labs()}
    stops = []
    for number, stop in enumerate(entry["stops"], start=1):
        ideas = [
            Idea(f"{number}.{i}", text)
            for i, text in enumerate(stop.get("ideas", []), start=1)
        ]
        existing = [labs[one] for one in stop["labs"] if one in labs]
        stops.append(Stop(number, stop["title"], tuple(existing), tuple(ideas)))
    return ReadingPath(
        name, entry["title"], entry["unit"], entry["description"], tuple(stops)
    )


def ideas() -> dict[str, str]:
    """The basics course's fifty key ideas: id ("4.2") and text."""
    stops = _paths_file()["basics"]["stops"]
    return {
        f"{number}.{i}": text
        for number, stop in enumerate(stops, start=1)
        for i, text in enumerate(stop["ideas"], start=1)
    }


@functools.cache
def _paths_file() -> dict[str, Any]:
    return tomllib.loads(
        Path(__file__).with_name("paths.toml").read_text(encoding="utf-8")
    )


# Reading scripts


def plain_text(rst: str) -> str:
    """A paragraph of reStructuredText without its inline markup."""
    rst = re.sub(r"(?::[\w:+.-]+:)?`~?([^`<]+?)\s*<[^`>]+>`_{0,2}", r"\1", rst)
    rst = re.sub(r":[\w:+.-]+:`~?([^`]+)`", r"\1", rst)
    rst = re.sub(r"``(.+?)``", r"\1", rst)
    rst = re.sub(r"(\*\*|\*)(?=\S)(.+?)(?<=\S)\1", r"\2", rst)
    return " ".join(rst.split())


def _scripts(folder: Path) -> list[Path]:
    def order(path: Path) -> tuple[int, ...]:
        return tuple(map(int, _identity(path)[1].split(".")))

    paths = [
        path
        for path in folder.glob("*/plot_*.py")
        if _FOLDER.fullmatch(path.parent.name) and _SCRIPT.fullmatch(path.name)
    ]
    return sorted(paths, key=order)


def _identity(path: Path) -> tuple[str, str]:
    part, script = _FOLDER.fullmatch(path.parent.name), _SCRIPT.fullmatch(path.name)
    if not part or not script:
        raise UnknownLab(
            f"{path} is no lab: a lab is labs/<number>_<part>/plot_<number>_<name>.py"
        )
    return script[2], f"{int(part[1])}.{int(script[1])}"


def _title_and_summary(path: Path, text: str) -> tuple[str, str]:
    docstring, line = "", 1
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            docstring, line = ast.literal_eval(token.string), token.start[0]
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            break
    blocks = [block for block in re.split(r"\n\s*\n", docstring.strip()) if block]
    heading = [x for x in (blocks or [""])[0].splitlines() if not _is_rule(x)]
    if len(heading) != 1 or len(blocks) < 2:
        raise ValueError(
            f"{path}:{line}: a lab starts with a docstring: a title with its "
            "underline, an empty line, and one sentence"
        )
    return plain_text(heading[0]), plain_text(blocks[1])


def _metadata(path: Path, text: str) -> dict[str, tuple[int, Any]]:
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _METADATA.fullmatch(line)
        if not match:
            continue
        try:
            found[match[1]] = (number, ast.literal_eval(match[2]))
        except (SyntaxError, ValueError) as error:
            raise ValueError(
                f"{path}:{number}: sphinx_gallery_{match[1]} must be a Python literal "
                f"on one line. Received: {match[2]}"
            ) from error
    return found


def _get(
    metadata: dict[str, tuple[int, Any]],
    path: Path,
    key: str,
    what: str,
    is_valid: Callable[[Any], bool],
    default: Any = None,
) -> Any:
    if key not in metadata:
        if default is not None:
            return default
        raise ValueError(
            f"{path}:1: the line `# sphinx_gallery_{key} = …` is missing after the "
            "docstring"
        )
    line, value = metadata[key]
    if not is_valid(value):
        raise ValueError(
            f"{path}:{line}: sphinx_gallery_{key} must be {what}. Received: {value!r}"
        )
    return value


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) and x for x in value)


def _is_positive(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_index(value: Any) -> bool:
    return type(value) is int and value != 0


def _part_title(folder: Path) -> str:
    header = folder / "GALLERY_HEADER.rst"
    lines = header.read_text(encoding="utf-8").splitlines() if header.exists() else []
    for title, rule in itertools.pairwise(lines):
        if title.strip() and not _is_rule(title) and _is_rule(rule):
            return plain_text(title)
    words = _FOLDER.fullmatch(folder.name)[2].replace("_", " ")
    return words[0].upper() + words[1:]


def _is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"([=\-~^#*+\"'])\1{2,}", line.strip()))


def _shape(node: Any) -> Any:
    # What the syntax tree holds, without what differs between Pythons: fields
    # that are empty or that only some versions have.
    if isinstance(node, ast.Constant):
        return ("Constant", repr(node.value))
    if isinstance(node, ast.JoinedStr):  # some versions add empty pieces
        pieces = [x for x in node.values if getattr(x, "value", None) != ""]
        return ("JoinedStr", _shape(pieces))
    if isinstance(node, ast.AST):
        fields = [
            (name, _shape(value))
            for name, value in ast.iter_fields(node)
            if value is not None and value != []
        ]
        return (type(node).__name__, *fields)
    if isinstance(node, list):
        return [_shape(item) for item in node]
    return node
