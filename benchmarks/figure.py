"""Figure of all measurements, shown in the README."""

import statistics

from epochs import better
from race import better_runs

from mlp_helpers.plots import COLOURS, new_figure

LABELS = {"sheet's loop": "sheet's loop, float64", "scikit-learn": "scikit-learn, training only"}
TICKS = {"samples": (10_000, 30_000, 50_000), "batch size": (16, 64, 256, 1024), "width": (64, 256, 1024)}
LOGARITHMIC = ("width", "batch size")


def draw(results):
    """Return a Figure: contenders on top, the course's time and memory curves below."""
    curves = results["curves"]
    fig, axes = new_figure(3, len(curves), size=(13, 8.5), height_ratios=(1.3, 1, 1))
    grid = axes[0, 0].get_gridspec()
    for ax in axes[0]:
        ax.remove()

    epochs = {LABELS.get(name, name): found[better(found)] for name, found in results["epochs"].items()}
    bars(fig.add_subplot(grid[0, :3]), epochs, "seconds an epoch of the sheet's recipe")
    race = {name.split(",")[0]: better_runs(found)[1] for name, found in results["race"].items()}
    bars(fig.add_subplot(grid[0, 3:]), race, "seconds to a validation error of 2 %")
    for (axis, points), seconds, memory in zip(curves.items(), axes[1], axes[2], strict=True):
        growth(axis, points, seconds, memory)
    axes[1, 0].set_ylabel("seconds an epoch")
    axes[1, 2].legend(loc="upper right")
    axes[2, 0].set_ylabel("memory of its own, MiB")
    return fig


def bars(ax, times, title):
    """Draw the median and the range of each contender's seconds over the rounds, the fastest on top."""
    names = sorted(times, key=lambda name: statistics.median(times[name]))
    for row, name in enumerate(names):
        median, least, most = statistics.median(times[name]), min(times[name]), max(times[name])
        colour = COLOURS[0] if name.startswith("course") else "#b0b0b0"
        ax.barh(name, median, xerr=[[median - least], [most - median]], color=colour, error_kw={"linewidth": 1})
        shown = f"{median:.2f}" if median < 10 else f"{median:.0f}"
        ax.annotate(shown, (most, row), xytext=(5, 0), textcoords="offset points", va="center")
    ax.set_title(title)
    ax.set_xlim(0, 1.1 * max(map(max, times.values())))  # room for the longest bar's label
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")


def growth(axis, points, seconds, memory):
    """Plot the seconds of course and products, and the memory, along one axis."""
    values = [point["value"] for point in points]
    for name, label, marker in (("course", "course", "o"), ("products", "bare products", "s")):
        seconds.plot(values, [statistics.median(point[name]) for point in points], marker=marker, label=label)
    memory.plot(values, [point["bytes"] / 2**20 for point in points], marker="o")
    for ax in (seconds, memory):
        ax.set(xlabel=axis, xscale="log" if axis in LOGARITHMIC else "linear")
        ticks = TICKS.get(axis, values)
        ax.set_xticks(ticks, labels=[f"{tick:,}" for tick in ticks])
    if axis == "width":  # two orders of magnitude
        seconds.set_yscale("log")
        seconds.set_yticks([0.1, 1, 10], labels=["0.1", "1", "10"])
    else:
        seconds.set_ylim(0, 1.2 * max(max(point["course"]) for point in points))
    for ax in (seconds, memory):
        ax.minorticks_off()
    memory.set_ylim(0, 1.2 * max(point["bytes"] for point in points) / 2**20)
    if axis == "threads":
        seconds.set_xlabel("threads (width 1024,\nbatch size 256)")
