"""What appears only when the site's address or repository is set."""

import pytest
from labsite.settings import Settings

ADDRESS = {"DLKERAS_SITE_URL": "https://labs.example.org/dl"}
REPOSITORY = {"DLKERAS_REPOSITORY": "https://github.com/someone/labs.git"}
LAB = {
    "docname": "labs/1_core/plot_1_x",
    "path": "labs/1_core/plot_1_x.py",
    "difficulty": "core",
    "minutes": 10,
    "apis": (),
}


def bar(settings):
    from labsite.bar import lab_bar
    from labsite.markup import html_element

    node = lab_bar(LAB, {}, [], [], settings)
    links = node.findall(lambda n: isinstance(n, html_element) and n["tag"] == "a")
    return {link.astext(): link["html"]["href"] for link in links}


def test_nothing_is_set():
    settings = Settings.from_environment({})
    assert settings.site_url == settings.repository == ""
    assert settings.colab_url("x.ipynb") == settings.source_url("x.py") == ""
    assert settings.jobs >= 1


def test_the_address_ends_in_a_slash():
    assert Settings.from_environment(ADDRESS).site_url == "https://labs.example.org/dl/"


@pytest.mark.parametrize(
    "text",
    [
        "someone/labs",
        "https://github.com/someone/labs",
        "https://github.com/someone/labs.git",
        "git@github.com:someone/labs.git",
    ],
)
def test_the_repository_in_all_its_spellings(text):
    settings = Settings.from_environment({"DLKERAS_REPOSITORY": text})
    assert settings.repository == "someone/labs"


@pytest.mark.parametrize(
    "wrong",
    [
        {"DLKERAS_SITE_URL": "labs.example.org"},
        {"DLKERAS_REPOSITORY": "just-a-name"},
        {"DLKERAS_JOBS": "0"},
        {"DLKERAS_TIMEOUT": "soon"},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings.from_environment(wrong)


def test_without_a_repository_no_colab_and_no_source():
    assert bar(Settings()).keys() == {"Notebook .ipynb", "Script .py", "dlkeras .whl"}


def test_with_a_repository_colab_and_source():
    links = bar(Settings.from_environment(REPOSITORY))
    assert links["Run it in Colab"].endswith(
        "/github/someone/labs/blob/gh-pages/labs/1_core/plot_1_x.ipynb"
    )
    assert links["Source"].endswith("/someone/labs/blob/main/labs/1_core/plot_1_x.py")


def test_this_site_has_a_sitemap_only_with_an_address(site):
    settings = Settings.from_environment()
    assert (site / "sitemap.xml").exists() == bool(settings.site_url)


def test_this_site_offers_colab_only_with_a_repository(labs):
    settings = Settings.from_environment()
    for lab in labs:
        offered = "Run it in Colab" in lab.soup.select_one(".lab-actions").get_text()
        assert offered == bool(settings.repository), lab.name
