"""Questions and predictions on the pages: the replies and results of the notebooks, by hand and by keyboard."""

import pytest
import site_in_browser as browser
from playwright.sync_api import expect

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.checks import check, compare_guess
from mlp_helpers.course import cells
from mlp_helpers.exercises import exercise, names
from mlp_helpers.services.files import REPOSITORY

QUIZZES = [name for name in names() if exercise(name).quiz]
NOTEBOOKS = read_notebooks(REPOSITORY)
GUESSES = {
    cells.guess_name(cell): path
    for path, notebook in NOTEBOOKS.items()
    for cell in notebook.cells
    if cells.guess_name(cell)
}
# The text of an element with its formulas and its code as they were written.
WRITTEN = """element => {
  for (const {math, typesetRoot} of MathJax.startup.document.math)
    if (element.contains(typesetRoot)) typesetRoot.replaceWith("$" + math + "$");
  for (const code of element.querySelectorAll("code")) code.replaceWith("`" + code.textContent + "`");
  return element.textContent;
}"""


def page_of(path):
    return path.replace(".ipynb", ".html")


def notebook_of(name):
    """Return the path of the notebook with an exercise."""
    return next(
        path
        for path, notebook in NOTEBOOKS.items()
        if name in (cells.answer_name(cell) for cell in notebook.cells if cells.is_answer(cell))
    )


@pytest.fixture
def visitor(chromium, site):
    """Open a window in front of the folder; fail if anything complains."""
    with browser.undisturbed(chromium, browser.address_of(site)) as visitor:
        yield visitor


def opened(visitor, path):
    """Open a notebook's page; wait until its places are filled."""
    page = visitor.open(page_of(path))
    page.locator(".course-kept").wait_for()
    return page


def buttons_of(page, name, number):
    """Return the locators of a question's place and of its buttons."""
    selector = f".course-question[data-exercise={name}][data-number='{number}']"
    place = page.locator(selector)
    own = place.get_by_role("button")
    return place, own if own.count() else page.locator(f"ul:has(+ {selector}) button")


def said_by_check(capsys, name, number, letter):
    """Return verdict and reply of `check` to a letter, if all other letters are right."""
    letters = [question["right"] for question in exercise(name).quiz]
    is_right = letter == letters[number - 1]
    letters[number - 1] = letter
    check(name, " ".join(letters))
    _, *replies = capsys.readouterr().out.strip().splitlines()
    return f"✓ right {replies[number - 1]}" if is_right else f"✗ not right {replies[0]}"


@pytest.mark.parametrize("name", QUIZZES)
def test_each_letter_gets_the_reply_of_the_check(name, visitor, capsys):
    page = opened(visitor, notebook_of(name))
    questions = exercise(name).quiz
    assert page.locator(f".course-question[data-exercise={name}]").count() == len(questions)
    for number, question in enumerate(questions, start=1):
        place, buttons = buttons_of(page, name, number)
        assert buttons.all_inner_texts() == list(question["replies"])
        for i, letter in enumerate(question["replies"]):
            buttons.nth(i).click()
            said = place.get_by_role("status")
            expect(said).not_to_contain_text("\\(")  # typeset
            assert said.evaluate(WRITTEN) == said_by_check(capsys, name, number, letter)
            assert place.get_attribute("data-state") == ("right" if letter == question["right"] else "wrong")
            expect(buttons.nth(i)).to_have_attribute("aria-pressed", "true")
    score = page.locator(f".course-score[data-exercise={name}]")
    n_right = sum(question["right"] == list(question["replies"])[-1] for question in questions)
    expect(score).to_have_text(f"{n_right} of {len(questions)} are right.")


def test_there_are_questions_and_predictions_to_try():
    assert sum(len(exercise(name).quiz) for name in QUIZZES) > 40
    assert len(GUESSES) > 25


def result_in(notebook, name):
    """Return the recorded result that a guess is compared with."""
    printed = next(
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code" and f"compare_guess({name}," in cell.source
    )
    return printed.partition("no guess yet; the result is ")[2].splitlines()[0]


@pytest.mark.parametrize("path", sorted(set(GUESSES.values())))
def test_a_result_is_folded_until_a_guess_is_typed(path, visitor):
    page = opened(visitor, path)
    for name in (name for name in GUESSES if GUESSES[name] == path):
        form = page.locator(f"[data-guess={name}]")
        folded = page.locator(f".tag_{name} details")
        notes = page.locator(f".about-{name.replace('_', '-')}").all()
        expect(folded).not_to_have_attribute("open", "")
        expect(folded.locator(".cell_input")).to_be_hidden()
        assert notes
        for note in notes:
            expect(note).to_be_hidden()
        result = result_in(NOTEBOOKS[path], name)
        form.get_by_label("Your guess").fill(result)
        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_have_text(f"your guess is {result}, the result is {result}")
        expect(folded.locator(".cell_output")).to_contain_text(f"your guess is {result}, the result is {result}")
        for note in notes:
            expect(note).to_be_visible()


@pytest.mark.parametrize(
    ("name", "guesses"),
    [
        ("guess_depth", ["C, a b", "cab"]),
        ("guess_train_error", ["0.123456", "1e-7", "0.0001", "99995", "9999.5", "0", " 12 ", "-5"]),
    ],
)
def test_a_guess_is_read_as_in_a_notebook(name, guesses, visitor, capsys):
    page = opened(visitor, GUESSES[name])
    form = page.locator(f"[data-guess={name}]")
    result = form.get_attribute("data-result")
    for typed in guesses:
        form.get_by_label("Your guess").fill(typed)
        form.get_by_role("button").click()
        compare_guess(typed, result if result[0].isalpha() else float(result))
        expect(form.get_by_role("status")).to_have_text(capsys.readouterr().out.strip())


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("guess_train_error", "a lot", "A guess is a number between 0 and 1, and not “a lot”."),
        ("guess_train_error", "", "A guess is a number between 0 and 1."),
        ("guess_depth", "1 2", 'A guess is an order, such as "a c b", and not “1 2”.'),
    ],
)
def test_what_is_no_guess_opens_nothing(name, typed, said, visitor):
    page = opened(visitor, GUESSES[name])
    form = page.locator(f"[data-guess={name}]")
    form.get_by_label("Your guess").fill(typed)
    form.get_by_role("button").click()
    expect(form.get_by_role("status")).to_have_text(said)
    expect(page.locator(f".tag_{name} details")).not_to_have_attribute("open", "")


def test_by_keyboard_alone(visitor):
    page = opened(visitor, "notebooks/01_one_neuron.ipynb")
    page.locator("#one-weight a.headerlink").first.focus()  # a link to the section has led here
    browser.tab_to(page, ".course-guess input")
    page.keyboard.type("b")
    page.keyboard.press("Enter")
    expect(page.locator(".tag_guess_rate details")).to_have_attribute("open", "")
    place, buttons = buttons_of(page, "quiz_neuron", 1)
    buttons.first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(place).to_have_attribute("data-state", "wrong")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(place).to_have_attribute("data-state", "right")
    expect(buttons.nth(2)).to_be_focused()
    assert page.locator(":focus").evaluate("button => button.labels.length") == 0
    expect(page.get_by_role("button", name="d 12", exact=True)).to_have_count(1)  # named by letter and option


class TestKeeping:
    def answer(self, page):
        buttons_of(page, "quiz_neuron", 1)[1].nth(0).click()
        page.get_by_label("Your guess").fill("a")
        page.keyboard.press("Enter")

    def expect_shown(self, page, state, is_open):
        """Wait for what the page shows of an answer and a guess."""
        place, _ = buttons_of(page, "quiz_neuron", 1)
        expect(place).to_have_attribute("data-state", state)
        expect(page.locator(".tag_guess_rate details")).to_have_js_property("open", is_open)

    def expect_kept(self, page, state, is_open):
        """Wait until another window shows it too: Chromium may lose what a page keeps that is left at once."""
        self.expect_shown(page, state, is_open)
        with page.context.new_page() as other:
            other.goto(page.url)
            self.expect_shown(other, state, is_open)

    def test_answers_last_until_they_are_cleared(self, visitor):
        path = "notebooks/01_one_neuron.ipynb"
        page = opened(visitor, path)
        self.answer(page)
        self.expect_kept(page, "wrong", True)
        page = opened(visitor, path)
        self.expect_shown(page, "wrong", True)
        page.get_by_role("button", name="Clear this page").click()
        self.expect_kept(page, "", False)
        expect(page.locator(".tag_guess_rate pre").last).to_contain_text("no guess yet; the result is b")
        self.expect_shown(opened(visitor, path), "", False)

    @pytest.mark.parametrize(("button", "left"), [("Clear this page", True), ("Clear all pages", False)])
    def test_answers_of_other_pages(self, button, left, visitor):
        page = opened(visitor, "notebooks/01_one_neuron.ipynb")
        self.answer(page)
        self.expect_kept(page, "wrong", True)
        with page.context.new_page() as other:
            other.goto(page.url.replace("01_one_neuron", "02_data_loading"))
            other.get_by_role("button", name=button).click()
            assert ("guess_rate" in other.evaluate("localStorage.getItem('mlp-course answers')")) is left
            self.expect_kept(page, *(("wrong", True) if left else ("", False)))

    def test_two_windows_show_the_same(self, visitor):
        page = opened(visitor, "notebooks/01_one_neuron.ipynb")
        with page.context.new_page() as other:
            other.goto(page.url)
            other.locator(".course-kept").wait_for()
            other.get_by_label("Your guess").fill("half a guess")
            buttons_of(page, "quiz_neuron", 1)[1].nth(0).click()
            self.expect_shown(other, "wrong", False)
            expect(other.get_by_label("Your guess")).to_have_value("half a guess")
            other.get_by_role("button", name="Clear all pages").click()
            self.expect_shown(page, "", False)

    @pytest.mark.parametrize("damaged", ["5", "no JSON", "null", '{"quiz_neuron 1": "z", "guess_rate": 7}'])
    def test_a_damaged_memory_does_no_harm(self, damaged, visitor):
        visitor.page.add_init_script(f"localStorage.setItem('mlp-course answers', {damaged!r})")
        page = opened(visitor, "notebooks/01_one_neuron.ipynb")
        self.answer(page)
        self.expect_shown(page, "wrong", True)

    def test_a_browser_that_keeps_nothing(self, visitor):
        refusing = "{const own = Storage.prototype.NAME; Storage.prototype.NAME = function (key, ...rest) {"
        refusing += "if (key.startsWith('mlp-course')) throw new Error(); return own.call(this, key, ...rest)}}"
        for name in ("getItem", "setItem"):  # only for the course: the theme needs them
            visitor.page.add_init_script(refusing.replace("NAME", name))
        page = opened(visitor, "notebooks/01_one_neuron.ipynb")
        self.answer(page)
        self.expect_shown(page, "wrong", True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [browser.PHONE, browser.DESK])
def test_axe_finds_nothing_on_an_answered_page(width, scheme, chromium, server):
    with browser.undisturbed(chromium, server, width=width, scheme=scheme) as visitor:
        page = opened(visitor, "notebooks/04_gradient_checking.ipynb")
        for name in ("faults_layers", "quiz_gradients"):
            for number in (1, 2):
                place, buttons = buttons_of(page, name, number)
                buttons.nth(number).click()
                expect(place).not_to_have_attribute("data-state", "")
        for field in page.get_by_label("Your guess").all():
            field.fill("a")
            field.press("Enter")
        # What is unfolded fades in, and is pale until it has.
        page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => null)")
        assert browser.overflow(page) == []
        assert browser.faults(page) == []


def test_a_page_is_printed_unfolded(visitor):
    page = opened(visitor, "notebooks/01_one_neuron.ipynb")
    count = "document.querySelectorAll('details.hide[open]').length"
    page.evaluate(f"addEventListener('beforeprint', () => {{printed = {count}}})")
    page.pdf()
    assert page.evaluate("printed") == page.locator("details.hide").count() > 0
    assert page.evaluate(count) == 0
