// Draws a Panel: controls, buttons, a status line and views, as Python describes them, with the browser's own controls.

const SVG = "http://www.w3.org/2000/svg";
const DASHES = ["", "7 4", "2 3", "9 3 2 3", "14 4", "1 5", "9 3 2 3 2 3", "4 2"]; // so that curves differ by more than colour
// An id of its own, though JupyterLab may load this file once for each panel.
const newId = () => `mlp-${Math.random().toString(36).slice(2)}`;

function make(tag, attributes = {}, ...children) {
  const node = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// --- Controls -----------------------------------------------------------------------------------------------------

// Each returns [the element to label, the node to show, a function that shows a value].
const CONTROLS = {
  slider({ options }, id, choose) {
    const input = make("input", { type: "range", id, min: 0, max: options.length - 1, step: 1 });
    const output = make("output", { for: id });
    const say = () => {
      const label = options[input.value][1];
      output.textContent = label;
      input.setAttribute("aria-valuetext", label);
    };
    input.addEventListener("input", () => {
      say();
      choose(options[input.value][0]);
    });
    const show = (value) => {
      const index = options.findIndex(([option]) => option === value);
      if (index >= 0 && index !== Number(input.value)) input.value = index;
      say();
    };
    return [make("span", { class: "mlp-slider" }, input, output), show];
  },
  choice({ options }, id, choose) {
    const select = make("select", { id }, ...options.map(([value, label]) => make("option", { value }, label)));
    select.addEventListener("change", () => choose(options[select.selectedIndex][0]));
    const show = (value) => (select.selectedIndex = options.findIndex(([option]) => option === value));
    return [select, show];
  },
  number({ min, max, step }, id, choose) {
    const input = make("input", { type: "number", id, min, max, step: step ?? 1 });
    input.addEventListener("change", () => {
      if (input.reportValidity() && input.value !== "") choose(Number(input.value));
    });
    const show = (value) => {
      if (Number(input.value) !== value || input.value === "") input.value = value;
    };
    return [input, show];
  },
  fixed({ text }, id) {
    return [make("output", { id, class: "mlp-fixed" }, text), () => {}];
  },
};

// --- Views ----------------------------------------------------------------------------------------------------------

// Each makes its node once and returns [node, a function that shows a view]. Of the panel it may use
//   send(content)      sends a message to Python
//   values()           the values of the controls, by name
//   choose(values)     changes some of them

const WIDTH = 300;
const HEIGHT = 204;
const LEFT = 40;
const RIGHT = 12;
const TOP = 6;
const BOTTOM = 34;

function range(values, fallback) {
  const finite = values.filter((value) => value !== null);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : fallback;
}

function ticks(low, high, log) {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first) / 6));
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
  }
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((size) => size >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

function figures(value) {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(0).replace("e+", "e")
    : String(Number(value.toPrecision(3)));
}

const SWATCH = { viewBox: "0 0 28 8", class: "mlp-swatch", "aria-hidden": "true" };
const numbers = (point) => point.map((n) => n.toFixed(1)).join(" ");

function stroke({ style: given, faint }, d) {
  const style = given ?? 0;
  const kind = `mlp-line${faint ? " mlp-faint" : ""}`;
  return make("svg:path", { d, class: kind, style: `stroke: var(--c${style})`, "stroke-dasharray": DASHES[style] });
}

function curves() {
  const svg = make("svg:svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const legend = make("ul", { class: "mlp-legend" });
  const show = (view) => {
    const points = view.lines.filter((line) => !line.faint || line.x.length);
    const usable = (y) => y !== null && (!view.log || y > 0);
    const xs = points.flatMap((line) => line.x);
    const ys = points.flatMap((line) => line.y.filter(usable));
    const [x0, x1] = view.xlim ?? range(xs, [0, 1]);
    let [y0, y1] = view.ylim ?? range(ys, view.log ? [0.1, 1] : [0, 1]);
    if (!view.ylim && !view.log) [y0, y1] = [Math.min(0, y0), y1 * 1.05 || 1];
    if (view.log && y0 === y1) [y0, y1] = [y0 / 2, y1 * 2];
    const scale = (value) => (view.log ? Math.log10(value) : value);
    const place = (x, y) => [
      LEFT + ((x - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT),
      HEIGHT - BOTTOM - ((scale(y) - scale(y0)) / (scale(y1) - scale(y0) || 1)) * (HEIGHT - TOP - BOTTOM),
    ];
    const parts = [];
    const label = (x, y, text, attributes) => parts.push(make("svg:text", { x, y, ...attributes }, text));
    for (const y of ticks(y0, y1, view.log)) {
      const [, at] = place(x0, y);
      parts.push(make("svg:line", { class: "mlp-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }));
      label(LEFT - 5, at + 4, figures(y), { "text-anchor": "end" });
    }
    for (const x of ticks(x0, x1, false)) {
      const [at] = place(x, y0);
      parts.push(make("svg:line", { class: "mlp-grid", x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM }));
      label(at, HEIGHT - BOTTOM + 15, figures(x), { "text-anchor": "middle" });
    }
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, view.xlabel, { "text-anchor": "middle" });
    for (const [x, text] of view.marks) {
      const [at] = place(x, y0);
      const where = { class: "mlp-mark", x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM };
      parts.push(make("svg:line", where, make("svg:title", {}, text)));
      const left = at < (LEFT + WIDTH) / 2; // there is more room to the right
      label(left ? at + 3 : at - 3, TOP + 10, text, { "text-anchor": left ? "start" : "end", class: "mlp-mark-text" });
    }
    for (const line of view.lines) {
      let d = "";
      let gap = true;
      for (const [i, x] of line.x.entries()) {
        const here = usable(line.y[i]);
        if (here) d += (gap ? "M" : "L") + numbers(place(x, line.y[i]));
        gap = !here;
      }
      parts.push(stroke(line, d));
      if (line.x.length === 1 && usable(line.y[0])) {
        const [cx, cy] = place(line.x[0], line.y[0]);
        parts.push(make("svg:circle", { cx, cy, r: 3, style: `fill: var(--c${line.style ?? 0})` }));
      }
    }
    svg.replaceChildren(...parts);
    const last = (line) => line.y.filter((y) => y !== null).at(-1);
    const named = view.lines.filter((line) => line.label && last(line) !== undefined);
    const told = named.map((line) => `${line.label} ${figures(last(line))}`).join(", ");
    svg.setAttribute("aria-label", `${view.title}: ${told || "nothing yet"}`);
    const entry = (line) => make("li", {}, make("svg:svg", SWATCH, stroke(line, "M0 4H28")), line.label);
    legend.replaceChildren(...view.lines.filter((line) => line.label).map(entry));
  };
  return [make("div", {}, svg, legend), show];
}

function blend(from, to, share) {
  return from.map((value, i) => value + (to[i] - value) * share);
}
const BLUE = [5, 80, 150];
const WHITE = [255, 255, 255];
const RED = [178, 24, 43];
const BLACK = [0, 0, 0];
const palette = (color) =>
  Uint32Array.from({ length: 256 }, (_, i) => {
    const [red, green, blue] = color(i / 255);
    return (255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red);
  });
const SIGNED = palette((x) => (x < 0.5 ? blend(BLUE, WHITE, 2 * x) : blend(WHITE, RED, 2 * x - 1)));
const INK = palette((x) => blend(WHITE, BLACK, x));

function images() {
  const canvas = make("canvas", { role: "img" });
  const show = (view, pixels) => {
    const [n, height, width] = view.shape;
    const columns = Math.min(n, view.columns);
    const rows = Math.ceil(n / columns);
    canvas.width = columns * (width + 1) - 1;
    canvas.height = rows * (height + 1) - 1;
    canvas.style.maxWidth = `${canvas.width * (n === 1 ? 8 : 2)}px`;
    canvas.setAttribute("aria-label", view.description);
    const context = canvas.getContext("2d");
    const colors = view.signed ? SIGNED : INK;
    const image = context.createImageData(width, height);
    const out = new Uint32Array(image.data.buffer);
    context.fillStyle = "#808080";
    for (let k = 0; k < n; k++) {
      const left = (k % columns) * (width + 1);
      const top = Math.floor(k / columns) * (height + 1);
      context.fillRect(left - 1, top - 1, width + 2, height + 2); // lines between the images, not where none is
      for (let i = 0; i < out.length; i++) out[i] = colors[pixels[k * out.length + i]];
      context.putImageData(image, left, top);
    }
  };
  return [canvas, show];
}

function bars() {
  const list = make("ul", { class: "mlp-bars" });
  const entry = (label, share, best) => {
    const bar = make("span", { class: "mlp-bar", style: `--share: ${share}`, "aria-hidden": "true" });
    const percent = make("span", {}, `${(100 * share).toFixed(1)} %`);
    return make("li", { class: best && "mlp-best" }, make("span", {}, label), bar, percent);
  };
  const show = ({ labels, values, best }) =>
    list.replaceChildren(...labels.map((label, i) => entry(label, values[i] ?? 0, i === best)));
  return [list, show];
}

function table({ send }) {
  const node = make("table");
  const action = ([press, label], row, i) => {
    const button = make("button", { type: "button", "aria-label": `${label} ${row[0]}` }, label);
    button.addEventListener("click", () => send({ press, row: i }));
    return make("td", {}, button);
  };
  const show = ({ head, rows, actions }) => {
    const titles = head.map((text) => make("th", { scope: "col" }, text));
    if (actions.length) titles.push(make("td", { colspan: actions.length }));
    const cells = (row, i) => [
      ...row.map((text) => make("td", {}, text)),
      ...actions.map((one) => action(one, row, i)),
    ];
    const body = rows.map((row, i) => make("tr", {}, ...cells(row, i)));
    node.replaceChildren(make("thead", {}, make("tr", {}, ...titles)), make("tbody", {}, ...body));
  };
  return [make("div", { class: "mlp-table" }, node), show];
}

function matrix() {
  const node = make("table");
  const show = (view) => {
    const most = Math.max(1, ...view.counts.flat());
    const cell = (count) => make("td", { style: `--share: ${(count / most).toFixed(3)}` }, String(count));
    node.replaceChildren(
      make("tr", {}, make("td"), ...view.counts.map((_, i) => make("th", { scope: "col" }, String(i)))),
      ...view.counts.map((row, i) => make("tr", {}, make("th", { scope: "row" }, String(i)), ...row.map(cell))),
    );
  };
  return [node, show];
}

function text() {
  const code = make("code");
  const show = (view) => (code.textContent = view.lines);
  return [make("pre", { tabindex: 0 }, code), show];
}

const GRID = 28; // steps of the keyboard's pen across the paper

function drawing({ send }) {
  const canvas = make("canvas", {
    width: 280,
    height: 280,
    tabindex: 0,
    class: "mlp-paper",
    role: "application",
    "aria-label": "Paper to draw a digit on. With the keyboard: arrows move the pen, space puts it down or lifts it.",
  });
  let strokes = [];
  let revision = -1;
  let pen = null;
  let cursor = [14, 14];
  let down = false;
  let waiting = false;
  const paint = () => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, 280, 280);
    Object.assign(context, { lineWidth: 22, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    for (const stroke of strokes) {
      context.beginPath();
      for (const [x, y] of stroke) context.lineTo(280 * x, 280 * y); // the first one only begins the line
      if (stroke.length === 1) context.lineTo(280 * stroke[0][0] + 0.1, 280 * stroke[0][1]);
      context.stroke();
    }
    if (document.activeElement === canvas && canvas.matches(":focus-visible")) {
      Object.assign(context, { lineWidth: 2, strokeStyle: down ? "#be4b00" : "#005294" });
      context.strokeRect(cursor[0] * 10 - 6, cursor[1] * 10 - 6, 12, 12);
    }
  };
  const changed = () => {
    paint();
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      send({ strokes });
    });
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((n) =>
      Math.min(1, Math.max(0, Number(n.toFixed(4)))),
    );
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen = event.pointerId;
    strokes.push([point(event)]);
    changed();
    event.preventDefault();
    canvas.focus({ preventScroll: true, focusVisible: false });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    const events = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(events.length ? events : [event]).map(point));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (pen = null));
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const here = () => cursor.map((n) => n / GRID);
    if (event.key === " ") {
      down = !down;
      if (down) strokes.push([here()]);
    } else if (event.key in MOVES) {
      cursor = cursor.map((n, i) => Math.min(GRID - 1, Math.max(1, n + MOVES[event.key][i])));
      if (down) strokes.at(-1).push(here());
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the notebook has shortcuts of its own for these keys
    changed();
  });
  for (const kind of ["focus", "blur"]) canvas.addEventListener(kind, paint);
  const show = (view) => {
    if (view.revision === revision) return;
    [revision, strokes, down] = [view.revision, view.strokes.map((stroke) => [...stroke]), false];
    paint();
  };
  return [canvas, show];
}

// A mark for the ends or the corners of a line: [its node, and what refers to it].
function marker(attributes, ...children) {
  const id = newId();
  return [make("svg:marker", { id, ...attributes }, ...children), `url(#${id})`];
}

function circuit() {
  const svg = make("svg:svg", { role: "img" });
  const [arrow, arrowhead] = marker(
    { viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, orient: "auto" },
    make("svg:path", { d: "M2 1L9 5L2 9", class: "mlp-wire" }),
  );
  const path = (points) => `M${points.map((point) => point.join(" ")).join("L")}`;
  const show = ({ title, graph, values, gradients, slopes }) => {
    const { nodes, wires } = graph;
    const [width, height] = graph.size;
    const parts = [arrow];
    const label = (x, y, text, kind) => text && parts.push(make("svg:text", { x, y, class: `mlp-${kind}` }, text));
    wires.forEach(({ output, points }, i) => {
      parts.push(make("svg:path", { d: path(points), class: "mlp-wire", "marker-end": arrowhead }));
      const x = (points[0][0] + points[1][0]) / 2;
      const y = points[0][1];
      label(x, y - 12, values[i], "value");
      label(x, y + 13, gradients[i], "gradient");
      label(x, y - 31, output, "output");
    });
    nodes.forEach(({ label: text, kind, at: [x, y], half: [dx, dy] }, i) => {
      const box = { x: x - dx, y: y - dy, width: 2 * dx, height: 2 * dy, rx: dx === dy ? dx : 8, class: "mlp-gate" };
      if (kind === "gate") parts.push(make("svg:rect", box));
      label(x, y, text, kind);
      label(x, y - 49, slopes[i] && "slope", "slope");
      label(x, y - 32, slopes[i], "slope");
    });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.maxWidth = `${width}px`;
    svg.replaceChildren(...parts);
    const told = wires.map(({ name }, i) => `${name} ${values[i]}${gradients[i] && `, gradient ${gradients[i]}`}`);
    svg.setAttribute("aria-label", `${title}: ${told.join("; ")}`);
  };
  return [make("div", { class: "mlp-scroll", tabindex: 0, role: "group", "aria-label": "Graph" }, svg), show];
}

const PLANE = 300;
const EDGE = { left: 40, top: 24, right: 66, bottom: 26 }; // side of a plane; ticks, labels and colours beside it
const SPACE = [EDGE.left + PLANE + EDGE.right, EDGE.top + PLANE + EDGE.bottom];
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }; // axis, and steps on it

function plane({ choose, values }) {
  const svg = make("svg:svg", { viewBox: `0 0 ${SPACE.join(" ")}`, role: "img" });
  const surface = make("svg:svg", { x: EDGE.left, y: EDGE.top, width: PLANE, height: PLANE }); // cuts off what is beyond
  const point = make("div", {
    class: "mlp-point",
    tabindex: 0,
    role: "slider",
    "aria-label": "Start of the path. Arrow keys move it.",
  });
  const signed = (value) => String(value).replace("-", "−");
  const [dot, dots] = marker(
    { viewBox: "-6 -6 12 12", markerWidth: 14, markerHeight: 14, markerUnits: "userSpaceOnUse" },
    make("svg:circle", { r: 5, class: "mlp-step" }),
  );
  let axes = [];
  let side = 1;
  let held = null;
  const indexOn = ({ name, options }) => options.findIndex(([value]) => value === values()[name]);
  const indices = () => axes.map((axis) => Math.max(0, indexOn(axis)));
  const put = () => {
    const [x, y] = indices().map((index, i) => axes[i].options[index]);
    point.style.left = `${(100 * (EDGE.left + (PLANE / side) * x[1])) / SPACE[0]}%`;
    point.style.top = `${(100 * (EDGE.top + (PLANE / side) * y[1])) / SPACE[1]}%`;
    point.setAttribute("aria-valuetext", `${axes[0].label} ${signed(x[0])}, ${axes[1].label} ${signed(y[0])}`);
    point.setAttribute("aria-valuenow", x[0]);
  };
  const go = (wanted) => {
    const now = indices();
    if (wanted.every((index, i) => index === now[i])) return;
    choose(Object.fromEntries(axes.map(({ name, options }, i) => [name, options[wanted[i]][0]])));
    put();
  };
  const nearest = ({ clientX, clientY }) => {
    const box = svg.getBoundingClientRect();
    const scale = SPACE[0] / box.width;
    const at = [(clientX - box.left) * scale - EDGE.left, (clientY - box.top) * scale - EDGE.top];
    return axes.map(({ options }, i) => {
      const gaps = options.map(([, place]) => Math.abs((PLANE / side) * place - at[i]));
      return gaps.indexOf(Math.min(...gaps));
    });
  };
  point.addEventListener("pointerdown", (event) => {
    point.setPointerCapture(event.pointerId);
    held = event.pointerId;
    event.preventDefault(); // or the mouse would select text
    point.focus({ preventScroll: true, focusVisible: false });
  });
  point.addEventListener("pointermove", (event) => event.pointerId === held && go(nearest(event)));
  for (const end of ["pointerup", "pointercancel"]) point.addEventListener(end, () => (held = null));
  point.addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    const wanted = indices();
    const [i, step] = MOVES[event.key];
    wanted[i] = Math.min(axes[i].options.length - 1, Math.max(0, wanted[i] + step));
    go(wanted);
  });
  svg.addEventListener("click", (event) => go(nearest(event)));
  const show = ({ title, surface: given, path }) => {
    ({ axes, side } = given);
    const { levels, colors, outlines } = given;
    const scale = PLANE / side;
    const right = EDGE.left + PLANE;
    const bottom = EDGE.top + PLANE;
    const step = PLANE / colors.length;
    const label = (x, y, text, anchor = "middle") => make("svg:text", { x, y, "text-anchor": anchor }, text);
    const band = (kind, fill, attributes) => make(`svg:${kind}`, { ...attributes, fill, class: "mlp-band" });
    svg.setAttribute("aria-label", `${title}, in bands from ${levels[0]} to ${levels.at(-1)}, with a path on it`);
    surface.setAttribute("viewBox", `0 0 ${side} ${side}`);
    surface.replaceChildren(
      ...outlines.map((d, i) => band("path", colors[i], { d, "fill-rule": "evenodd" })),
      make("svg:path", { d: path, class: "mlp-halo" }),
      make("svg:path", { d: path, class: "mlp-path", "marker-mid": dots, "marker-end": dots }),
    );
    svg.replaceChildren(
      dot,
      surface,
      ...colors.map((fill, i) =>
        band("rect", fill, { x: right + 14, y: bottom - (i + 1) * step, width: 14, height: step }),
      ),
      ...levels.map((text, i) => label(right + 32, bottom - i * step + 4, text, "start")),
      label(right + 14, EDGE.top - 11, "loss", "start"),
      ...axes[0].ticks.map(([value, at]) => label(EDGE.left + scale * at, bottom + 17, signed(value))),
      ...axes[1].ticks.map(([value, at]) => label(EDGE.left - 6, EDGE.top + scale * at + 4, signed(value), "end")),
      label(right + 3, bottom + 17, axes[0].label, "start"),
      label(EDGE.left - 6, EDGE.top + 6, axes[1].label, "end"),
    );
    const ends = axes[0].options.map(([value]) => value);
    point.setAttribute("aria-valuemin", ends[0]);
    point.setAttribute("aria-valuemax", ends.at(-1));
    put();
  };
  return [make("div", { class: "mlp-space" }, svg, point), show];
}

const VIEWS = { curves, images, bars, table, matrix, text, drawing, circuit, plane };

// --- The panel ------------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const id = newId();
  const title = make("h3", { id: `${id}-title` });
  const form = make("form", { class: "mlp-controls" });
  const buttons = make("div", { class: "mlp-buttons", role: "toolbar", "aria-label": "Actions" });
  const progress = make("progress", { max: 1, "aria-label": "Progress" });
  const line = make("p", { class: "mlp-status" });
  const details = make("details", {}, make("summary", {}, "Details"), make("pre", { tabindex: 0 }));
  const live = make("div", { class: "mlp-live", "aria-live": "polite" });
  const views = make("div", { class: "mlp-views" });
  const side = make("div", { class: "mlp-side" }, form, buttons, progress, line, details);
  const root = make(
    "section",
    { class: "mlp-panel", "aria-labelledby": `${id}-title` },
    title,
    make("div", { class: "mlp-columns" }, side, views),
    live,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  root.addEventListener("keydown", (event) => event.stopPropagation()); // or the notebook would take keys as commands
  const send = (content) => model.send(content);
  const choose = (changed) => {
    model.set("values", { ...model.get("values"), ...changed });
    model.save_changes();
  };

  let showers = {};
  const controlOf = (control) => {
    const field = `${id}-${control.name}`;
    const [node, show] = CONTROLS[control.kind](control, field, (value) => choose({ [control.name]: value }));
    showers[control.name] = show;
    return make("div", { class: "mlp-control" }, make("label", { for: field }, control.label), node);
  };
  const showControls = () => {
    showers = {};
    const focused = root.contains(document.activeElement) ? document.activeElement.id : null;
    form.replaceChildren(...model.get("controls").map(controlOf));
    if (focused) document.getElementById(focused)?.focus();
    showValues();
  };
  const showValues = () => {
    for (const [name, value] of Object.entries(model.get("values"))) showers[name]?.(value);
  };
  const buttonOf = ({ name }) => {
    const button = make("button", { type: "button", "data-name": name });
    const press = () => button.getAttribute("aria-disabled") !== "true" && send({ press: name });
    button.addEventListener("click", press);
    return button;
  };
  const showButtons = () => {
    const wanted = model.get("buttons");
    if (wanted.length !== buttons.children.length) {
      buttons.replaceChildren(...wanted.map(buttonOf));
    }
    wanted.forEach(({ label, disabled, prominent }, i) => {
      const button = buttons.children[i];
      if (button.textContent !== label) button.textContent = label;
      button.setAttribute("aria-disabled", String(Boolean(disabled))); // not `disabled`, which would lose the focus
      button.classList.toggle("mlp-prominent", Boolean(prominent));
    });
  };
  const showStatus = () => {
    const status = model.get("status");
    line.textContent = (status.text ?? "").replaceAll(" %", "\u00a0%");
    line.dataset.kind = status.kind ?? "";
    progress.hidden = status.progress === undefined;
    if (status.progress !== undefined) progress.value = status.progress;
    details.hidden = !status.details;
    details.lastChild.textContent = status.details ?? "";
  };
  let shown = [];
  const showViews = () => {
    const wanted = model.get("views");
    const buffer = model.get("pixels");
    const pixels = buffer
      ? new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength)
      : new Uint8Array();
    if (wanted.map((view) => view.kind).join() !== shown.map(({ kind }) => kind).join()) {
      shown = wanted.map(({ kind }) => {
        const caption = make("figcaption");
        const [node, show] = VIEWS[kind]({ send, choose, values: () => model.get("values") });
        return { kind, caption, show, figure: make("figure", {}, caption, node) };
      });
      views.replaceChildren(...shown.map(({ figure }) => figure));
    }
    let start = 0;
    wanted.forEach((view, i) => {
      const told = JSON.stringify(view);
      // An unchanged view is not redrawn: a click or a selection in progress would lose its element.
      if (view.kind !== "images" && shown[i].told === told) return;
      shown[i].told = told;
      shown[i].caption.textContent = view.title;
      shown[i].figure.className = `mlp-view mlp-${view.kind}${view.wide ? " mlp-wide" : ""}`;
      const length = view.kind === "images" ? view.shape.reduce((a, b) => a * b, 1) : 0;
      shown[i].show(view, pixels.subarray(start, start + length));
      start += length;
    });
  };

  const SHOW = {
    title: () => (title.textContent = model.get("title")),
    controls: showControls,
    values: showValues,
    buttons: showButtons,
    status: showStatus,
    announcement: () => (live.textContent = model.get("announcement")),
    views: showViews,
    pixels: showViews,
  };
  const download = ({ download: name, text }) => {
    if (!name) return;
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download may not have begun yet
  };
  model.on("msg:custom", download);
  const stale = new Set(Object.keys(SHOW).filter((name) => name !== "pixels"));
  let frame = 0;
  const paint = () => {
    frame = 0;
    const jobs = new Set([...stale].map((name) => SHOW[name]));
    stale.clear();
    for (const job of jobs) job();
    root.dataset.painted = performance.now();
  };
  const listeners = Object.keys(SHOW).map((name) => {
    const listener = () => {
      stale.add(name);
      frame ||= requestAnimationFrame(paint);
    };
    model.on(`change:${name}`, listener);
    return [`change:${name}`, listener];
  });
  paint();
  el.append(root);
  return () => {
    cancelAnimationFrame(frame);
    model.off("msg:custom", download);
    for (const [name, listener] of listeners) model.off(name, listener);
  };
}

export default { render };
