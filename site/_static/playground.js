// Playground of the site: the panel "playground" of widgets.js. It does what widgets/live.py does in a notebook, with runs
// that scripts/explorable.py has recorded. What can be chosen is in playground-grid.js, the runs of an architecture are in
// playground-ARCHITECTURE.js, such as playground-relu-80-80.js. They are loaded when they are first needed.
(() => {
  "use strict";

  const FORMAT = "mlp-course explorable 1"; // as in scripts/explorable.py
  const INSTEAD = "The figure is shown instead.";
  const PIN_STYLES = [2, 3, 4, 5, 6, 7]; // of curves; 0 and 1 are those of the run
  const GUESSING = 0.85; // error above which a network for ten classes has learned next to nothing
  const EPOCH_MILLISECONDS = 120; // of a run that is played

  // --- Data: what scripts/site_playground.py writes -----------------------------------------------------------------------

  class Unusable extends Error {} // whose message is for the reader
  const received = {}; // by the name of the grid or the architecture

  // Return data by name; `version` is that of the grid, unless it is the grid that is asked for.
  async function read(name, version) {
    const file = `playground-${name}.js`;
    await mlp.load(version ? `${file}?v=${version}` : file).catch(() => {
      throw new Unusable(`${file} is missing`);
    });
    const data = received[name];
    if (!data) throw new Unusable(`${file} is damaged`);
    if (data.format !== FORMAT || (version && data.version !== version))
      throw new Unusable(`${file} is of another version, and reloading the page may help`);
    return data;
  }

  // Return the grey levels of images, each pixel doubled in both directions, as 28 x 28 pixels are shown in a notebook.
  function greys(text, { levels, side }) {
    const found = Uint8Array.from(text, (letter) => Math.round((levels.indexOf(letter) * 255) / (levels.length - 1)));
    return Uint8Array.from({ length: 4 * found.length }, (_, i) => {
      const column = i % (2 * side);
      const row = Math.floor(i / (2 * side));
      return found[(row >> 1) * side + (column >> 1)];
    });
  }

  // Return an architecture's data with shares for numbers of images; throw if something is missing.
  function decoded({ config, start, runs }, grid) {
    const shares = (wrong, n) => wrong.map((number) => number / n);
    const whole = ([name, run]) => {
      const lengths = ["train_loss", "valid_loss", "train_wrong", "valid_wrong"].map((field) => run[field].length);
      if (new Set([run.diverged ?? grid.epochs, ...lengths]).size > 1) throw new Error();
      const train_error = shares(run.train_wrong, grid.n_train);
      const valid_error = shares(run.valid_wrong, grid.n_valid);
      return [name, { ...run, train_error, valid_error }];
    };
    const all = Object.entries(runs).map(whole);
    return { config: config.trim(), start: start.trim(), runs: Object.fromEntries(all) };
  }

  // --- Words: as in widgets/hyperparameters.py and widgets/live.py --------------------------------------------------------

  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  const counted = (n) => `${n} epoch${n === 1 ? "" : "s"}`;
  const layers = ({ layers, units }) => Array(layers).fill(units);
  const FIELDS = ["hidden_units", "activation", "learning_rate", "batch_size", "optimizer"];

  function changes(values, start) {
    const [now, before] = [values, start].map((all) => ({ ...all, hidden_units: layers(all).join("-") }));
    const found = FIELDS.filter((name) => now[name] !== before[name]).map(
      (name) => `${name.replace("_", " ")} ${before[name]} → ${now[name]}`,
    );
    return found.join(", ") || "as it started";
  }

  function line(run, n, field, label, style, faint = false) {
    const y = run[field].slice(0, n);
    return { x: y.map((_, i) => i + 1), y, label, style, faint };
  }

  // --- The panel's contents -----------------------------------------------------------------------------------------------

  class RecordedPlayground {
    pins = [];
    showsCode = false;
    timer = 0; // of a run that is played
    problem = null; // why the chosen architecture could not be loaded
    architectures = {};

    constructor(grid) {
      this.grid = grid;
      const { title, controls, values } = grid;
      this.model = new mlp.Model(
        { title, controls, values },
        { onValue: (name) => this.moved(name), onMessage: (message) => this.press(message) },
      );
    }

    get values() {
      return this.model.get("values");
    }
    get architecture() {
      return [this.values.activation, ...layers(this.values)].join("-");
    }
    get run() {
      const { optimizer, learning_rate, batch_size } = this.values;
      return this.architectures[this.architecture]?.runs[`${optimizer} ${learning_rate} ${batch_size}`];
    }

    async moved(name) {
      if (name === "epoch") this.pause();
      await this.choose();
      this.paint();
    }

    // Load the runs of the chosen architecture. Meanwhile another one may be chosen.
    async choose() {
      const name = this.architecture;
      this.problem = null;
      if (this.architectures[name]) return;
      this.model.show({ status: { text: "Loading the recorded trainings." } });
      try {
        this.architectures[name] = decoded(await read(name, this.grid.version), this.grid);
      } catch (error) {
        const why = error instanceof Unusable ? error.message : `playground-${name}.js is damaged`;
        if (name === this.architecture)
          this.problem = `The recorded trainings could not be loaded: ${why}. ${INSTEAD} Other settings may work.`;
      }
    }

    press({ press: action, row }) {
      if (action === "again") return this.moved();
      if (!this.run) return; // a click may arrive while data are loaded
      const pins = this.sortedPins();
      if (["train", "step"].includes(action) && this.ended()) this.go(0);
      if (action === "train") this.timer ||= setInterval(() => this.tick(), EPOCH_MILLISECONDS);
      else if (action === "step") this.go(this.values.epoch + 1);
      else if (["pause", "reset", "load"].includes(action)) this.pause();
      if (action === "reset") this.go(0);
      if (action === "pin" && this.canPin()) this.pins.push(this.pinned());
      if (action === "remove") this.pins = pins.filter((_, i) => i !== row);
      if (action === "code") this.showsCode = !this.showsCode;
      if (action === "csv") this.model.tell("msg:custom", { download: "runs.csv", text: this.csv(pins) });
      if (action === "load") this.model.show({ values: pins[row].values });
      return this.moved();
    }

    tick() {
      if (this.loading()) return;
      if (!this.run) return this.pause();
      this.go(this.values.epoch + 1);
      if (this.ended()) this.pause();
      this.paint();
    }

    pause() {
      clearInterval(this.timer);
      this.timer = 0;
    }

    go(epoch) {
      this.model.show({ values: { ...this.values, epoch } });
    }
    loading() {
      return !this.problem && !this.architectures[this.architecture];
    }

    // Number of epochs whose figures are shown: of a run that diverged there are fewer.
    shown() {
      return Math.min(this.values.epoch, this.run.valid_loss.length);
    }
    hasDiverged() {
      return this.run.diverged !== null && this.values.epoch > this.run.diverged;
    }
    ended() {
      return this.hasDiverged() || this.values.epoch >= this.grid.epochs;
    }
    canPin() {
      return Boolean(this.run) && this.shown() > 0 && this.pins.length < PIN_STYLES.length;
    }

    pinned() {
      const used = this.pins.map(({ style }) => style);
      const style = PIN_STYLES.find((one) => !used.includes(one));
      const { run, values } = this;
      return { style, name: changes(values, this.grid.values), values, run, n: this.shown() };
    }

    sortedPins() {
      return [...this.pins].sort((a, b) => a.run.valid_error[a.n - 1] - b.run.valid_error[b.n - 1]);
    }

    csv(pins) {
      const fields = ["train_loss", "train_error", "valid_loss", "valid_error"];
      const rows = pins.flatMap(({ name, run, n }) =>
        Array.from({ length: n }, (_, i) => [`"${name}"`, i, ...fields.map((field) => run[field][i])]),
      );
      return [["run", "epoch", ...fields], ...rows].map((row) => `${row.join()}\r\n`).join("");
    }

    // Without views, the figure of the page is shown again.
    paint() {
      if (this.loading()) return;
      if (!this.run) {
        const text = this.problem ?? `This setting was not recorded. ${INSTEAD} The other settings work.`;
        const buttons = this.problem ? [{ name: "again", label: "Try again" }] : [];
        return this.model.show({ views: [], buttons, status: { text, kind: "warning" }, announcement: text });
      }
      const status = this.status();
      const [weights, pixels] = this.weights();
      if (!this.timer) this.model.show({ announcement: status.text }); // while it is played, there would be too many
      this.model.show({
        buttons: this.buttons(),
        status,
        pixels,
        views: [...this.curves(), weights, ...this.runs(), ...this.code()],
      });
    }

    status() {
      const { run, values, grid } = this;
      const n = this.shown();
      const status = {
        text: `Recorded run, epoch ${n} of ${grid.epochs}.`,
        progress: Math.min(1, values.epoch / grid.epochs),
      };
      if (this.hasDiverged())
        status.text = `Recorded run. Diverged in epoch ${n + 1}: the numbers grew beyond all bounds. Try a smaller learning rate.`;
      if (n)
        status.text += ` Validation error ${percent(run.valid_error[n - 1])}, training error ${percent(run.train_error[n - 1])}.`;
      if (this.hasDiverged()) return { ...status, kind: "error" };
      if (n > 1 && run.valid_error[n - 1] > GUESSING) status.text += " That is guessing: try another learning rate.";
      if (n > run.steady)
        status.text += ` From epoch ${run.steady + 1} on it is chaotic: other computers may get other digits.`;
      return n === grid.epochs ? { ...status, kind: "good" } : status;
    }

    buttons() {
      const training = Boolean(this.timer);
      return [
        { name: "train", label: "Train", disabled: training, prominent: !training },
        { name: "pause", label: "Pause", disabled: !training, prominent: training },
        { name: "step", label: "Step", disabled: training },
        { name: "reset", label: "Reset" },
        { name: "pin", label: "Pin", disabled: !this.canPin() },
        { name: "csv", label: "Export CSV", disabled: !this.pins.length },
        { name: "code", label: this.showsCode ? "Hide code" : "Show code" },
      ];
    }

    curves() {
      const { run } = this;
      const n = this.shown();
      return ["loss", "error"].map((what) => ({
        kind: "curves",
        title: what === "loss" ? "Loss" : "Error",
        xlabel: "epochs",
        ylabel: "",
        xlim: [0, this.grid.epochs],
        ylim: null,
        log: false,
        marks: n > run.steady ? [[run.steady, "chaotic"]] : [],
        lines: [
          ...this.pins.map((pin) => line(pin.run, pin.n, `valid_${what}`, pin.name, pin.style, true)),
          line(run, n, `train_${what}`, "training", 0),
          line(run, n, `valid_${what}`, "validation", 1),
        ],
      }));
    }

    // The images of the recorded epoch that is nearest.
    weights() {
      const { grid, run } = this;
      const n = this.shown();
      const all = { 0: this.architectures[this.architecture].start, ...run.images };
      const epoch = Object.keys(all)
        .map(Number)
        .reduce((best, at) => (Math.abs(at - n) < Math.abs(best - n) ? at : best));
      const pixels = greys(all[epoch], grid);
      const side = 2 * grid.side;
      const number = pixels.length / side ** 2;
      const of = number < this.values.units ? `, ${number} of ${this.values.units} units` : "";
      const view = {
        kind: "images",
        title: `Weights of the first layer after ${counted(epoch)}${of}`,
        shape: [number, side, side],
        columns: 10,
        signed: true,
        wide: true,
        description: `${number} images of ${grid.side} x ${grid.side} weights, blue negative, red positive`,
      };
      return [view, pixels];
    }

    runs() {
      if (!this.pins.length) return [];
      const rows = this.sortedPins().map(({ name, run, n }) => [
        name,
        String(n),
        percent(run.valid_error[n - 1]),
        percent(run.train_error[n - 1]),
      ]);
      const head = ["run", "epochs", "validation error", "training error"];
      const actions = Object.entries({ load: "Load", remove: "Remove" });
      return [{ kind: "table", title: "Pinned runs", head, rows, actions }];
    }

    code() {
      if (!this.showsCode) return [];
      const { run, values, grid } = this;
      const config = this.architectures[this.architecture].config.replace(/\{(\w+)\}/g, (_, name) =>
        name === "optimizer" ? `'${values[name]}'` : values[name],
      );
      const end = run.diverged === null ? "" : `# TrainingDiverged in epoch ${run.diverged}, counted from 0:\n`;
      const lines = grid.code.replace("CONFIG", config).replace("# END\n", end);
      return [{ kind: "text", title: "The same in Python", lines }];
    }
  }

  mlp.playground = { receive: (name, data) => (received[name] = data) };
  mlp.panels.playground = {
    model: async () => {
      const playground = new RecordedPlayground(await read("grid"));
      await playground.choose();
      playground.paint();
      return playground.model;
    },
  };
})();
