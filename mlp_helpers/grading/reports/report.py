"""Reports on results: tables, pages, and the summary of a grading run."""

import json
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from mlp_helpers.authoring.lint import secret_lines
from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.course.cells import answer_name, answers, digest, exercises
from mlp_helpers.grading.project import TASKS, Exam
from mlp_helpers.grading.reports.analytics import analytics_page, slow
from mlp_helpers.grading.reports.gradebook import gradebook_csv, rows
from mlp_helpers.grading.reports.leaderboard import findings, leaderboard, leaderboard_csv, leaderboard_page
from mlp_helpers.grading.reports.manual import bound, holding, load_manual, merged, store_manual
from mlp_helpers.grading.reports.network_feedback import network_feedback
from mlp_helpers.grading.reports.pages import feedback_page, manual_pages
from mlp_helpers.grading.reports.people import read_people
from mlp_helpers.grading.reports.policy import NO_RECEIPT, Policy, read_policy
from mlp_helpers.grading.reports.similarity import similar
from mlp_helpers.grading.results import MAX_NAMES, file_name, first, first_flags, kept_aside, result_file
from mlp_helpers.services.files import replacing

MAX_LINES, MAX_SHOWN = 20, 3  # of a list in the summary; flags of a student in it
MIN_ALIKE_STUDENTS = 10  # who have the same flag, and are most of the class: it is said once
GONE = "no submission any more: the marks of the earlier one stay, until `mlp-course grade forget` takes them out"
RUN = "run.json"  # in the folder of results: the seed, for later runs


@dataclass(frozen=True)
class ReportOptions:
    """Options of the reports.

    Attributes
    ----------
    roster : dict from str to Person, or None
    policy : Policy
        For late work.
    ids_on_board : bool
        Whether students without a pseudonym stand on the board with their id, in place of a name drawn for them.
    """

    roster: dict | None = field(default=None)
    policy: Policy = field(default_factory=Policy)
    ids_on_board: bool = False

    @classmethod
    def read(cls, roster, policy, ids_on_board=False):
        """Return the options, with roster and policy read from files; raise ValueError if one of them is invalid."""
        if policy and not roster:
            raise ValueError("--policy must come with --roster, which says whose work may be late")
        students = {person.id: person for person in read_people(roster, "id")} if roster else None
        return cls(students, read_policy(policy, students) if policy else Policy(), ids_on_board)


def new_seed():
    """Return a seed that students cannot predict."""
    return secrets.randbelow(2**31)


def seed_of(out, seed=None):
    """Return the seed of a grading run, by default that of the earlier run, and store it."""
    known = stored_seed(out) if seed is None else seed
    seed = new_seed() if known is None else known
    with replacing(Path(out) / RUN) as temporary:
        temporary.write_text(json.dumps({"seed": seed}) + "\n", encoding="utf-8")
    return seed


def stored_seed(out):
    """Return the seed of the grading run in a folder of results, None if its file is missing or damaged."""
    try:
        return int(json.loads((Path(out) / RUN).read_text(encoding="utf-8"))["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(results, plan, out, options, manual=None):
    """Write all tables and pages; return a summary, as text.

    Parameters
    ----------
    results : list of Result
    plan : GradingPlan
    out : path
        The folder of results.
    options : ReportOptions
    manual : dict from str to dict from str to ManualMark, optional
        New marks of open answers, by student and exercise, as `read_manual` returns them.

    Raises
    ------
    BadTable
        The stored marks are damaged. Nothing was written.
    """
    out, source = Path(out), read_notebooks(plan.root)
    course_exercises = exercises(source)
    stored = load_manual(out)
    if manual is not None:
        stored = merged(stored, bound(manual, results))
        store_manual(stored, out)
    marks = holding(stored, results)
    # The marks of a student whose submission was removed are stored still.
    outdated = [
        f"{student}: {item}"
        for student in sorted(marks)
        for item in sorted(stored.get(student, {}).keys() - marks[student].keys())
    ]
    odd = findings(results)
    for student, flags in (*slow(results).items(), *_of_files(results, out), *_of_marks(results, marks)):
        odd[student] += flags
    table = rows(results, course_exercises, options.roster, marks, options.policy, odd)
    alike = similar(
        {result.student: _answers(result) for result in results},
        {answer_name(cell): cell.source for _, cell in answers(source)},
    )
    lines = tuple(line for _, _, line in secret_lines(source))
    files = {
        "gradebook.csv": gradebook_csv(table, course_exercises),
        "analytics.html": analytics_page(results, course_exercises, alike, odd),
    }
    files |= manual_pages(results, course_exercises, marks)
    of_student = {row.student: row for row in table}
    board, networks = _networks(results, course_exercises, plan, options)
    files |= board
    for result in results:
        own, row = marks.get(result.student), of_student[result.student]
        page = feedback_page(result, course_exercises, own, lines, row, networks[result.student])
        files[f"feedback/{file_name(result.student)}.html"] = page
    for name, text in files.items():
        (out / name).parent.mkdir(exist_ok=True)
        with replacing(out / name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    for old in {path for path in out.glob("manual-*.html") if path.name not in files}:
        old.unlink()
    shown = ["gradebook.csv", "analytics.html", "feedback", *(name for name in board if name.endswith(".html"))]
    summary = _summary(results, table, alike, outdated, out)
    return "\n".join([*summary, ", ".join(str(out / name) for name in shown)])


def forget(out, student):
    """Remove all that is stored of a student, but in the class's tables and pages; return the names of the files.

    Raises
    ------
    ValueError
        Nothing is stored.
    """
    out, marks = Path(out), load_manual(out)
    result = result_file(out, student)
    kept = [result.with_name(name) for name in kept_aside(out).get(result.name, [])]
    found = [path for path in (result, *kept, out / "feedback" / f"{file_name(student)}.html") if path.exists()]
    if not found and student not in marks:
        raise ValueError(f"student must be one with a result in {out}, got {student!r}")
    if student in marks:
        store_manual({name: own for name, own in marks.items() if name != student}, out)
    for path in found:
        path.unlink()
    return [str(path.relative_to(out)) for path in found]


def _of_files(results, out):
    """Yield students, with what is odd about the files of their results, a list of str."""
    kept = kept_aside(out)
    for result in results:
        own = kept.get(result_file(out, result.student).name, [])
        unread = [f"a result that could not be read is kept as {name}" for name in own]
        yield result.student, [*([GONE] if result.gone else []), *unread]


def _of_marks(results, marks):
    """Yield students whom a person gave a mark for what they did not answer, and a list of a str that says so."""
    for result in results:
        if unanswered := [item for item in marks.get(result.student, {}) if item not in result.open_answers]:
            yield result.student, [f"marked without an answer: {', '.join(unanswered)}"]


def _networks(results, course_exercises, plan, options):
    """Return the files of the boards, and each student's `NetworkFeedback` by exercise; empty without networks."""
    given = {student.id: student.pseudonym for student in (options.roster or {}).values()}
    drawn = {} if options.ids_on_board else {one.student: _drawn(one.student, plan.seed) for one in results}
    names = drawn | {student: name for student, name in given.items() if name}
    boards, found = {}, defaultdict(dict)
    for item in course_exercises:
        own = {result.student: result.networks[item.name] for result in results if item.name in result.networks}
        if own:
            exam = Exam(TASKS[item.name], plan.seed, Path(plan.root, "data"))
            boards[item.name] = leaderboard(results, item.name, exam.labels, names)
            for standing in boards[item.name]:
                feedback = network_feedback(own[standing.student], standing, len(own), exam)
                found[standing.student][item.name] = feedback
    files = {"leaderboard.html": leaderboard_page(boards), "leaderboard.csv": leaderboard_csv(boards)}
    return files if boards else {}, found


def _drawn(student, seed):
    """Return a name for the board from which nobody who lacks the seed can tell the student."""
    return f"network {digest(f'{seed} {student}')[:6]}"


def _answers(result):
    """Return a student's answer to each exercise, open ones included."""
    written = {item.name: item.answer for item in result.items if item.answer}
    return written | {name: answer["source"] for name, answer in result.open_answers.items()}


def _flagged(graded):
    """Return a line for each flag that most students have, and one for each student with others."""
    counts = Counter(flag for row in graded for flag in set(row.flags) - {NO_RECEIPT})
    common = [flag for flag, n in counts.items() if n >= MIN_ALIKE_STUDENTS and n > len(graded) / 2]
    lines = [f"{counts[flag]} of {len(graded)} students: {flag}" for flag in sorted(common)]
    own = {row.student: [flag for flag in row.flags if flag not in (NO_RECEIPT, *common)] for row in graded}
    return lines + [_with_flags(student, flags) for student, flags in own.items() if flags]


def _with_flags(student, flags):
    """Return a line with a student's first flags, and how many more there are."""
    return f"{student}: {'; '.join(first_flags(flags, MAX_SHOWN))}"


def _spread(points):
    return f"from {min(points):g} to {max(points):g}, median {median(points):g}"


def _summary(results, table, alike, outdated, out):
    """Yield the lines of the summary."""
    graded = [result for result in results if not result.refused]
    totals = [result.total for result in graded]
    if totals:
        yield f"{len(graded)} graded: automatic points {_spread(totals)}"
        students = {result.student for result in graded}
        with_marks = _spread([row.total for row in table if row.student in students])
        if with_marks != _spread(totals):
            yield f"totals, with a person's marks: {with_marks}"
    refused = [_with_flags(row.student, row.flags[:1]) for row in table if not row.for_upload and row.flags]
    pairs = [f"{' and '.join(pair.students)}: {', '.join(pair.items)}" for pair in alike]
    for title, lines, place in [
        ("refused or missing", refused, "gradebook.csv"),
        ("flags", _flagged([row for row in table if row.for_upload]), "gradebook.csv"),
        ("answers alike beyond chance", pairs, "analytics.html"),
        ("answered anew since a person marked it", outdated, "manual.html"),
    ]:
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in first(lines, MAX_LINES, f", in {out / place}"))
    without = [row.student for row in table if NO_RECEIPT in row.flags]
    if without:
        yield f"{NO_RECEIPT}: {', '.join(first(without, MAX_NAMES))}"
    if n_waiting := sum(len(row.waiting) for row in table):
        yield f"answers that wait for a person's mark, in {out / 'manual.html'}: {n_waiting}"
    if any(not result.isolated for result in graded):
        yield "graded WITHOUT a sandbox: results can be forged, and this machine may have been harmed"
