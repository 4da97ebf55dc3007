// Drawing paper of the site: the panel "digits" of widgets.js. It does what widgets/drawing.py and widgets/digits.py do in a
// notebook. The network and the digits to load are in digits-data.js, which is loaded when the reader first draws or presses.
(() => {
  "use strict";

  const FORMAT = "mlp-course digits 1"; // as in scripts/site_digits.py

  // --- Preparation of strokes: widgets/digits.py, step by step, so that the images are the same to the last bit ----------

  const SIDE = 28;
  const BOX = 20;
  const PEN = 1.15;

  function rasterise(strokes) {
    const drawn = strokes.filter((stroke) => stroke.length);
    if (!drawn.length) return new Float32Array(SIDE * SIDE);
    const points = drawn.flat();
    const extreme = (of) => [0, 1].map((i) => points.map((point) => point[i]).reduce((a, b) => of(a, b)));
    const low = extreme(Math.min);
    const high = extreme(Math.max);
    const size = Math.max(high[0] - low[0], high[1] - low[1]);
    const scale = size > 0 ? (BOX - 2 * PEN) / size : 1;
    const moved = (lines, move) => lines.map((line) => line.map((point) => point.map(move)));
    const scaled = moved(drawn, (x, i) => (x - (low[i] + high[i]) / 2) * scale + SIDE / 2);
    const shift = centreOfMass(ink(scaled)).map((x) => SIDE / 2 - x);
    return ink(moved(scaled, (x, i) => x + shift[i]));
  }

  function ink(strokes) {
    const parts = strokes.flatMap((stroke) =>
      stroke.length > 1 ? stroke.slice(1).map((end, i) => [...stroke[i], ...end]) : [[...stroke[0], ...stroke[0]]],
    );
    const squares = new Float64Array(SIDE * SIDE).fill(Infinity); // of each pixel's distance from the nearest part
    for (const [x, y, endX, endY] of parts) {
      const alongX = endX - x;
      const alongY = endY - y;
      const length = alongX * alongX + alongY * alongY;
      for (let k = 0; k < squares.length; k++) {
        const centreX = (k % SIDE) + 0.5;
        const centreY = Math.floor(k / SIDE) + 0.5;
        const share = ((centreX - x) * alongX + (centreY - y) * alongY) / (length > 0 ? length : 1);
        const within = Math.min(Math.max(share, 0), 1);
        const dx = centreX - (x + within * alongX);
        const dy = centreY - (y + within * alongY);
        squares[k] = Math.min(squares[k], dx * dx + dy * dy);
      }
    }
    return Float32Array.from(squares, (square) => Math.min(Math.max(PEN + 0.5 - Math.sqrt(square), 0), 1));
  }

  function centreOfMass(image) {
    let mass = 0;
    let x = 0;
    let y = 0;
    image.forEach((value, k) => {
      mass += value;
      x += value * ((k % SIDE) + 0.5);
      y += value * (Math.floor(k / SIDE) + 0.5);
    });
    return [x / mass, y / mass];
  }

  // --- The network, in double precision -----------------------------------------------------------------------------------

  const ACTIVATIONS = {
    sigmoid: (x) => 0.5 * (1 + Math.tanh(0.5 * x)),
    tanh: Math.tanh,
    relu: (x) => Math.max(x, 0),
    linear: (x) => x,
  };

  function predict(layers, image) {
    let values = Float64Array.from(image);
    for (const { W, b, activation } of layers) {
      const sums = Float64Array.from(b);
      const n = sums.length;
      values.forEach((value, i) => {
        if (value) for (let j = 0; j < n; j++) sums[j] += value * W[i * n + j];
      });
      values = sums.map(ACTIVATIONS[activation]);
    }
    const largest = Math.max(...values);
    const exponentials = values.map((value) => Math.exp(value - largest));
    const sum = exponentials.reduce((a, b) => a + b);
    return [...exponentials].map((value) => value / sum);
  }

  // --- Data: what scripts/site_digits.py writes ---------------------------------------------------------------------------

  function floats(base64) {
    const content = mlp.bytes(base64);
    const view = new DataView(content.buffer);
    return Float64Array.from({ length: content.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  }

  // A 0 is followed by how many zeros it stands for.
  function images(base64, number) {
    const content = mlp.bytes(base64);
    const out = new Uint8Array(number * SIDE * SIDE);
    let at = 0;
    for (let i = 0; i < content.length; i++) {
      if (content[i]) out[at++] = content[i];
      else at += content[++i];
    }
    if (at !== out.length) throw new Error("the digits are damaged");
    return out;
  }

  function decode(given) {
    if (given?.format !== FORMAT)
      throw new Error(`they are of version “${given?.format}”, and this page reads “${FORMAT}”`);
    let inputs = SIDE * SIDE;
    const layers = given.layers.map(({ units, activation, W, b }, i) => {
      const layer = { W: floats(W), b: floats(b), activation };
      const fits = layer.W.length === inputs * units && layer.b.length === units && activation in ACTIVATIONS;
      if (!fits) throw new Error(`layer ${i + 1} is damaged`);
      inputs = units;
      return layer;
    });
    return { layers, labels: given.labels, images: images(given.images, given.labels.length) };
  }

  let received; // what the data script has handed over

  async function readData() {
    await mlp.load("digits-data.js").catch(() => {
      throw new Error("digits-data.js is missing");
    });
    if (received === undefined) throw new Error("they are damaged");
    return decode(received);
  }

  // --- The panel's contents: widgets/drawing.py ---------------------------------------------------------------------------

  // As np.rint: halves go to the even neighbour.
  function rint(x) {
    const below = Math.floor(x);
    const rest = x - below;
    return rest > 0.5 || (rest === 0.5 && below % 2) ? below + 1 : below;
  }

  // As views.images: the darkest pixel is 255.
  function greys(image) {
    const largest = Math.fround(image.reduce((a, b) => Math.max(a, b), 1e-12));
    return Uint8Array.from(image, (value) => rint(Math.fround(Math.fround(value / largest) * 255)));
  }

  class DigitDrawing {
    strokes = [];
    revision = 0;
    loaded = null; // index of the example that is shown
    nextExample = 0;
    data = null;
    reading = false;
    waiting = []; // messages that came before the data

    constructor() {
      this.model = new mlp.Model({ title: "Draw a digit" }, { onMessage: (message) => this.handle(message) });
      this.paint();
    }

    image() {
      if (this.loaded === null) return rasterise(this.strokes);
      const start = this.loaded * SIDE * SIDE;
      return Float32Array.from(this.data.images.subarray(start, start + SIDE * SIDE), (grey) => grey / 256);
    }

    async handle(message) {
      this.waiting.push(message);
      if (this.reading) return;
      if (!this.data) {
        this.reading = true;
        this.model.show({ status: { text: "Loading the network." } });
        try {
          this.data = await readData();
        } catch (error) {
          this.fail(error);
          return;
        } finally {
          this.reading = false;
        }
      }
      for (const one of this.waiting.splice(0)) this.apply(one);
      this.paint();
    }

    // Without views, the figure of the page is shown again. What was drawn is kept.
    fail({ message }) {
      const text = `The network and its digits could not be loaded: ${message}. The figure is shown instead.`;
      this.model.show({
        views: [],
        buttons: [{ name: "again", label: "Try again" }],
        status: { text, kind: "error" },
        announcement: text,
      });
    }

    apply(message) {
      this.loaded = null;
      if ("strokes" in message) {
        this.strokes = message.strokes.map((stroke) => [...stroke]);
        return;
      }
      if (message.press === "undo") this.strokes = this.strokes.slice(0, -1);
      if (message.press === "clear" || message.press === "load") this.strokes = [];
      if (message.press === "load") {
        this.loaded = this.nextExample;
        this.nextExample = (this.nextExample + 1) % this.data.labels.length;
      }
      this.revision += 1; // makes the paper show these strokes instead of its own
    }

    paint() {
      const image = this.image();
      const blank = !image.some((value) => value);
      const shares = blank ? Array(10).fill(0) : predict(this.data.layers, image);
      const best = blank ? null : shares.indexOf(Math.max(...shares));
      let text = blank
        ? "Draw a digit."
        : `The network says ${best}, with probability ${(100 * shares[best]).toFixed(1)} %.`;
      if (this.loaded !== null) {
        const { labels } = this.data;
        text += ` This is image ${this.loaded + 1} of ${labels.length}, labelled ${labels[this.loaded]}.`;
      }
      this.model.show({
        buttons: [
          { name: "undo", label: "Undo", disabled: !this.strokes.length },
          { name: "clear", label: "Clear", disabled: blank },
          { name: "load", label: "Load a digit" },
        ],
        status: { text },
        announcement: blank ? "" : `The network says ${best}.`,
        views: [
          { kind: "drawing", title: "Paper", strokes: this.strokes, revision: this.revision },
          {
            kind: "images",
            title: "What the network sees",
            shape: [1, SIDE, SIDE],
            description: "The digit, 28 x 28 pixels",
            columns: 1,
            signed: false,
            wide: false,
          },
          { kind: "bars", title: "Probabilities", labels: [...Array(10).keys()], values: shares, best },
        ],
        pixels: greys(image),
      });
    }
  }

  mlp.digits = { rasterise, predict, greys, decode, receive: (data) => (received = data) };
  mlp.panels.digits = { model: () => new DigitDrawing().model };
})();
