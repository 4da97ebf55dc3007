// Panels on pages without a kernel. A page says where one stands, a script says what is in it, and panel.js draws it:
//
//   <div class="course-panel" data-panel="NAME" data-version="VERSION">what is there until the panel is</div>
//
// The element before it is its figure, which is hidden as long as the panel has views. When the place comes near the
// window, `_static/NAME.js` is loaded (a classic script, since modules and fetch are blocked from file://). It runs
//
//   mlp.panels["NAME"] = { version: "VERSION", model: () => … };     // a Model; a promise of one will do, too
//
// Without data-version, no version is asked for. `mlp` has these names:
//
//   new mlp.Model(state, { onValue, onMessage })   like mlp_helpers.widgets.panel.Panel: `state` has the same attributes
//       onValue(name, value, model)   the reader moved a control          onMessage(content, model)   or pressed, or drew
//       model.get(name), model.show({ status, views, … })                 what is shown, and how to change it
//       model.tell("msg:custom", content)                                 what Panel.send sends: a download
//       model.set, save_changes, on, off, send                            anywidget's interface, which panel.js uses
//     Both functions may be async. What they throw is shown as an error. Values that `show` sets do not call onValue.
//   mlp.recorded(data)     a Model that answers from recorded states: what `Explorer.states()` returns, as JSON
//   mlp.load(file)         load _static/FILE once, a script; a promise
//   mlp.bytes(text)        base64 as a Uint8Array, such as `pixels`
globalThis.mlp = (() => {
  "use strict";
  const HERE = document.currentScript.src;
  const EMPTY = { title: "", controls: [], values: {}, buttons: [], status: {}, announcement: "", views: [], pixels: null };

  class Model {
    #state;
    #known; // values that onValue was told
    #handlers;
    #listeners = new Map();

    constructor(state, handlers = {}) {
      this.#state = { ...EMPTY, ...state };
      this.#known = this.#state.values;
      this.#handlers = handlers;
    }
    get(name) {
      return this.#state[name];
    }
    set(name, value) {
      this.#state[name] = value;
      this.tell(`change:${name}`, value);
    }
    on(event, listener) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
    }
    off(event, listener) {
      this.#listeners.get(event)?.delete(listener);
    }
    tell(event, content) {
      for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(content);
    }
    save_changes() {
      const before = this.#known, now = (this.#known = this.get("values"));
      for (const { name } of this.get("controls")) if (now[name] !== before[name]) this.#call("onValue", name, now[name]);
    }
    send(content) {
      this.#call("onMessage", content);
    }
    show(state) {
      if (state.values) this.#known = state.values;
      for (const [name, value] of Object.entries(state)) this.set(name, value);
    }
    async #call(name, ...given) {
      try {
        await this.#handlers[name]?.(...given, this);
      } catch (error) {
        this.show({ status: { text: String(error), kind: "error", details: error.stack }, announcement: String(error) });
      }
    }
  }

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const UNRECORDED = "This setting was not recorded, so the figure is shown as it is. The others work.";

  function recorded({ title, controls, values, parts, states }) {
    const whole = (value) => { // {"$": i} stands for part i
      if (Array.isArray(value)) return value.map(whole);
      if (value === null || typeof value !== "object") return value;
      if ("$" in value) return whole(parts[value.$]);
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, whole(part)]));
    };
    const seen = (values) => {
      const key = controls.map(({ name, options }) => options.findIndex(([option]) => option === values[name])).join();
      if (!(key in states)) return { views: [], pixels: null, status: { text: UNRECORDED, kind: "warning" }, announcement: UNRECORDED };
      const { pixels, ...state } = whole(states[key]);
      return { announcement: "", ...state, pixels: pixels ? bytes(pixels) : null };
    };
    const onValue = (name, value, model) => model.show(seen(model.get("values")));
    return new Model({ title, controls, values, ...seen(values) }, { onValue });
  }

  const loading = {};
  const load = (file) => (loading[file] ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: new URL(file, HERE), onload: resolve });
    script.onerror = () => reject(new Error("The data of this panel could not be loaded, so its figure is shown as it is."));
    document.head.append(script);
  }));

  async function open(place) {
    const { panel: name, version } = place.dataset;
    const figure = (place.closest(".output") ?? place).previousElementSibling;
    try {
      await Promise.all([load("panel.js"), load(version ? `${name}.js?v=${version}` : `${name}.js`)]);
      const made = mlp.panels[name];
      if (!made) throw new Error("The data of this panel are damaged, so its figure is shown as it is.");
      if (version && made.version !== version) throw new Error("The data of this panel are of another version, so its figure is shown as it is. Reloading the page may help.");
      const model = (place.model = await made.model());
      const choose = () => (figure.hidden = model.get("views").length > 0);
      model.on("change:views", choose);
      place.replaceChildren();
      mlp.panel.render({ model, el: place });
      choose();
    } catch (error) {
      place.replaceChildren(Object.assign(document.createElement("p"), { className: "course-panel-missing", textContent: error.message }));
    }
  }

  const near = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
      near.unobserve(target);
      open(target);
    }
  }, { rootMargin: "600px" });
  const start = () => document.querySelectorAll("[data-panel]").forEach((place) => near.observe(place));
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();

  return { Model, recorded, load, bytes, panels: {}, panel: null };
})();
