"""Pages of the site: the recorded notebooks without their solutions, and links that lead somewhere."""

import copy
import json
from types import SimpleNamespace

import nbformat
import pytest
import site_answers
import site_markdown
import site_terms
import small_course
import website

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.exercises import exercise
from mlp_helpers.services.files import REPOSITORY

NAME = "notebooks/03_layers.ipynb"
PNG = {"image/png": "iVBORw0KGgo="}


@pytest.fixture(scope="module")
def notebooks():
    return read_notebooks(REPOSITORY)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Return the folder of the sources, without solutions."""
    folder = tmp_path_factory.mktemp("site") / "source"
    website.main(folder)
    return folder


def notebook_of(*prose):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in prose])


def test_there_is_a_page_for_each_notebook_and_one_to_download(notebooks, sources):
    for name in notebooks:
        page = nbformat.read(sources / name, as_version=4)
        file = name.removeprefix("notebooks/")
        assert f'href="../{file}" download' in page.cells[0].source
        assert "mlp.todo(" in (sources / "downloads" / file).read_text() or file.startswith(("07", "08", "09"))


def test_former_addresses_lead_to_notebooks_and_are_none(notebooks, sources):
    names = {name.removeprefix("notebooks/").removesuffix(".ipynb") for name in notebooks}
    assert names.isdisjoint(website.MOVED)
    assert names.issuperset(website.MOVED.values())
    for former, now in website.MOVED.items():
        text = (sources / "downloads" / "notebooks" / f"{former}.html").read_text()
        assert text.count(f'"{now}.html"') == 2
        assert f'content="0; url={now}.html"' in text


def test_checks_show_no_results_and_demonstrations_do(sources):
    page = nbformat.read(sources / NAME, as_version=4)
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    checks = [cell for cell in code if cell.source.startswith("check(")]
    assert len(checks) > 7
    assert [cell.source for cell in checks if cell.outputs] == ['check("quiz_layers", quiz_layers)']  # a place
    described = [cell.metadata["mystnb"]["image"]["alt"] for cell in code if "image" in cell.metadata.get("mystnb", {})]
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
        ("[a](nothing.md)", "[a](nothing.md)"),
    ],
)
def test_links(text, expected):
    pages = {"docs/teaching.md", "docs/notation.md", "data/README.md"}
    assert site_markdown.linked(text, "docs/teaching.md", pages) == expected


def test_a_drawing_of_arrows_becomes_a_list():
    text = "Before.\n\n```mermaid\nflowchart TD\n    a --> b\n    c --> b\n    a --> d\n```\n\nAfter.\n"
    assert site_markdown.listed(text) == "Before.\n\n- `a` → `b`, `d`\n- `c` → `b`\n\nAfter.\n"


def test_each_module_of_the_library_has_a_page(sources):
    others = {"__init__", "checks", "cli", "pytest_plugin", "server"}
    flat = {path.stem for path in (REPOSITORY / "mlp_helpers").glob("*.py")} - others
    plots = {f"plots.{path.stem}" for path in (REPOSITORY / "mlp_helpers" / "plots").glob("[a-z]*.py")}
    assert {path.stem for path in (sources / "library").iterdir()} == flat | plots
    index = (sources / "library.md").read_text()
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


class TestAnswers:
    """Places of questions and predictions."""

    QUIZ = ("**1.** One?\n\n- **a** yes\n- **b** no", "**2.** Two?\n\n- **a** yes\n- **b** no")
    QUESTIONS = [{"right": "a", "replies": {"a": "Yes: $1 < 2$ in `x`.", "b": "No?"}}] * 2

    @pytest.fixture
    def quiz(self, monkeypatch):
        """Return the cells of a quiz whose questions are those of this class."""
        monkeypatch.setattr(site_answers, "exercise", lambda name: SimpleNamespace(quiz=self.QUESTIONS))
        answer, check = nbformat.v4.new_code_cell('two = "a a"'), nbformat.v4.new_code_cell('check("two", two)')
        answer.metadata = {"course": {"role": "answer"}, "nbgrader": {"grade_id": "two"}}
        return [*notebook_of("Two questions.", *self.QUIZ).cells, answer, check]

    @pytest.fixture
    def prediction(self):
        """Return the cells of a prediction: the question, the guess, the result and the text that names it."""
        guess = nbformat.v4.new_code_cell('guess_it = None  # "a" or "b"', metadata={"course": {"role": "guess"}})
        printed = nbformat.v4.new_output("stream", text="one\nno guess yet; the result is b\n")
        result = nbformat.v4.new_code_cell('mlp.compare_guess(guess_it, "b")', outputs=[printed])
        before, after = notebook_of("Which?", "It is **b**.").cells
        return [before, guess, result, after]

    def test_a_question_gets_its_place_below_its_options(self, quiz):
        site_answers.place(quiz, copy.deepcopy(quiz))
        place = '\n\n<div class="course-question" data-exercise="two" data-number="{}"></div>'
        sources = [cell.source for cell in quiz[:3]]
        assert sources == ["Two questions.", self.QUIZ[0] + place.format(1), self.QUIZ[1] + place.format(2)]
        assert quiz[4].outputs[0].data["text/html"] == '<div class="course-score" data-exercise="two"></div>'

    def test_questions_with_common_options_get_theirs_below_the_check(self, quiz):
        del quiz[1:3]
        site_answers.place(quiz, copy.deepcopy(quiz))
        assert [number for number in "123" if f'data-number="{number}"' in str(quiz[2].outputs)] == ["1", "2"]

    def test_a_question_without_a_cell(self, quiz):
        del quiz[2]
        with pytest.raises(website.NotAPage, match="two: there must be one cell for each of its 2 questions, or none"):
            site_answers.place(quiz, copy.deepcopy(quiz))

    def test_a_prediction_folds_the_result_and_the_text_that_names_it(self, prediction):
        site_answers.place(prediction, copy.deepcopy(prediction))
        _, guess, result, after = prediction
        (place,) = guess.outputs
        assert place.data["text/html"] == (
            '<div class="course-guess" data-guess="guess_it" data-wanted="&quot;a&quot; or &quot;b&quot;" '
            'data-result="b"></div>'
        )
        assert result.metadata["tags"] == ["hide-cell", "guess_it"]
        assert after.source == ":::::{container} about-guess_it\nIt is **b**.\n:::::"

    def test_a_result_that_was_not_recorded(self, prediction):
        prediction[2].outputs = []
        with pytest.raises(website.NotAPage, match="it must have printed what guess_it is compared with"):
            site_answers.place(prediction, copy.deepcopy(prediction))

    def test_replies_have_their_formulas_and_code_marked(self, quiz, monkeypatch):
        monkeypatch.setattr(site_answers, "names", lambda: ["two"])
        (first, _) = json.loads(site_answers.script().removeprefix("mlp.replies = ").removesuffix(";\n"))["two"]
        assert first["replies"] == {
            "a": r"<strong>✓ right</strong> Question 1, a: Yes: \(1 &lt; 2\) in <code>x</code>.",
            "b": "<strong>✗ not right</strong> Question 1, b: No?",
        }
