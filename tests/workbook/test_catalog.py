import re

import pytest

import dlkeras
from dlkeras.workbook import catalog
from dlkeras.workbook.catalog import UnknownLab, find_lab, find_labs


def test_labs_come_in_the_order_of_their_numbers(labs):
    labs.add("10_last/plot_1_end.py")
    labs.add("1_core/plot_10_tenth.py")
    assert [(lab.number, lab.name) for lab in find_labs()] == [
        ("1.1", "counting"),
        ("1.2", "sums"),
        ("1.10", "tenth"),
        ("2.1", "beyond"),
        ("10.1", "end"),
    ]


def test_lab_says_what_its_script_says(labs):
    lab = find_lab("sums")
    assert lab.title == "Sums and means"
    assert lab.summary == "How to add and to divide."
    assert (lab.part, lab.part_title) == ("1_core", "Core things")
    assert lab.path == labs.root / "1_core" / "plot_2_sums.py"
    assert lab.difficulty == "core"
    assert lab.minutes == 5
    assert lab.tags == ("core", "adding", "Sequential", "custom layer")
    assert lab.apis == ("Sequential", "custom layer")
    assert lab.topics == ("adding",)
    assert lab.requires == ("counting",)
    assert lab.thumbnail == 1
    assert lab.page == "labs/1_core/plot_2_sums.html"


def test_part_without_a_header_is_called_by_its_folder(labs):
    labs.add("3_other_things/plot_1_end.py")
    assert find_lab("end").part_title == "Other things"


@pytest.mark.parametrize(
    "name", ["sums", "1.2", "plot_2_sums", "plot_2_sums.py", "path"]
)
def test_lab_is_found_by_name_number_or_file(labs, name):
    path = labs.root / "1_core" / "plot_2_sums.py"
    assert find_lab(path if name == "path" else name).path == path


def test_unknown_lab_names_the_nearest(labs):
    with pytest.raises(UnknownLab, match=r"no lab 'suns'\. Did you mean sums\?"):
        find_lab("suns")
    with pytest.raises(UnknownLab, match=r"no lab 'zzz'\.$"):
        find_lab("zzz")


def test_file_that_is_no_lab_is_unknown(labs, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("x = 1")
    with pytest.raises(UnknownLab):
        find_lab(other)
    with pytest.raises(UnknownLab, match="is no lab"):
        catalog.read_lab(other)


def test_two_labs_with_one_name_are_refused(labs):
    labs.add("2_more/plot_2_sums.py")
    with pytest.raises(ValueError, match="another lab is called 'sums'"):
        find_labs()


GOOD = '# sphinx_gallery_tags = ["core", "x"]\n# sphinx_gallery_minutes = 5\n'


@pytest.mark.parametrize(
    ("metadata", "line", "message"),
    [
        ("", 1, "sphinx_gallery_tags = …` is missing"),
        ('# sphinx_gallery_tags = ["core"]\n', 1, "sphinx_gallery_minutes"),
        ("# sphinx_gallery_tags = [core]\n", 7, "must be a Python literal"),
        ("# sphinx_gallery_tags = [\n", 7, "must be a Python literal"),
        ('# sphinx_gallery_tags = "core"\n', 7, "a list of words"),
        (GOOD.replace('"core", ', ""), 7, "exactly one difficulty"),
        (GOOD.replace('"x"', '"deeper"'), 7, "exactly one difficulty"),
        (GOOD.replace('"x"', '"x", "x"'), 7, "stands twice"),
        (GOOD.replace('"x"', '"numpy"'), 7, "'numpy' is no API"),
        (GOOD.replace('"x"', '"Custom Layer"'), 7, "lower case"),
        (GOOD.replace("5", "0"), 8, "a whole number above 0. Received: 0"),
        (GOOD.replace("5", "True"), 8, "a whole number above 0"),
        (GOOD.replace("5", "2.5"), 8, "a whole number above 0"),
        (GOOD + "# sphinx_gallery_thumbnail_number = 0\n", 9, "must be a number"),
        (GOOD + '# sphinx_gallery_requires = "a"\n', 9, "a list of labs"),
        (GOOD + '# sphinx_gallery_requires = ["A b"]\n', 9, "names other labs"),
        (GOOD + '# sphinx_gallery_requires = ["bad"]\n', 9, "names other labs"),
        (GOOD + '# sphinx_gallery_requires = ["countin"]\n', 9, "mean counting"),
    ],
)
def test_bad_metadata_name_file_and_line(labs, metadata, line, message):
    path = labs.add("2_more/plot_2_bad.py", metadata=metadata)
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        find_lab("bad")
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_required_lab_may_be_unwritten(labs):
    labs.add("2_more/plot_2_good.py", requires=("not_yet", "counting"))
    lab = find_lab("good")
    assert lab.requires == ("not_yet", "counting")
    assert [other.name for other in catalog.required_labs(lab)] == ["counting"]


@pytest.mark.parametrize("text", ["x = 1\n", '"""Title alone"""\n', "", '"""\n\n"""\n'])
def test_docstring_with_title_and_sentence_is_needed(labs, text):
    path = labs.root / "2_more" / "plot_2_bad.py"
    path.write_text(text + GOOD)
    with pytest.raises(ValueError, match="a lab starts with a docstring"):
        find_lab("bad")


def test_code_hash_is_about_code_alone(labs):
    path = labs.root / "1_core" / "plot_2_sums.py"
    before = find_lab("sums").code_hash()
    script = path.read_text()
    path.write_text(script.replace("# Add.", "# Add them all.\n#\n# Slowly."))
    assert find_lab("sums").code_hash() == before
    path.write_text(script.replace("How to *add*", "All about adding"))
    assert find_lab("sums").code_hash() == before
    path.write_text(script.replace("arange(10)", "arange(11)"))
    assert find_lab("sums").code_hash() != before


def test_code_hash_is_the_same_on_every_python(labs):
    # The syntax tree of format strings differs between versions of Python.
    labs.add("2_more/plot_2_hash.py", 'w = 3\nprint(f"{w:>{w}} {{}} {w!r}", None)\n')
    digest = "b70b2db7890f4f354e00e58dc3d3183d"
    assert find_lab("hash").code_hash()[:32] == digest


def test_plain_text_drops_inline_markup():
    rst = (
        "A *word*, **two** or ``code_x``; :math:`x * y`, :class:`~keras.Model`,\n"
        ":doc:`the lab </labs/x>` and `a page <https://example.org/a_b>`_."
    )
    assert catalog.plain_text(rst) == (
        "A word, two or code_x; x * y, keras.Model, the lab and a page."
    )


def test_paths_hold_the_labs_that_exist(labs):
    path = catalog.reading_path("book")
    assert (path.title, path.unit) == ("The book", "chapter")
    first = path.stops[0]
    assert (first.number, first.title) == (1, "From neurons to networks")
    assert [lab.name for lab in first.labs] == ["counting", "sums", "beyond"]
    assert not path.stops[3].labs
    assert [lab.name for lab in path.labs] == ["counting", "sums", "beyond"]


def test_every_path_has_its_stops():
    stops = {n: len(catalog.reading_path(n).stops) for n in catalog.PATH_NAMES}
    assert stops == {"book": 8, "handbook": 9, "basics": 10}
    with pytest.raises(ValueError, match="book, handbook, basics"):
        catalog.reading_path("shortcut")


def test_basics_has_fifty_ideas(labs):
    ideas = catalog.ideas()
    assert len(ideas) == len(set(ideas.values())) == 50
    assert list(ideas)[:2] == ["1.1", "1.2"]
    assert list(ideas)[-1] == "10.5"
    topic = catalog.reading_path("basics").stops[3]
    assert [idea.id for idea in topic.ideas] == [f"4.{i}" for i in range(1, 6)]


def test_labs_of_this_version_are_sound():
    """Every lab's metadata can be read, and names labs of the curriculum."""
    labs = find_labs()
    assert labs
    handbook = {lab.number for lab in catalog.reading_path("handbook").labs}
    assert {lab.number for lab in labs} - handbook <= {"10.1", "10.2", "10.3"}


def test_labs_are_the_checkouts_or_the_wheels(monkeypatch, tmp_path):
    package = tmp_path / "dlkeras"
    monkeypatch.setattr(catalog, "_PACKAGE", package)
    assert catalog.labs_dir() == package / "_labs"
    (tmp_path / "labs").mkdir()
    assert catalog.labs_dir() == package / "_labs"
    (tmp_path / "pyproject.toml").touch()
    assert catalog.labs_dir() == tmp_path / "labs"


def test_names_are_at_hand():
    assert dlkeras.workbook.find_lab is find_lab
