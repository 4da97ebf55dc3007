"""Pages of the site: the recorded notebooks without their solutions, and links that lead somewhere."""

import copy

import nbformat
import pytest
import site_markdown
import site_terms
import small_course
import website

from mlp_helpers.authoring.lint import normalised, secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.exercises import exercise
from mlp_helpers.files import REPOSITORY

NAME = "notebooks/03_layers.ipynb"
PNG = {"image/png": "iVBORw0KGgo="}


@pytest.fixture(scope="module")
def notebooks():
    return read_notebooks(REPOSITORY)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Return the folders of the sources, without and with solutions."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("students", "instructors"):
        website.main(folder / name, name == "instructors")
    return folder / "students", folder / "instructors"


def notebook_of(*prose):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in prose])


def text_of(folder):
    """Return all text of a folder's files, each line `normalised`; notebooks as they read, not as JSON."""
    found = []
    for path in folder.rglob("*"):
        if path.suffix == ".ipynb":
            found += [str(value) for cell in nbformat.read(path, as_version=4).cells for value in (cell.source, cell)]
        elif path.suffix in (".md", ".py", ".css", ".html", ".json"):
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(normalised(line) for text in found for line in text.splitlines())


@pytest.mark.thorough
def test_no_line_of_a_solution_is_in_the_sources_unless_asked_for(notebooks, sources):
    secrets = {line for *_, line in secret_lines(notebooks)}
    assert len(secrets) > 50
    without, with_them = map(text_of, sources)
    assert [line for line in secrets if line in without] == []
    assert [line for line in secrets if line not in with_them] == []


def test_there_is_a_page_for_each_notebook_and_one_to_download(notebooks, sources):
    for name in notebooks:
        page = nbformat.read(sources[0] / name, as_version=4)
        file = name.removeprefix("notebooks/")
        assert f'href="../{file}" download' in page.cells[0].source
        assert "mlp.todo(" in (sources[0] / "downloads" / file).read_text() or file.startswith(("07", "08", "09"))


def test_former_addresses_lead_to_notebooks_and_are_none(notebooks, sources):
    names = {name.removeprefix("notebooks/").removesuffix(".ipynb") for name in notebooks}
    assert names.isdisjoint(website.MOVED)
    assert names.issuperset(website.MOVED.values())
    for former, now in website.MOVED.items():
        text = (sources[0] / "downloads" / "notebooks" / f"{former}.html").read_text()
        assert text.count(f'"{now}.html"') == 2
        assert f'content="0; url={now}.html"' in text


def test_checks_show_no_results_and_demonstrations_do(sources):
    page = nbformat.read(sources[0] / NAME, as_version=4)
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    checks = [cell for cell in code if cell.source.startswith("check(")]
    assert len(checks) > 7
    assert not any(cell.outputs for cell in checks)
    described = [cell.metadata["mystnb"]["image"]["alt"] for cell in code if "mystnb" in cell.metadata]
    assert len(described) >= 7
    assert all(len(text) > 40 for text in described)


class TestNotebookPage:
    def test_the_source_is_left_as_it_is(self):
        given = small_course.layers()
        before = copy.deepcopy(given)
        website.notebook_page(NAME, given)
        assert given == before

    def test_solutions_are_folded_in(self):
        page = website.notebook_page(NAME, small_course.layers(), with_solutions=True)
        assert small_course.FLATTEN in small_course.cell_of(page, "flatten").source
        assert "hide-cell" in small_course.cell_of(page, "flatten").metadata["tags"]
        assert small_course.FLATTEN not in small_course.cell_of(
            website.notebook_page(NAME, small_course.layers()), "flatten"
        )

    def test_what_was_guessed_is_folded(self):
        given = small_course.layers()
        small_course.cell_of(given, "shown").source = "mlp.compare_guess(guess, 3)"
        page = website.notebook_page(NAME, given)
        assert small_course.cell_of(page, "shown").metadata["tags"] == ["hide-output"]

    def test_a_cell_that_was_never_recorded(self):
        given = small_course.layers()
        small_course.cell_of(given, "try").execution_count = None
        with pytest.raises(website.NotAPage, match=f"{NAME}, cell try: it was never recorded"):
            website.notebook_page(NAME, given)

    def test_a_figure_without_a_description(self):
        given = small_course.layers()
        small_course.cell_of(given, "try").outputs = [nbformat.v4.new_output("display_data", PNG)]
        with pytest.raises(website.NotAPage, match=f"{NAME}, cell try: a figure has no description"):
            website.notebook_page(NAME, given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](notation.md)", "[a](notation.md)"),
        ("[a](notation.md#The-Symbols)", "[a](notation.md#the-symbols)"),
        ("[a](#Three-sets)", "[a](#three-sets)"),
        ("[a](../CITATION.cff) and [b](../data/README.md)", "a and [b](../data/README.md)"),
        ("[a](https://example.org/x.md)", "[a](https://example.org/x.md)"),
        ("![a](speed.png)", "![a](speed.png)"),
        ("[`code` [x]](exam.md)", "`code` [x]"),
    ],
)
def test_links(text, expected):
    pages = {"docs/teaching.md": {"three-sets"}, "docs/notation.md": {"the-symbols"}, "data/README.md": set()}
    assert site_markdown.linked(text, "docs/teaching.md", pages) == expected


@pytest.mark.parametrize(
    ("link", "missing"), [("nothing.md", "file docs/nothing.md"), ("#Nothing", "heading nothing in docs/teaching.md")]
)
def test_a_link_that_leads_nowhere(link, missing):
    with pytest.raises(site_markdown.NotAPage, match=rf"^docs/teaching\.md, cell goals: there is no {missing}$"):
        site_markdown.linked(f"[a]({link})", "docs/teaching.md", {"docs/teaching.md": set()}, ", cell goals")


def test_a_drawing_of_arrows_becomes_a_list():
    text = "Before.\n\n```mermaid\nflowchart TD\n    a --> b\n    c --> b\n    a --> d\n```\n\nAfter.\n"
    assert site_markdown.listed(text) == "Before.\n\n- `a` → `b`, `d`\n- `c` → `b`\n\nAfter.\n"


def test_each_module_of_the_library_has_a_page(sources):
    others = {
        "__init__",
        "console",
        "figure_data",
        "files",
        "machine",
        "threads",
        "validation",
    }  # services
    others |= {"checks", "cli", "pytest_plugin", "server"}  # doors
    flat = {path.stem for path in (REPOSITORY / "mlp_helpers").glob("*.py")} - others
    plots = {f"plots.{path.stem}" for path in (REPOSITORY / "mlp_helpers" / "plots").glob("[a-z]*.py")}
    assert {path.stem for path in (sources[0] / "library").iterdir()} == flat | plots
    index = (sources[0] / "library.md").read_text()
    assert all(f"\nlibrary/{module}\n" in index for module in flat | plots)


def test_pages_with_answers_are_for_instructors_alone(notebooks):
    assert not set(website.WITH_ANSWERS) & website.page_texts(notebooks, with_solutions=False, book=False).keys()
    assert not set(website.WITH_ANSWERS) & website.page_texts(notebooks, with_solutions=True, book=True).keys()
    texts = website.page_texts(notebooks, with_solutions=True, book=False)
    assert exercise("flatten").key.mistakes[0].hint in texts["docs/misconceptions.md"]
    assert texts["docs/exam.md"]


def test_the_book_has_the_notebooks_and_no_guides(tmp_path):
    website.main(tmp_path / "book", book=True)
    texts = {path.relative_to(tmp_path / "book").as_posix() for path in (tmp_path / "book").rglob("*.md")}
    assert texts == {"book.md", "docs/terms.md", *website.BOOK}
    assert len(list((tmp_path / "book" / "notebooks").iterdir())) == 10


class TestTerms:
    def test_by_hand(self):
        given = {
            "notebooks/01_a.ipynb": notebook_of("# A\n\nA **small step** and a **`name`**.", "## B, `c`\n\n**Batch**es")
        }
        given["notebooks/02_b.ipynb"] = notebook_of(
            "# D\n\n**You will** see a **small\nstep**, by **Adam**.\n\n**Predict.**"
        )
        first, second, third = site_terms.terms_page(given).splitlines()[4:]
        assert first == "- **Adam**: 02, [D](../notebooks/02_b.ipynb#d)"
        assert second == "- **batch**: 01, [B, c](../notebooks/01_a.ipynb#b-c)"
        assert third == "- **small step**: 01, [A](../notebooks/01_a.ipynb#a)"

    def test_of_the_course(self, notebooks):
        found = site_terms.terms(notebooks)
        assert found["vanishing gradients"][0] == "notebooks/03_layers.ipynb"
        assert found["softplus"] < found["TPE"]
        assert 50 < len(found) < 120
        assert {"weight decay", "L2 regularisation", "He", "Glorot"} < found.keys()
        assert all(len(term) < 30 for term in found)


def test_the_page_on_installing_is_the_readmes(sources):
    text = (sources[0] / "docs" / "install.md").read_text()
    assert text.startswith("# Install the course\n")
    assert "mlp-course start" in text
    assert "](jupyterhub.md)" in text
