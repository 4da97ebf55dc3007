"""Analytics page for the instructor: the class's results, common mistakes, and findings for a person to review."""

import base64
import io
import re
from collections import Counter, namedtuple
from statistics import median

import numpy as np
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.ticker import PercentFormatter

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG
from mlp_helpers.grading.reports.pages import automatic
from mlp_helpers.grading.reports.sanitize import PAGES
from mlp_helpers.grading.results import STOPPED
from mlp_helpers.plots import COLOURS, new_figure

# Colours of bars and of the numbers on them, in the order of the bars. Two are Okabe and Ito's, two are greys: they
# differ in lightness, too, so that nothing depends on colour alone.
SHADES = {
    RIGHT: (COLOURS[0], "white"),
    PARTLY: (COLOURS[1], "black"),
    WRONG: (COLOURS[4], "black"),
    STOPPED: ("#444444", "white"),
    UNANSWERED: ("#cccccc", "black"),
}
N_BINS = 10
MANY_TIMES, MIN_SECONDS = 20, 10  # of a slow submission: times the median of the class, and at least
MIN_SUBMISSIONS = 10  # for a median
STEP = re.compile(r"`(\w+)`: (?=[✗◐–] )")  # what begins the verdict on a step, in a hint


# Results of the class in an `Exercise`: numbers of students by state, in the order of `SHADES`, and the median and
# maximum of the answers' run times, each None if there are no answers.
Success = namedtuple("Success", "item counts seconds")
# A known mistake in an exercise or step, identified by its hint, and the number of students who made it.
CommonMistake = namedtuple("CommonMistake", "exercise hint count")
Picture = namedtuple("Picture", "address alt")  # a figure as a data URL, and its alternative text


def analytics_page(results, exercises, similar=(), findings=None):
    """Return the analytics page of a class, as HTML.

    Parameters
    ----------
    results : list of Result
        In any order.
    exercises : list of Exercise
    similar : iterable of Pair, optional
        Pairs of students whose answers are alike.
    findings : dict from str to list of str, optional
        Flags in addition to those of the results, by student.
    """
    results = sorted(results, key=lambda result: result.student)
    graded = [result for result in results if not result.refused]
    successes = success(graded, exercises)
    possible = sum(item.points for item in exercises if not item.is_open)
    counted = [one for one in successes if one.item.points]
    flagged = {result.student: [*result.flags, *(findings or {}).get(result.student, ())] for result in results}
    return PAGES.get_template("analytics.html").render(
        results=results,
        graded=graded,
        refused={result.student: [result.refused] for result in results if result.refused},
        flagged={student: flags for student, flags in flagged.items() if flags},
        n_unprotected=sum(not result.isolated for result in graded),
        scores=picture(*_distribution([result.total for result in graded], possible)) if graded else None,
        bars=picture(*_bars(counted, len(graded))) if graded and counted else None,
        successes=counted,
        practice=[one for one in successes if not one.item.points],
        states=list(SHADES),
        mistakes=mistakes(graded, exercises),
        pairs=sorted(similar, key=lambda pair: (-pair.score, pair.students)),
    )


def success(graded, exercises):
    """Return a `Success` for each automatic exercise, in the order of the course."""
    marks = [automatic(result, exercises) for result in graded]
    found = []
    for item in exercises:
        if not item.is_open:
            own = [marked[item.name] for marked in marks]
            seconds = [marked.seconds for marked in own if marked.state != UNANSWERED]
            counts = {state: sum(marked.state == state for marked in own) for state in SHADES}
            found.append(Success(item, counts, (median(seconds), max(seconds)) if seconds else (None, None)))
    return found


def slow(results):
    """Return a flag for each submission that took many times as long as most, a dict from student to list of str."""
    seconds = {
        result.student: sum(item.seconds for item in result.items if item.name not in result.networks)
        for result in results
    }
    usual = median([taken for taken in seconds.values() if taken] or [0.0])
    if sum(taken > 0 for taken in seconds.values()) < MIN_SUBMISSIONS:
        return {}
    return {
        student: [f"its answers and checks took {taken:.0f} s, {taken / usual:.0f} times the median of the class"]
        for student, taken in seconds.items()
        if taken >= max(MIN_SECONDS, MANY_TIMES * usual)
    }


def mistakes(graded, exercises):
    """Return the recognised mistakes, a list of `CommonMistake`, the most common first."""
    order = {item.name: position for position, item in enumerate(exercises)}
    marks = [marked for result in graded for marked in result.items]
    hints = Counter((order.get(marked.name, len(order)), *said) for marked in marks for said in _hints(marked))
    found = sorted(hints.items(), key=lambda one: (-one[1], one[0][0], one[0][2]))
    return [CommonMistake(name, hint, count) for (_, name, hint), count in found]


def _hints(marked):
    """Yield (exercise, hint), or (step, hint) for each step that got one."""
    whole, *steps = STEP.split(marked.hint)
    if whole:
        yield marked.name, whole
    for step, verdict in zip(steps[::2], steps[1::2], strict=True):
        if hint := verdict.partition(": ")[2].strip():
            yield step, hint


def _distribution(totals, possible):
    """Return a histogram of the points, and its alternative text."""
    fig, ax = new_figure(size=(5.2, 2.6))
    edges = np.linspace(0, max(possible, *totals, 1), N_BINS + 1)
    ax.hist(totals, edges, color=COLOURS[0], edgecolor="white")
    ax.set(xlabel=f"points of the automatic exercises, of {possible:g}", ylabel="students", xlim=(0, edges[-1]))
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.grid(False, axis="x")
    people = "1 student" if len(totals) == 1 else f"{len(totals)} students"
    spread = f"from {min(totals):g} to {max(totals):g}, median {median(totals):g}"
    return fig, f"Histogram of the points of {people}: {spread}, of {possible:g} possible."


def _bars(successes, n_students):
    """Return a figure with a bar per exercise, divided by state, and its alternative text."""
    fig, ax = new_figure(size=(5.2, 0.9 + 0.27 * len(successes)))
    names, left = [one.item.name for one in successes], np.zeros(len(successes))
    for state, (colour, ink) in SHADES.items():
        counts = np.array([one.counts[state] for one in successes])
        bars = ax.barh(names, counts, left=left, color=colour, edgecolor="white", label=state, height=0.8)
        texts = [str(count) if count >= n_students / 25 else "" for count in counts]  # where there is room
        ax.bar_label(bars, texts, label_type="center", color=ink, fontsize=8)
        left += counts
    ax.set(xlabel="share of the students", xlim=(0, n_students), ylim=(len(successes) - 0.5, -0.5))
    ax.set_xticks(np.linspace(0, n_students, 5))
    ax.xaxis.set_major_formatter(PercentFormatter(n_students, symbol=" %"))
    ax.grid(False)
    fig.legend(loc="outside upper center", ncols=2, fontsize=9)
    hardest = min(successes, key=lambda one: one.counts[RIGHT])
    fewest = f"Fewest have {hardest.item.name} right: {hardest.counts[RIGHT]} of {n_students}."
    return fig, f"A bar for each exercise, divided by how students did. {fewest} The table below has the numbers."


def picture(fig, alt):
    """Return a figure as a `Picture`; equal figures give equal bytes."""
    drawn = io.BytesIO()
    with rc_context({"svg.hashsalt": "analytics"}):
        fig.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    encoded = base64.b64encode(drawn.getvalue()).decode()
    return Picture(Markup("data:image/svg+xml;base64,{}").format(encoded), alt)
