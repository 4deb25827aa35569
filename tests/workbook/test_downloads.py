import re
import textwrap
from pathlib import Path

import nbformat
import pytest

import dlkeras
from dlkeras.workbook import downloads
from dlkeras.workbook.catalog import find_lab, find_labs
from dlkeras.workbook.downloads import to_markdown, to_notebook, to_script

SITE = "https://example.org/labs-site"


def markdown(rst, path=Path("lab.py")):
    lines = textwrap.dedent(rst).strip("\n").splitlines()
    return to_markdown(list(enumerate(lines, start=1)), path)


# From reStructuredText to Markdown


@pytest.mark.parametrize(
    ("rst", "expected"),
    [
        ("One line\nand *another*.", "One line and *another*."),
        ("``a_b *c*`` and **b c**.", "`a_b *c*` and **b c**."),
        ("**1. Rule.** Go on.", "**1. Rule.** Go on."),
        ("``a ` b``", "`` a ` b ``"),
        (r"The sum :math:`x_1 + \hat y`.", r"The sum $x_1 + \hat y$."),
        ("A :math:`x_1 +\nx_2` b.", "A $x_1 + x_2$ b."),
        ("`A page\n<https://a.org/b_c>`_.", "[A page](https://a.org/b_c)."),
        ("`A <https://a.org/b(c)>`__.", "[A](<https://a.org/b(c)>)."),
        ("`A long\ntext <https://a.org/\nb>`_", "[A long text](https://a.org/b)"),
        ("See https://a.org/b_.", "See <https://a.org/b_>."),
        ("`Mail <mailto:a@b.org>`_", "[Mail](mailto:a@b.org)"),
        (":class:`~keras.layers.Dense`", "`Dense`"),
        (":class:`keras.Model`", "`keras.Model`"),
        (":py:class:`the model <keras.Model>`", "`the model`"),
        (":func:`~keras.ops.relu`", "`relu()`"),
        (":meth:`fit <keras.Model.fit>`", "`fit`"),
        (":term:`epoch`, :term:`epochs <epoch>`", "epoch, epochs"),
        (":doc:`the first lab </labs/a>`", "the first lab"),
        (":ref:`the part <part>`", "the part"),
        # What Markdown would take for markup
        ("It costs $5 or $6.", r"It costs \$5 or \$6."),
        ("2 * 3 * 4", r"2 \* 3 \* 4"),
        (r"\*args", r"\*args"),
        (r"\ x", "x"),
        ("x_train and _private", r"x_train and \_private"),
        ("a <b> c < d", r"a \<b> c < d"),
        ("#1 of them", r"\#1 of them"),
        ("[a](b)", r"[a\](b)"),
        # Headings
        ("Title\n=====", "# Title"),
        ("=====\nTitle\n=====", "# Title"),
        ("Title\n-----\n\nText.", "## Title\n\nText."),
        ("Title ``x``\n~~~~~~~~~~~", "### Title `x`"),
        ("Title\n-----\nText.", "## Title\n\nText."),
        ("a\n\n-----\n\nb", "a\n\n---\n\nb"),
        # Lists
        ("- a\n- b\n  c\n\n- d", "- a\n- b c\n- d"),
        ("* a\n\n  b\n* c", "- a\n\n  b\n\n- c"),
        ("- a\n\n  - b\n  - c\n\n- d", "- a\n\n  - b\n  - c\n\n- d"),
        ("1. a\n2. b\n   c", "1. a\n2. b c"),
        ("#. a\n#. b", "1. a\n2. b"),
        ("3) a\n4) b", "3. a\n4. b"),
        ("1. a\n\n   - b\n\n2. c", "1. a\n\n   - b\n\n2. c"),
        ("a\n\n- b\n\nc", "a\n\n- b\n\nc"),
        ("- a\n\n  ::\n\n    x = 1\n\n    y", "- a\n\n  ```\n  x = 1\n\n  y\n  ```"),
        ("term\n    What it\n    is.\n", "- **term**: What it is."),
        # Blocks
        (".. math::\n\n   a\n   = b", "$$a = b$$"),
        (".. math:: a = b", "$$a = b$$"),
        (".. math::\n   :label: eq\n\n   a", "$$a$$"),
        (".. math::\n\n   a\n\n   b", "$$a$$\n\n$$b$$"),
        (
            ".. math::\n\n   a &= b \\\\\n   c &= d",
            r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$",
        ),
        (
            ".. math::\n\n   \\begin{cases} a \\\\ b \\end{cases}",
            r"$$\begin{cases} a \\ b \end{cases}$$",
        ),
        (".. note:: Mind\n   this.", "> **Note**\n>\n> Mind this."),
        (".. warning::\n\n   a\n\n   - b", "> **Warning**\n>\n> a\n>\n> - b"),
        (".. seealso::\n\n   a", "> **See also**\n>\n> a"),
        ("Code::\n\n    x = 1\n\n      y\n\nb", "Code:\n\n```\nx = 1\n\n  y\n```\n\nb"),
        ("Code ::\n\n    x", "Code\n\n```\nx\n```"),
        ("::\n\n    x", "```\nx\n```"),
        (".. code-block:: bash\n\n   pip *x*", "```bash\npip *x*\n```"),
        (".. code-block::\n\n   a", "```python\na\n```"),
        (".. code-block:: rst\n\n   ```", "````rst\n```\n````"),
        (">>> 1 + 1\n2\n\na", "```python\n>>> 1 + 1\n2\n```\n\na"),
        ("a\n\n    quoted\n\nb", "a\n\n> quoted\n\nb"),
        (".. a comment\n   that goes on\n\na", "a"),
        (".. _label:\n\nTitle\n-----", "## Title"),
        ("..\n\n   hidden\n\na", "a"),
    ],
)
def test_translation(rst, expected):
    assert markdown(rst) == expected


def test_simple_table():
    rst = """
    ======  =========
    layer   shape
    ======  =========
    Dense   ``a|b``
    Conv    :math:`|x|`
            wide
    ======  =========

    Text.
    """
    assert markdown(rst).splitlines() == [
        "| layer | shape |",
        "| --- | --- |",
        r"| Dense | `a\|b` |",
        r"| Conv | $\vert x\vert$ wide |",
        "",
        "Text.",
    ]


def test_simple_table_without_a_header():
    rst = "==  ==\na   b\nc   d\n==  =="
    assert markdown(rst).splitlines() == [
        "|  |  |",
        "| --- | --- |",
        "| a | b |",
        "| c | d |",
    ]


def test_grid_table():
    rst = """
    +-------+-------+
    | layer | shape |
    +=======+=======+
    | Dense | two   |
    |       | lines |
    +-------+-------+
    | Conv  | *c*   |
    +-------+-------+
    """
    assert markdown(rst).splitlines() == [
        "| layer | shape |",
        "| --- | --- |",
        "| Dense | two lines |",
        "| Conv | *c* |",
    ]


@pytest.mark.parametrize(
    ("line", "rst"),
    [
        (1, ".. figure:: a.png"),
        (1, ".. list-table::\n\n   * - a"),
        (1, ".. note::\n   :class: x\n\n   a"),
        (1, ".. code-block:: python\n   :linenos:\n\n   a"),
        (1, ".. dropdown:: More\n\n   a"),
        (3, "a\n\n.. [1] A footnote"),
        (1, ".. [Ros58] A citation"),
        (1, ".. |x| replace:: y"),
        (1, ".. _name: https://example.org"),
        (2, "a\nsee [1]_"),
        (1, "see [#]_ and"),
        (1, "a |x| b"),
        (1, "`single`"),
        (1, "`named`_"),
        (1, "named_ reference"),
        (1, "`text <other_>`_"),
        (1, ":eq:`a`"),
        (1, ":kbd:`a`"),
        (1, ":doc:`/labs/unknown`"),
        (1, "**a\n:cite:`b`**\n:cite:`b`"),
        (1, ":Author: me"),
        (1, "| a line\n| block"),
        (3, "a\nb\n---"),
        (1, "Title\n+++++"),
        (2, "- a\nb"),
        (1, "a::\n\nb"),
        (1, "a::\n  b"),
        (3, "a\nb\n  c"),
        (1, "== ==\na b\n-----\nc d\n== =="),
        (1, "== ==\na b"),
        (1, "+---+---+\n| a | b |\n+---+---+\n| c     |\n+---+---+"),
        (1, "+---+---+\n| a | b |\n+   +---+\n|   | c |\n+---+---+"),
    ],
)
def test_what_has_no_translation_is_refused(line, rst):
    with pytest.raises(ValueError, match=rf"^lab\.py:{line}: "):
        markdown(rst)


def test_single_backticks_say_what_to_do():
    with pytest.raises(ValueError, match="`SGD` needs two backticks on each side"):
        markdown("Use `SGD`.")


def test_lab_that_is_pointed_to_gives_its_title(labs):
    path = find_lab("beyond").path
    assert markdown(":doc:`/labs/1_core/plot_2_sums`", path) == "Sums and means"
    target = "sphx_glr_labs_1_core_plot_2_sums.py"
    assert markdown(f":ref:`{target}`", path) == "Sums and means"


# Notebooks


LAB = """
# %%
# From scratch
# ------------
#
# Text before
# code.
import numpy as np  # a comment


x = np.arange(3)

# %%
# ``x`` alone:
x

# sphinx_gallery_start_ignore
hidden = 1
# sphinx_gallery_end_ignore
print(x)
# %%
y = 2
# %%
# Exercises
# ---------
#
# Your turn.
"""


@pytest.fixture
def path(labs):
    return labs.add("2_more/plot_2_lab.py", LAB, requires=("counting", "unwritten"))


def test_cells_follow_the_script(path):
    notebook = to_notebook(path)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells[1:]] == [
        ("markdown", "# Lab\n\nOne sentence.\n\n**Before you start:** Counting."),
        ("markdown", "## From scratch\n\nText before code."),
        ("code", "import numpy as np  # a comment\n\n\nx = np.arange(3)"),
        ("markdown", "`x` alone:"),
        ("code", "x\n\nprint(x)"),
        ("code", "y = 2"),
        (
            "markdown",
            "## Exercises\n\nEach answer is checked on the spot. The solutions unfold "
            "on this lab's page.\n\nYour turn.",
        ),
    ]


def test_notebook_is_valid_and_always_the_same(path):
    notebook = to_notebook(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [cell.id for cell in notebook.cells] == [f"cell-{i}" for i in range(8)]
    assert notebook.metadata.kernelspec.name == "python3"
    assert nbformat.writes(notebook) == nbformat.writes(to_notebook(path))


def test_notebook_with_the_sites_address_links_to_it(path):
    notebook = to_notebook(path, site_url=SITE + "/")
    assert f"[Counting]({SITE}/labs/1_core/plot_1_counting.html)" in (
        notebook.cells[1].source
    )
    assert f"on [this lab's page]({SITE}/labs/2_more/plot_2_lab.html#exercises)." in (
        notebook.cells[-1].source
    )


def test_first_cell_installs_the_wheel(path):
    cell = to_notebook(path).cells[0]
    wheel = f"dlkeras-{dlkeras.__version__}-py3-none-any.whl"
    assert cell.cell_type == "code"
    assert 'if importlib.util.find_spec("dlkeras") is None:' in cell.source
    assert f"# Download {wheel} from this lab's page" in cell.source
    assert cell.source.endswith(f'    %pip install --quiet "./{wheel}"')


def test_first_cell_installs_from_an_address(labs, path):
    address = f"{SITE}/dlkeras.whl"
    cell = to_notebook(path, install_target=address).cells[0]
    assert cell.source.endswith(f'    %pip install --quiet "dlkeras @ {address}"')
    assert "Download" not in cell.source

    other = labs.add("2_more/plot_3_torch.py", tags=("core", "PyTorch"))
    cell = to_notebook(other, install_target=address).cells[0]
    assert 'or importlib.util.find_spec("torch") is None:' in cell.source
    assert cell.source.endswith(f'"dlkeras[torch] @ {address}"')


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\n# %% Title\n", ":12: a cell starts with a bare"),
        ("#" * 79 + "\n# Title\n", ":11: a cell starts with a bare"),
        ("# sphinx_gallery_start_ignore\nx\n", ":11: this ignored block does not end"),
        ("# %%\n# One.\n#\n# :eq:`two`\n", ":14: :eq:`two` has no translation"),
    ],
)
def test_broken_cell_names_file_and_line(labs, code, message):
    path = labs.add("2_more/plot_2_lab.py", code, metadata=None)
    with pytest.raises(ValueError, match=re.escape(f"{path}{message}")):
        to_notebook(path)


def test_error_in_the_docstring_has_its_line(labs):
    path = labs.add("2_more/plot_2_lab.py", summary="One.\n\nTwo :eq:`x`.")
    with pytest.raises(ValueError, match=re.escape(f"{path}:7: :eq:`x`")):
        to_notebook(path)


# Scripts


def test_script_is_the_lab_with_a_word_on_solutions(path):
    script = to_script(path, site_url=SITE)
    note = [
        "# Each answer is checked on the spot. The solutions unfold on this lab's page",
        f"# ({SITE}/labs/2_more/plot_2_lab.html#exercises).",
        "#",
    ]
    lines = script.splitlines()
    start = lines.index(note[0])
    assert lines[start - 3 : start] == ["# Exercises", "# ---------", "#"]
    assert lines[start : start + 3] == note
    assert lines[start + 3] == "# Your turn."
    del lines[start : start + 3]
    assert "\n".join(lines) + "\n" == path.read_text(encoding="utf-8")


def test_script_without_exercises_is_the_lab(labs):
    path = find_lab("counting").path
    assert to_script(path) == path.read_text(encoding="utf-8")


# The labs of this version


@pytest.mark.parametrize("lab", find_labs(), ids=lambda lab: lab.name)
def test_notebook_of_each_lab_is_clean(lab):
    notebook = to_notebook(lab.path, site_url=SITE)
    first, title, *rest = notebook.cells
    assert first.cell_type == "code"
    assert title.source.startswith(f"# {lab.title}\n\n")
    assert any(re.search("^## Exercises$", c.source, re.MULTILINE) for c in rest)
    for cell in rest:
        assert cell.source.strip()
        assert "sphinx_gallery" not in cell.source
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")
            continue
        prose = re.sub(
            r"```.*?```|`[^`]*`|\$\$?[^$]+\$\$?", "", cell.source, flags=re.S
        )
        assert not re.search(r"``|^\s*\.\. |:\w+:`|`_|::$", prose, re.MULTILINE)
    code = "\n".join(c.source for c in rest if c.cell_type == "code")
    script = "\n".join(
        line
        for cell in downloads.split_cells(lab.path)
        if cell.kind == "code"
        for line in cell.source.splitlines()
    )
    assert code.split() == script.split()


@pytest.mark.parametrize("lab", find_labs(), ids=lambda lab: lab.name)
def test_site_and_notebook_see_the_same_cells(lab):
    parser = pytest.importorskip("sphinx_gallery.py_source_parser")
    _, blocks = parser.split_code_and_text_blocks(lab.path)
    theirs = []
    for block in blocks:
        text = parser.remove_ignore_blocks(block.content)
        text = parser.remove_config_comments(text).strip()
        if text:
            theirs.append((block.type, text))
    ours = [(c.kind, c.source.strip()) for c in downloads.split_cells(lab.path)]
    assert ours == theirs


def test_notebook_runs_from_top_to_bottom(labs, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = to_notebook(find_lab("counting").path)
    nbclient.NotebookClient(notebook, timeout=60).execute(cwd=str(tmp_path))
    outputs = [c.outputs for c in notebook.cells if c.cell_type == "code"]
    assert outputs[0] == []
    assert outputs[1][0].text == "counting\n✓ Claim: One follows zero: 1 (1 ± 0)\n"
