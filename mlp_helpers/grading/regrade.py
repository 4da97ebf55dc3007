"""New marks for files that were graded before, held back until a person has seen who gains and who loses."""

from dataclasses import asdict, replace

from mlp_helpers.grading.results import first, result_of, store, stored, succeeding

MAX_LINES = 100  # of students who gain or lose


def holding(known, result):
    """Return a stored `Result` with what came of grading some exercises again beside it, in `held`."""
    new = asdict(result)
    items = {item["name"]: item for item in [*known.held.get("items", ()), *new["items"]]}
    return replace(known, held=new | {"items": list(items.values())})


def accept(out, reason, is_asked):
    """Let what is held back count in a folder of results; `reason` and `is_asked` are as in `results.succeeding`."""
    for known in [result for result in stored(out) if result.held]:
        store(succeeding(known, result_of(known.held), reason, is_asked, True), out)


def changes(results):
    """Return what the marks held back would change: a difference and a line for each student, large losses first."""
    found = []
    for known in results:
        old = {item.name: item.points for item in known.items}
        new = {item["name"]: item["points"] for item in known.held.get("items", ())}
        parts = [f"{name} {old.get(name, 0):g} → {new[name]:g}" for name in new if new[name] != old.get(name)]
        difference = round(sum(points - old.get(name, 0) for name, points in new.items()), 2)
        line = f"  {known.student}: {known.total:g} → {known.total + difference:g} points: {', '.join(parts)}"
        found += [(difference, line)] if parts else []
    return sorted(found)


def in_words(found):
    """Return `changes` as text."""
    lose, gain = sum(difference < 0 for difference, _ in found), sum(difference > 0 for difference, _ in found)
    lines = first([line for _, line in found], MAX_LINES)
    head = f"graded again: {lose} would lose points, {gain} would gain some"
    return "\n".join([head, *lines, "Nothing of it is written yet: the same command with --accept writes it."])
