"""What a reader takes home: a lab as a script or as a notebook.

A lab's text is reStructuredText, a notebook's is Markdown. `to_notebook`
translates what labs use of the one into the other, and refuses the rest with
file and line, so that no notebook shows raw markup. The site and
``dlkeras get`` share it: their notebooks are the same.
"""

import ast
import io
import itertools
import re
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dlkeras
from dlkeras.workbook import catalog

if TYPE_CHECKING:
    import nbformat

Lines = list[tuple[int, str]]  # number in the script, and text

_CELL = re.compile(r"# ?%%(.*)")
_METADATA = re.compile(r"[ \t]*#\s*sphinx_gallery_(\w+)(\s*=.*)?")
_EXERCISES = "Exercises"


@dataclass(frozen=True)
class Cell:
    """One cell of a lab: its kind ("text" or "code") and its lines."""

    kind: str
    lines: Lines

    @property
    def source(self) -> str:
        """The lines as one string."""
        return "\n".join(text for _, text in self.lines)


def to_script(path: Path, *, site_url: str = "") -> str:
    """The lab as a script to work in.

    Args:
        path: The lab's script.
        site_url: Address of the site, if it is known.

    Returns:
        The script, with a word on where the solutions are.
    """
    note = textwrap.wrap(
        _solutions_note(path, site_url, "{text} ({url})"),
        width=76,
        break_long_words=False,
        break_on_hyphens=False,
    )
    out = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for line, following in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        out.append(line)
        if len(out) > 1 and out[-2] == f"# {_EXERCISES}" and _is_rule(line[2:]):
            out += ["#", *(f"# {x}" for x in note)]
            out += ["#"] if following not in ("", "#") else []
    return "\n".join(out) + "\n"


def to_notebook(
    path: Path, *, install_target: str = "", site_url: str = ""
) -> "nbformat.NotebookNode":
    """The lab as a notebook.

    Args:
        path: The lab's script.
        install_target: What the first cell installs if dlkeras is missing: a
            file next to the notebook, or an address. By default, the wheel of
            this version.
        site_url: Address of the site, if it is known.

    Returns:
        A valid notebook, the same for the same arguments.

    Raises:
        ValueError: If the text holds markup that has no translation here; the
            message names file and line.
    """
    import nbformat
    from nbformat import v4

    lab = catalog.read_lab(path)
    sources = [("code", _install_cell(lab, install_target))]
    for cell in split_cells(path):
        if cell.kind == "code":
            sources.append(("code", re.sub(r"\n{4,}", "\n\n\n", cell.source)))
            continue
        text = to_markdown(cell.lines, path)
        if len(sources) == 1:
            text += _before_you_start(lab, site_url)
        note = _solutions_note(path, site_url, "[{text}]({url})")
        text = re.sub(rf"^#+ {_EXERCISES}$", rf"\g<0>\n\n{note}", text, flags=re.M)
        sources.append(("markdown", text))
    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}
    notebook = v4.new_notebook(
        cells=[make[kind](s, id=f"cell-{i}") for i, (kind, s) in enumerate(sources)],
        metadata={
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook


def split_cells(path: Path) -> list[Cell]:
    """The cells of a script: its docstring, then its `# %%` cells.

    Metadata and ignored blocks are left out, and so are empty cells.

    Raises:
        ValueError: If cells are marked in a way that would lose text, or an
            ignored block does not end.
    """
    script = path.read_text(encoding="utf-8")
    docstring, start, end = _docstring(script)
    cells = [Cell("text", list(enumerate(docstring.splitlines(), start)))]
    kind, lines = "code", []
    ignoring = 0
    for number, text in enumerate(script.splitlines()[end:], end + 1):
        marker, metadata = _CELL.fullmatch(text), _METADATA.fullmatch(text)
        if (marker and marker[1].strip()) or re.fullmatch("#{20,}.*", text):
            raise ValueError(f"{path}:{number}: a cell starts with a bare `# %%` line")
        if metadata:
            ignoring = {"start_ignore": number, "end_ignore": 0}.get(
                metadata[1], ignoring
            )
        elif ignoring:
            pass
        elif marker:
            cells.append(Cell(kind, lines))
            kind, lines = "text", []
        elif kind == "text" and not text.startswith("#"):
            cells.append(Cell(kind, lines))
            kind, lines = "code", [(number, text)]
        else:
            lines.append((number, text[1:] if kind == "text" else text))
    if ignoring:
        raise ValueError(f"{path}:{ignoring}: this ignored block does not end")
    cells.append(Cell(kind, lines))
    filled = [cell for cell in cells if cell.source.strip()]
    return [
        Cell(c.kind, _trim(c.lines if c.kind == "code" else _dedent(c.lines)))
        for c in filled
    ]


def to_markdown(lines: Lines, path: Path) -> str:
    """Translate a text cell into Markdown.

    Args:
        lines: The cell's lines of reStructuredText, with their numbers.
        path: The script, for messages.

    Raises:
        ValueError: If there is markup that has no translation here.
    """
    return _Translator(path).blocks(lines)


def _docstring(script: str) -> tuple[str, int, int]:
    """The docstring, the number of its first line, and of its last."""
    for token in tokenize.generate_tokens(io.StringIO(script).readline):
        if token.type == tokenize.STRING:
            text = ast.literal_eval(token.string)
            return textwrap.dedent(text), token.start[0], token.end[0]
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            break
    raise ValueError("A lab starts with a docstring.")


def _install_cell(lab: catalog.Lab, target: str) -> str:
    target = target or f"dlkeras-{dlkeras.__version__}-py3-none-any.whl"
    packages = ["dlkeras", *(["torch"] if "PyTorch" in lab.apis else [])]
    extra = "[torch]" if "torch" in packages else ""
    if "://" in target:
        wanted = f"dlkeras{extra} @ {target}"
        hint = []
    else:
        wanted = f"./{target}{extra}"
        hint = [
            f"    # Download {target} from this lab's page first,",
            "    # and lay it next to this notebook.",
        ]
    missing = " or ".join(
        f'importlib.util.find_spec("{name}") is None' for name in packages
    )
    return "\n".join(
        [
            "# Install what this lab needs, unless it is there.",
            "import importlib.util",
            "",
            f"if {missing}:",
            *hint,
            f'    %pip install --quiet "{wanted}"',
        ]
    )


def _before_you_start(lab: catalog.Lab, site_url: str) -> str:
    before = [
        f"[{other.title}]({_page(other, site_url)})" if site_url else other.title
        for other in catalog.required_labs(lab)
    ]
    return f"\n\n**Before you start:** {', '.join(before)}." if before else ""


def _solutions_note(path: Path, site_url: str, link: str) -> str:
    text = "this lab's page"
    if site_url:
        lab = catalog.read_lab(path)
        text = link.format(text=text, url=f"{_page(lab, site_url)}#exercises")
    return f"Each answer is checked on the spot. The solutions unfold on {text}."


def _page(lab: catalog.Lab, site_url: str) -> str:
    return f"{site_url.rstrip('/')}/{lab.page}"


# reStructuredText → Markdown

_LEVELS = {"=": "#", "-": "##", "~": "###", "^": "####"}
_ADMONITIONS = {"note", "warning", "tip", "hint", "important", "caution", "seealso"}
_CODE = {"code-block", "code", "sourcecode"}
_CODE_ROLES = {"func", "meth", "class", "mod", "attr", "obj", "data", "exc"}
_TEXT_ROLES = {"doc", "ref", "term"}

_DIRECTIVE = re.compile(r"\.\. ([\w:.+-]+?)::(?:\s+(.*))?")
_BULLET = re.compile(r"([-*+])\s+(?=\S)")
_ENUMERATOR = re.compile(r"(\d+|#)[.)]\s+(?=\S)")
_SIMPLE_BORDER = re.compile(r"=+(?: +=+)+ *")
_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+ *")

_INLINE = re.compile(
    r"""
      ``(?P<literal>.+?)``(?!`)
    | :(?P<role>[a-zA-Z][\w:+.-]*):`(?P<argument>[^`]+)`
    | `(?P<text>[^`<]+?)\s*<(?P<url>[^`>]+)>`__?
    | (?P<address>https?://[^\s<>`]*[^\s<>`.,;:!?)'"\]])
    | \*\*(?=\S)(?P<strong>.+?)(?<=\S)\*\*
    | (?<![\w*])\*(?=[^\s*])(?P<emphasis>[^*]+?)(?<=\S)\*(?![\w*])
    | \\(?P<escaped>.)
    | (?P<leftover>
        `+[^`]*`*_*                     # single backticks, named references
      | \[(?:\#?\w*|\*)\]_              # footnotes and citations
      | (?<![\w|])\|[^\s|][^|\n]*\|_*   # substitutions
      | (?<![\w/])[a-zA-Z0-9]\w*(?<!_)__?(?!\w)   # named references
      )
    """,
    re.VERBOSE | re.DOTALL,
)


class _Translator:
    def __init__(self, path: Path):
        self.path = path

    def error(self, number: int, what: str) -> ValueError:
        return ValueError(f"{self.path}:{number}: {what} has no translation here")

    def blocks(self, lines: Lines) -> str:
        return "\n\n".join(self.each_block(lines))

    def each_block(self, lines: Lines) -> Iterator[str]:
        at = 0
        while at < len(lines):
            if not lines[at][1].strip():
                at += 1
                continue
            for kind in (
                self.quote,
                self.explicit,
                self.table,
                self.heading,
                self.items,
                self.doctest,
                self.paragraph,
            ):
                found = kind(lines, at)
                if found is not None:
                    block, taken = found
                    break
            if block:
                yield block
            at += taken

    # Each of the following takes the lines and a position, and returns the
    # block in Markdown with the number of lines that it took, or None.

    def quote(self, lines: Lines, at: int) -> tuple[str, int] | None:
        body = _indented(lines, at)
        return (_quoted(self.blocks(_dedent(body))), len(body)) if body else None

    def explicit(self, lines: Lines, at: int) -> tuple[str, int] | None:
        number, text = lines[at]
        if text.rstrip() != ".." and not text.startswith(".. "):
            return None
        body = _indented(lines, at + 1)
        taken = 1 + len(body)
        directive = _DIRECTIVE.fullmatch(text.rstrip())
        if directive:
            name, argument = directive[1], directive[2] or ""
            return self.directive(number, name, argument, _dedent(body)), taken
        if re.match(r"\.\. (\[|\|\w|__|_[^:]+:\s*\S)", text):
            raise self.error(number, text.strip())
        return "", taken  # a label or a comment

    def directive(self, number: int, name: str, argument: str, body: Lines) -> str:
        options = list(
            itertools.takewhile(lambda line: re.match(r":[\w-]+:", line[1]), body)
        )
        body = body[len(options) :]
        names = {text.split(":")[1] for _, text in options}
        content = _trim([(number, argument), *body])
        if name == "math" and names <= {"label", "nowrap", "no-wrap"}:
            return _display_math(content)
        if name in _CODE and not names:
            return _fenced(_trim(body), argument or "python")
        if name in _ADMONITIONS and not names:
            word = "See also" if name == "seealso" else name.capitalize()
            return _quoted(f"**{word}**\n\n{self.blocks(content)}")
        option = f" with :{':, :'.join(sorted(names))}:" if names else ""
        raise self.error(number, f"`.. {name}::`{option}")

    def table(self, lines: Lines, at: int) -> tuple[str, int] | None:
        number, border = lines[at]
        if _SIMPLE_BORDER.fullmatch(border):
            taken = _until_blank(lines, at)
            rows = _simple_table(taken)
        elif _GRID_BORDER.fullmatch(border):
            taken = _until_blank(lines, at)
            rows = _grid_table(taken)
        else:
            return None
        if not rows:
            raise self.error(number, "a table of this form")
        cells = [
            [_in_table(self.inline([(number, text)])) for text in row] for row in rows
        ]
        cells.insert(1, ["---"] * len(cells[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in cells), len(taken)

    def heading(self, lines: Lines, at: int) -> tuple[str, int] | None:
        texts = [text.rstrip() for _, text in lines[at : at + 3]] + ["", ""]
        if _is_rule(texts[0]):
            if texts[2] != texts[0] or not texts[1].strip():
                return "---", 1  # a transition
            title, rule, taken = texts[1], texts[2], 3
        elif _is_rule(texts[1]):
            title, rule, taken = texts[0], texts[1], 2
        else:
            return None
        if rule[0] not in _LEVELS:
            raise self.error(lines[at][0], f"a heading underlined with {rule[0]}")
        title = self.inline([(lines[at][0], title.strip())])
        return f"{_LEVELS[rule[0]]} {title}", taken

    def items(self, lines: Lines, at: int) -> tuple[str, int] | None:
        pattern = next(
            (p for p in (_BULLET, _ENUMERATOR) if p.match(lines[at][1])), None
        )
        if pattern is None:
            return None
        start, items = at, []
        first = pattern.match(lines[at][1])[1]
        while at < len(lines) and (match := pattern.match(lines[at][1])):
            number, text = lines[at]
            body = _indented(lines, at + 1)
            own = (number, " " * match.end() + text[match.end() :])
            block = self.blocks(_dedent([own, *body]))
            counter = len(items) + (int(first) if first.isdigit() else 1)
            marker = "- " if pattern is _BULLET else f"{counter}. "
            items.append(marker + _hanging(block, len(marker)))
            at += 1 + len(body)
            following = _skip_blank(lines, at)
            if following == at < len(lines) and not pattern.match(lines[at][1]):
                raise self.error(lines[at][0], "a list that ends without an empty line")
            if following < len(lines) and pattern.match(lines[following][1]):
                at = following
        loose = any("\n\n" in item for item in items)
        return ("\n\n" if loose else "\n").join(items), at - start

    def doctest(self, lines: Lines, at: int) -> tuple[str, int] | None:
        if not lines[at][1].startswith(">>> "):
            return None
        taken = _until_blank(lines, at)
        return _fenced(taken, "python"), len(taken)

    def paragraph(self, lines: Lines, at: int) -> tuple[str, int] | None:
        number, text = lines[at]
        if re.match(r"\|\s|:[\w -]+:(\s|$)|__ |(--?|/)\w+\s\s", text):
            raise self.error(number, text.strip())
        definition = _indented(lines, at + 1)
        if definition and lines[at + 1][1].strip():
            term = self.inline([(number, text)])
            if text.rstrip().endswith("::"):
                raise self.error(number, "a literal block without an empty line")
            body = self.blocks(_dedent(definition))
            return f"- **{term}**: {_hanging(body, 2)}", 1 + len(definition)
        own = list(
            itertools.takewhile(
                lambda line: line[1].strip() and not line[1].startswith(" "), lines[at:]
            )
        )
        taken = len(own)
        if at + taken < len(lines) and lines[at + taken][1].strip():
            raise self.error(lines[at + taken][0], "an indented line in a paragraph")
        for (_, above), (line, below) in itertools.pairwise(own):
            if _is_rule(below) and above.strip():
                raise self.error(line, "a rule in a paragraph")
        if not own[-1][1].rstrip().endswith("::"):
            return self.inline(own), taken
        code = _indented(lines, _skip_blank(lines, at + taken))
        if not code:
            raise self.error(own[-1][0], "`::` without an indented block")
        taken = _skip_blank(lines, at + taken) - at + len(code)
        last = own[-1][1].rstrip()
        own[-1] = (own[-1][0], re.sub(r"(^|\s+)::$", "", last).removesuffix(":"))
        before = self.inline(own)
        return (before + "\n\n" if before else "") + _fenced(_trim(code), ""), taken

    def inline(self, lines: Lines) -> str:
        text = "\n".join(text.rstrip() for _, text in lines)
        out, end = [], 0
        for match in _INLINE.finditer(text):
            out.append(_escape(text[end : match.start()]))
            out.append(self.markup(match, lines[text.count("\n", 0, match.start())][0]))
            end = match.end()
        out.append(_escape(text[end:]))
        joined = " ".join("".join(out).split())
        return re.sub(r"^(?=[#>])", r"\\", joined)

    def markup(self, match: re.Match, number: int) -> str:
        kind = match.lastgroup
        if kind == "literal":
            return _code(match["literal"])
        if kind == "argument":
            return self.role(match["role"], match["argument"], number)
        if kind == "url":
            url = "".join(match["url"].split())
            if not re.match(r"(https?|mailto|ftp):", url):
                raise self.error(number, match[0])
            url = f"<{url}>" if re.search(r"[()]", url) else url
            return f"[{_escape(match['text'])}]({url})"
        if kind == "address":
            return f"<{match['address']}>"
        if kind == "strong":
            return f"**{self.inline(_one_line(number, match['strong']))}**"
        if kind == "emphasis":
            return f"*{self.inline(_one_line(number, match['emphasis']))}*"
        if kind == "escaped":
            return "" if match["escaped"].isspace() else _escape(match["escaped"])
        if re.fullmatch("`[^`]+`", match[0]):
            raise ValueError(
                f"{self.path}:{number}: {match[0]} needs two backticks on each side"
            )
        raise self.error(number, match[0].strip())

    def role(self, name: str, argument: str, number: int) -> str:
        argument = " ".join(argument.split())
        if name == "math":
            return f"${argument}$"
        name = name.removeprefix("py:")
        titled = re.fullmatch(r"(.+?)\s*<([^>]+)>", argument)
        text, target = titled.groups() if titled else ("", argument)
        if name in _CODE_ROLES:
            name_only = target.rpartition(".")[2] if target[0] == "~" else target
            calls = "()" if name in ("func", "meth") else ""
            return _code(text or name_only.lstrip("~!") + calls)
        if name in _TEXT_ROLES:
            if not text and name != "term":
                text = self.title_of(target)
            if text or name == "term":
                return _escape(text or target)
        raise self.error(number, f":{name}:`{argument}`")

    def title_of(self, target: str) -> str:
        """Title of the lab that a :doc: or :ref: without a text points to."""
        found = re.search(r"plot_\d+_(\w+?)(\.py)?$", target)
        for path in self.path.parents[1].glob(f"*/{found[0]}*") if found else []:
            if path.stem == found[0].removesuffix(".py"):
                return catalog.read_lab(path).title
        return ""


def _indented(lines: Lines, at: int) -> Lines:
    """The indented lines from a position on, with the empty ones between them."""
    taken = list(
        itertools.takewhile(
            lambda line: line[1].startswith(" ") or not line[1].strip(), lines[at:]
        )
    )
    while taken and not taken[-1][1].strip():
        taken.pop()
    return taken


def _until_blank(lines: Lines, at: int) -> Lines:
    return list(itertools.takewhile(lambda line: line[1].strip(), lines[at:]))


def _skip_blank(lines: Lines, at: int) -> int:
    while at < len(lines) and not lines[at][1].strip():
        at += 1
    return at


def _dedent(lines: Lines) -> Lines:
    if not lines:
        return []
    text = textwrap.dedent("\n".join(text for _, text in lines))
    return [(n, t) for (n, _), t in zip(lines, text.split("\n"), strict=True)]


def _one_line(number: int, text: str) -> Lines:
    return [(number, " ".join(text.split()))]


def _trim(lines: Lines) -> Lines:
    filled = [i for i, (_, text) in enumerate(lines) if text.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _is_rule(text: str) -> bool:
    return bool(re.fullmatch(r"([^\w\s])\1{2,}", text.rstrip()))


def _hanging(block: str, width: int) -> str:
    return re.sub(r"\n(?!\n)", "\n" + " " * width, block)


def _quoted(block: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in block.split("\n"))


def _fenced(lines: Lines, language: str) -> str:
    code = "\n".join(text.rstrip() for _, text in _dedent(lines))
    fence = "````" if "```" in code else "```"
    return f"{fence}{language}\n{code}\n{fence}"


def _display_math(lines: Lines) -> str:
    # On one line each: Jupyter then keeps it whole in lists and quotes, too.
    formulas = re.split(r"\n\s*\n", "\n".join(text for _, text in lines))
    out = []
    for formula in (" ".join(f.split()) for f in formulas):
        if r"\\" in formula and r"\begin" not in formula:
            formula = rf"\begin{{aligned}} {formula} \end{{aligned}}"
        out.append(f"$${formula}$$")
    return "\n\n".join(out)


def _code(text: str) -> str:
    text = " ".join(text.split())
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _escape(text: str) -> str:
    """Plain text, safe from being read as Markdown."""
    text = re.sub(r"([\\$*`])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"<(?=[a-zA-Z/!])|\](?=\()", r"\\\g<0>", text)


def _in_table(text: str) -> str:
    # A bar would end the cell; in a formula it has a name instead.
    def named(formula: re.Match) -> str:
        return "$" + formula[1].replace("|", r"\vert ").strip() + "$"

    return re.sub(r"\$([^$]+)\$", named, text).replace("|", r"\|")


def _simple_table(lines: Lines) -> list[list[str]]:
    texts = [text.rstrip() for _, text in lines]
    columns = [m.start() for m in re.finditer("=+", texts[0])]
    borders = [i for i, text in enumerate(texts) if _SIMPLE_BORDER.fullmatch(text)]
    if len(borders) not in (2, 3) or borders[-1] != len(texts) - 1:
        return []
    if any(texts[i] != texts[0] for i in borders):
        return []
    rows: list[list[str]] = [[""] * len(columns)] if len(borders) == 2 else []
    for i, text in enumerate(texts):
        if i in borders:
            continue
        if re.fullmatch(r"-[- ]*", text):
            return []  # columns that span others
        cells = _slice(text, columns, [*columns[1:], len(text)])
        if cells[0] or not rows or i - 1 in borders:
            rows.append(cells)
        else:  # goes on from the row above
            rows[-1] = _joined(rows[-1], cells)
    return rows


def _grid_table(lines: Lines) -> list[list[str]]:
    texts = [text.rstrip() for _, text in lines]
    bars = [m.start() for m in re.finditer(r"\+", texts[0])]
    rows: list[list[str]] = []
    header = 0
    for text in texts:
        if _GRID_BORDER.fullmatch(text):
            if [m.start() for m in re.finditer(r"\+", text)] != bars:
                return []
            header = len(rows) if "=" in text else header
            rows.append([""] * (len(bars) - 1))
        elif len(text) == bars[-1] + 1 and all(text[b] == "|" for b in bars):
            cells = _slice(text, [b + 1 for b in bars[:-1]], bars[1:])
            rows[-1] = _joined(rows[-1], cells)
        else:
            return []
    rows.pop()  # the last border starts no row
    if header > 1:
        return []
    return rows if header else [[""] * (len(bars) - 1), *rows]


def _joined(above: list[str], below: list[str]) -> list[str]:
    return [f"{a} {b}".strip() for a, b in zip(above, below, strict=True)]


def _slice(text: str, starts: list[int], ends: list[int]) -> list[str]:
    return [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
