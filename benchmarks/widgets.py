"""Time the widgets in JupyterLab and Chromium: `make bench-widgets`.

Prints for each figure the median, the 90th percentile, the worst value and the goal. Latencies are measured in the
page, from the event to the animation frame that shows the response. Run it on an idle machine.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from mlp_helpers.services.files import replacing

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_in_browser import Notebook, browsing, page_in, serving

PLAYGROUND = """import gc, time
import ipywidgets, psutil
from mlp_helpers.widgets.trainer import Trainer
config = MLPConfig(hidden=(80, 70), batch_size=50, epochs=100_000)
data = (X, y, X_valid, y_valid)
pg = playground(config, *data)"""
COMPARISON = """label = ipywidgets.Label("waiting")
labelled = Trainer(config, data, lambda: setattr(label, "value", f"epoch {labelled.position:.3f}"))
trainers = {"playground": pg._trainer, "label": labelled, "no page": Trainer(config, data, lambda: None)}

def rate(name, seconds):
    # Samples a second of one trainer; the others wait.
    trainer = trainers[name]
    trainer.train()
    time.sleep(0.5)
    start, at = time.perf_counter(), trainer.position
    time.sleep(seconds)
    reached = (trainer.position - at) * len(X) / (time.perf_counter() - start)
    trainer.pause()
    while trainer.state != "paused":
        time.sleep(0.01)
    return reached

look, stops = pg._trainer._watch, []
def noting():
    stops.append((time.time(), pg._trainer.state))
    look()
pg._trainer._watch = noting
label"""
PAPER = """network = MLPConfig().build()
paper = draw_digit(network, X_test, y_test)"""
SMALL = """import gc, time, psutil
few = (X[:2000], y[:2000], X_valid[:500], y_valid[:500])
small = playground(MLPConfig(hidden=(20,), epochs=1, batch_size=100), *few)

def train_often(n):
    for _ in range(n):
        small._pressed({"press": "train"})
        while small._trainer.state != "finished" or small._trainer._wanted != "nothing":
            time.sleep(0.002)
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20"""
FRESH = "_ = playground(MLPConfig(hidden=(80, 70)), X, y, X_valid, y_valid)"

# Defined in the page: `until` resolves to the milliseconds from an event to the frame in which a condition holds;
# `press` moves the learning-rate slider and returns its new text; `mark` returns the text of the last mark on a curve.
HELPERS = """() => {
window.until = (check, act) => new Promise((resolve, reject) => {
  const started = performance.now();
  const look = () => {
    if (!check()) return;
    resolve(performance.now() - started);
    observer.disconnect();
  };
  const observer = new MutationObserver(look); // calls in the frame that changes the page, not in the next
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  setTimeout(() => reject(new Error(`never: ${check}, last mark ${mark()}`)), 10000);
  act();
  look();
});
window.mark = () => [...document.querySelectorAll('.mlp-mark-text')].at(-1)?.textContent ?? '';
window.press = (up) => {
  const labels = [...document.querySelectorAll('.mlp-panel label')];
  const input = labels.find((label) => label.textContent === 'Learning rate').control;
  input.value = Number(input.value) + (up ? 1 : -1);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  return input.getAttribute('aria-valuetext');
};
}"""
# A change is marked "0.1 → 0.2". Changes within a second are merged, and returning to 0.1 removes the mark. So the
# keys move one step away from the start, and then to and fro beyond it.
KEY = """(up) => {
  let said;
  return until(() => mark().endsWith(`→ ${said}`), () => (said = press(up)));
}"""
STORM = """async (up) => {
  let said;
  await new Promise((resolve) => setTimeout(resolve, 1200)); // the storm is to be a change of its own
  for (let i = 0; i < 99; i++) {
    said = press(i % 2 || i === 0 ? up : !up);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return until(() => mark().endsWith(`→ ${said}`), () => (said = press(up)));
}"""
PAUSE = """() => {
  document.querySelector('[data-name=pause]').click();
  return performance.timeOrigin + performance.now();
}"""
STROKE = """(k) => {
  const paper = document.querySelector('.mlp-paper'), box = paper.getBoundingClientRect();
  const root = paper.closest('.mlp-panel'), before = root.dataset.painted;
  const x = box.left + box.width * (0.2 + 0.02 * (k % 30)), y = box.top + box.height * (0.2 + 0.01 * (k % 50));
  const send = (type, clientX) =>
    paper.dispatchEvent(new PointerEvent(type, { pointerId: 1, isPrimary: true, bubbles: true, clientX, clientY: y }));
  paper.setPointerCapture = () => 0;
  return until(() => root.dataset.painted !== before, () => {
    send('pointerdown', x);
    send('pointermove', x + 10);
    send('pointerup', x + 10);
  });
}"""
NOW = "performance.timeOrigin + performance.now()"
PAINTED = """(started) => until(() => document.querySelector('.mlp-panel'), () => 0).then(
  () => performance.timeOrigin + Number(document.querySelector('.mlp-panel').dataset.painted) - started)"""
HEAP = "() => { window.gc?.(); return performance.memory.usedJSHeapSize / 2 ** 20; }"


def report(name, values, goal, unit="ms", most=True):
    """Print the line of one figure; return the figure as a dict."""
    median, high, worst = np.median(values), np.quantile(values, 0.9), (max if most else min)(values)
    reached = median <= goal if most else median >= goal
    verdict = f"{'at most' if most else 'at least'} {goal} {unit}{'' if reached else ', NOT REACHED'}"
    print(f"{name:40} {median:8.1f} {high:8.1f} {worst:8.1f}  {verdict}", flush=True)
    return {name: {"median": median, "p90": high, "worst": worst, "goal": goal, "unit": unit, "values": list(values)}}


def main():
    """Measure and print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="of the comparison of speeds")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found = {}
    print(f"{'':40} {'median':>8} {'p90':>8} {'worst':>8}")
    with tempfile.TemporaryDirectory() as name, browsing() as chromium, serving(Path(name)) as address:

        def measured(measure, *cells):
            with page_in(chromium) as page:
                notebook = Notebook(page, address, Path(name), cells)
                page.evaluate(HELPERS)
                found.update(measure(notebook))
                notebook.shut_down()

        measured(keys_and_pauses, PLAYGROUND, COMPARISON)
        measured(lambda notebook: speed(notebook, options.rounds), PLAYGROUND, COMPARISON)
        measured(strokes, PAPER)
        measured(memory, SMALL)
        firsts = []
        for _ in range(5):
            measured(lambda notebook: firsts.append(first_paint(notebook)) or {})
        found |= report("first paint", firsts, 1500)
    if options.json:
        with replacing(options.json) as temporary:
            temporary.write_text(json.dumps(found, indent=1) + "\n")


def keys_and_pauses(notebook):
    """Return the latencies of a playground's response to keys and to the Pause button."""
    page = notebook.page
    notebook.says("Ready")
    notebook.wait_for_kernel("'noting' in globals()")
    notebook.button("Step").click()
    notebook.says("Paused")
    found = report("key to repaint, idle", [page.evaluate(KEY, i == 0 or i % 2 == 1) for i in range(40)], 60)
    notebook.button("Train").click()
    notebook.says("Training")
    page.wait_for_timeout(1200)  # so that the keys are not merged with the previous change
    found |= report("key to repaint, training", [page.evaluate(KEY, i > 0 and i % 2 == 0) for i in range(40)], 80)
    found |= report("last value of a storm, training", [page.evaluate(STORM, i % 2 == 0) for i in range(10)], 250)
    waits = []
    for _ in range(20):
        pressed = page.evaluate(PAUSE)
        notebook.wait_for_kernel("pg._trainer.state == 'paused'")
        waits.append(1000 * notebook.kernel("[at for at, state in stops if state == 'paused'][-1]") - pressed)
        notebook.button("Train").click()
        notebook.says("Training")
    return found | report("pause to stopped", waits, 50)


def speed(notebook, rounds):
    """Return the speed of training with live updates, relative to a mere label and to no page; they take turns."""
    notebook.says("Ready")
    notebook.wait_for_kernel("'noting' in globals()")
    names = ("playground", "label", "no page")
    rates = [{name: notebook.kernel(f"rate({name!r}, 3)") for name in names} for _ in range(rounds)]
    found = {}
    for other, goal in (("label", 85), ("no page", 75)):
        shares = [100 * turn["playground"] / turn[other] for turn in rates]
        found |= report(f"speed, share of that with {other}", shares, goal, "%", most=False)
    return found


def strokes(notebook):
    """Return the latencies from a stroke to new probabilities."""
    notebook.says("Draw a digit.")
    return report("stroke to probabilities", [notebook.page.evaluate(STROKE, k) for k in range(40)], 100)


def memory(notebook):
    """Return the growth of the memory of kernel and page over 200 trainings, after a warm-up."""
    notebook.says("Ready")
    notebook.wait_for_kernel("'train_often' in globals()")
    before = notebook.kernel("train_often(100)")
    notebook.says("Finished")
    page_before = notebook.page.evaluate(HEAP)
    for _ in range(4):
        after = notebook.kernel("train_often(50)")
    notebook.says("Finished")
    found = report("memory of the kernel, 200 trainings", [after - before], 20, "MiB")
    return found | report("memory of the page, 200 trainings", [notebook.page.evaluate(HEAP) - page_before], 20, "MiB")


def first_paint(notebook):
    """Return the milliseconds from running a cell in a fresh kernel, with data loaded, to the painted playground."""
    page = notebook.page
    notebook.wait_for_kernel("'X_test' in globals()")
    notebook.wait_until_idle()
    page.locator(".jp-CodeCell").first.locator(".cm-content").click()
    for key in ("Escape", "b", "Enter"):  # a new cell below
        page.keyboard.press(key)
    page.keyboard.insert_text(FRESH)
    started = page.evaluate(NOW)
    page.keyboard.press("Control+Enter")
    return page.evaluate(PAINTED, started)


if __name__ == "__main__":
    main()
