"""Files of the built site: links, images, downloads, sizes, no solution anywhere, the same bytes from another build."""

import subprocess
import sys

import pytest
from site_folder import dead_links, leads_on, leaks, name_of, page_of, pages, undescribed_images

from mlp_helpers.authoring.lint import secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.services.files import REPOSITORY

NAMES = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("checker", [dead_links, undescribed_images])
def test_nothing_is_found(checker, site):
    assert len(pages(site)) > 28
    assert checker(site) == []


def test_there_are_links_and_images_to_check(site):
    for tag, least in (("a", 1500), ("img", 80)):
        assert sum(len(page_of(path)(tag)) for path in pages(site)) > least


def test_each_notebook_offers_itself_and_its_neighbours_in_order(site):
    assert len(NAMES) == 10
    for before, name, after in zip(["", *NAMES], NAMES, [*NAMES[1:], ""], strict=False):
        page = page_of(site / "notebooks" / f"{name}.html")
        assert [link["href"] for link in page.select("a[download]")] == [f"../{name}.ipynb"]
        assert not before or page.select_one("a.left-prev")["href"] == f"{before}.html"
        assert not after or page.select_one("a.right-next")["href"] == f"{after}.html"


def test_no_line_of_a_solution_is_in_the_site(site):
    secrets = {line for *_, line in secret_lines(read_notebooks(REPOSITORY))}
    assert len(secrets) > 50
    assert leaks(site, secrets) == []


def test_pages_with_text_have_a_description(site):
    texts = {}
    for path in filter(lambda path: not leads_on(path), pages(site)):
        texts[name_of(path, site)] = [meta["content"] for meta in page_of(path).select("meta[name=description]")]
    without = {name for name, found in texts.items() if not found}
    assert without == {"guides.html", "search.html"}
    found = [text for name in texts.keys() - without for text in texts[name]]
    assert len(found) == len(set(found)) == len(texts) - len(without)
    assert all(30 < len(text) <= 160 for text in found)


def test_another_build_has_the_same_bytes(site, tmp_path):
    sphinx = [REPOSITORY / ".venv-site" / "bin" / "python", "-m", "sphinx", "-q", "-W", "-E", "-b", "html"]
    subprocess.run([sys.executable, "scripts/website.py", tmp_path / "source"], cwd=REPOSITORY, check=True)
    subprocess.run([*sphinx, "-d", tmp_path / "doctrees", tmp_path / "source", tmp_path / "site"], check=True)
    subprocess.run(["diff", "--recursive", "--brief", site, tmp_path / "site"], check=True)
