"""Files of the built site: links, images, downloads, sizes, no solution anywhere, the same bytes from another build."""

import subprocess
import sys

import pytest
from site_folder import (
    dead_links,
    dead_results,
    differences,
    heavy_pages,
    leads_on,
    leaks,
    missing_downloads,
    name_of,
    page_of,
    pages,
    undescribed_images,
    wrong_neighbours,
)

from mlp_helpers.authoring.lint import secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.services.files import REPOSITORY

NAMES = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("checker", [dead_links, dead_results, undescribed_images, heavy_pages])
def test_nothing_is_found(checker, site):
    assert len(pages(site)) > 28
    assert checker(site) == []


def test_there_are_links_and_images_to_check(site):
    tags = [tag for path in pages(site) for tag, _ in page_of(path).tags]
    assert tags.count("a") > 1500
    assert tags.count("img") > 80


def test_each_notebook_can_be_downloaded_from_its_page(site):
    assert len(NAMES) == 10
    assert missing_downloads(site, NAMES) == []


def test_previous_and_next_go_through_the_notebooks_in_order(site):
    assert wrong_neighbours(site, NAMES) == []


def test_no_line_of_a_solution_is_in_the_site(site):
    secrets = {line for *_, line in secret_lines(read_notebooks(REPOSITORY))}
    assert len(secrets) > 50
    assert leaks(site, secrets) == []


def test_pages_with_text_have_a_description(site):
    texts = {}
    for path in filter(lambda path: not leads_on(path), pages(site)):
        metas = page_of(path).of("meta")
        texts[name_of(path, site)] = [meta["content"] for meta in metas if meta.get("name") == "description"]
    without = {name for name, found in texts.items() if not found}
    assert without == {"guides.html", "search.html"}
    found = [text for name in texts.keys() - without for text in texts[name]]
    assert len(found) == len(set(found)) == len(texts) - len(without)
    assert all(30 < len(text) <= 160 for text in found)


def test_another_build_has_the_same_bytes(site, tmp_path):
    sphinx = [REPOSITORY / ".venv-site" / "bin" / "python", "-m", "sphinx", "-q", "-W", "-E", "-b", "html"]
    subprocess.run([sys.executable, "scripts/website.py", tmp_path / "source"], cwd=REPOSITORY, check=True)
    subprocess.run([*sphinx, "-d", tmp_path / "doctrees", tmp_path / "source", tmp_path / "site"], check=True)
    assert differences(site, tmp_path / "site") == []
