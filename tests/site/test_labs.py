"""What holds for every lab's page."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from dlkeras.workbook.catalog import find_lab
from dlkeras.workbook.exercise import exercise, exercises_of


def test_the_bar_says_what_the_lab_takes(labs):
    for lab in labs:
        terms = [term.get_text() for term in lab.soup.select(".lab-bar dt")]
        assert terms[:3] == ["Difficulty", "Your time", "Run time"], lab.name
        values = [value.get_text() for value in lab.soup.select(".lab-bar dd")]
        assert values[0] == find_lab(lab.name).difficulty, lab.name


def test_both_downloads_are_there(site, labs):
    for lab in labs:
        addresses = [link["href"] for link in lab.soup.select(".lab-actions a")]
        for ending in (".ipynb", ".py"):
            (address,) = [a for a in addresses if a.endswith(ending)]
            assert ((site / lab.page).parent / address).is_file(), (lab.name, ending)


def test_the_script_is_the_lab_with_a_word_on_solutions(site, labs):
    for lab in labs:
        original = find_lab(lab.name).path.read_text(encoding="utf-8").splitlines()
        lines = (site / lab.page).with_suffix(".py").read_text("utf-8").splitlines()
        rest = iter(lines)
        assert all(line in rest for line in original), f"{lab.name} lost lines"
        assert any("solutions" in line for line in set(lines) - set(original)), lab.name


def test_the_wheel_is_there(site):
    (wheel,) = (site / "downloads").glob("*.whl")
    assert wheel.stat().st_size > 10_000


def test_every_claim_has_its_box(labs):
    for lab in labs:
        boxes = lab.soup.select(".claim")
        claims = lab.record["claims"]
        assert len(claims) >= 5, f"{lab.name} claims too little"
        assert [box["id"] for box in boxes] == [
            f"claim-{n}" for n in range(1, len(claims) + 1)
        ], lab.name
        for box, claim in zip(boxes, claims, strict=True):
            assert claim["bound"] in box.get_text(), (lab.name, claim)
        assert "✓ Claim" not in lab.soup.get_text(), lab.name


def test_every_exercise_has_a_solution_to_unfold(labs):
    for lab in labs:
        wanted = [f"solution-{one.name}" for one in exercises_of(lab.name)]
        found = [details["id"] for details in lab.soup.select("details.solution")]
        assert sorted(found) == sorted(wanted), lab.name
        assert len(found) >= 3, lab.name
        for details in lab.soup.select("details.solution"):
            assert not details.has_attr("open")
            name = details["id"].removeprefix("solution-")
            first = exercise(f"{lab.name}/{name}").solution_source().splitlines()[0]
            assert first.strip() in details.get_text(), (lab.name, name)


def test_no_solution_is_in_a_download(site, labs):
    for lab in labs:
        script = (site / lab.page).with_suffix(".py").read_text(encoding="utf-8")
        notebook = (site / lab.page).with_suffix(".ipynb").read_text(encoding="utf-8")
        cells = "\n".join(
            "".join(cell["source"]) for cell in json.loads(notebook)["cells"]
        )
        for one in exercises_of(lab.name):
            solution = one.solution_source().strip()
            for text in (script, cells):
                assert solution not in text, one.id


def test_the_foot_says_how_it_was_executed(labs):
    for lab in labs:
        foot = lab.soup.select_one(".executed").get_text()
        assert f"Keras {lab.record['versions']['keras']}" in foot, lab.name
        assert lab.record["commit"].partition("+")[0] in foot, lab.name


def test_what_sphinx_gallery_adds_is_gone(labs):
    for lab in labs:
        text = lab.soup.select_one("article").get_text()
        for leftover in (
            "Go to the end",
            "Total running time",
            "🏷",
            "Download Jupyter",
        ):
            assert leftover not in text, lab.name


def test_labs_stay_within_their_memory(labs):
    for lab in labs:
        assert (lab.record["peak_mb"] or 0) <= 1500, lab.name


def test_code_leads_to_the_api(labs):
    for lab in labs:
        links = lab.soup.select('div[class*="highlight-"] a[href*="api/generated"]')
        assert links, f"{lab.name} has code without links"


def test_terms_are_linked_once(labs):
    for lab in labs:
        targets = [
            link["href"]
            for link in lab.soup.select('article a[href*="glossary.html#term"]')
        ]
        assert len(targets) >= 3, lab.name
        assert len(targets) == len(set(targets)), lab.name


def test_initials_do_not_number_a_list(labs):
    """An entry of one line wants a no-break space: "C. Szegedy" would be item C."""
    for lab in labs:
        assert not lab.soup.select("article li > ol"), lab.name


def test_figures_come_in_two_sizes_and_nothing_is_cut_off(site, labs):
    for lab in labs:
        figures = lab.soup.select("article img[srcset]")
        assert figures, lab.name
        for figure in figures:
            plain, sharp = (part.split()[0] for part in figure["srcset"].split(","))
            assert plain == figure["src"], lab.name
            sizes = []
            for file in (plain, sharp):
                with Image.open((site / lab.page).parent / file) as image:
                    sizes.append(image.size)
                    gray = np.asarray(image.convert("L"))
                edges = gray[[0, -1]].ravel(), gray[:, [0, -1]].ravel()
                assert np.concatenate(edges).min() > 200, (lab.name, file)
            small, large = np.array(sizes)
            assert 0 <= (2 * small - large).min() <= (2 * small - large).max() <= 1


def test_videos_are_small_and_wait(site, labs):
    videos = [(lab, v) for lab in labs for v in lab.soup.select("video")]
    assert videos, "no lab has an animation"
    for lab, video in videos:
        assert video.has_attr("controls"), lab.name
        assert not video.has_attr("autoplay"), lab.name
        assert video["aria-label"].strip(), lab.name
        file = (site / lab.page).parent / video.source["src"]
        assert file.stat().st_size <= 400_000, lab.name


def test_formulas_are_rendered(pages):
    for page in pages.values():
        text = re.sub(r"<(script|annotation)\b.*?</\1>", "", page.text, flags=re.S)
        assert not re.search(r'class="math[^>]*>[^<]*\\[a-z(\[]', text), page.name


@pytest.mark.parametrize("name", ["book", "handbook", "basics"])
def test_reading_paths_hold_every_lab_that_they_name(pages, labs, name):
    from dlkeras.workbook.catalog import reading_path

    page = pages[f"paths/{name}.html"]
    targets = {page.target(address) for address in page.links}
    for lab in reading_path(name).labs:
        assert (lab.page, "") in targets, lab.name


def test_each_idea_that_a_claim_shows_is_linked(pages, labs):
    from dlkeras.workbook.catalog import ideas

    page = pages["paths/basics.html"]
    targets = {page.target(address) for address in page.links}
    texts = ideas()
    for lab in labs:
        for number, claim in enumerate(lab.record["claims"], start=1):
            if claim["idea"]:
                assert (lab.page, f"claim-{number}") in targets, (lab.name, claim)
                assert texts[claim["idea"]].rstrip(".") in page.text.replace("’", "'")


def test_the_page_of_claims_has_them_all(pages, labs):
    page = pages["claims.html"]
    targets = {page.target(address) for address in page.links}
    for lab in labs:
        for number in range(1, len(lab.record["claims"]) + 1):
            assert (lab.page, f"claim-{number}") in targets, (lab.name, number)


def test_api_pages_name_the_labs_that_use_them(pages, labs):
    page = pages["api/generated/objects/dlkeras.workbook.claim.html"]
    targets = {page.target(address) for address in page.links}
    assert {(lab.page, "") for lab in labs} <= targets
