// Panels on pages without a kernel. A page says where one stands, a script says what is in it, and panel.js draws it:
//
//   <div class="course-panel" data-panel="NAME" data-version="VERSION">what is there until the panel is</div>
//
// The element before it is its figure, which is hidden while the panel has views. When the place comes near the window,
// `_static/NAME.js` is loaded (a classic script, since modules and fetch are blocked from file://). It runs
//
//   mlp.panels["NAME"] = { version: "VERSION", model: () => … };     // a Model, or a promise of one
//
// Without data-version, no version is asked for. The model becomes the place's property `model`. `mlp` has
//
//   new mlp.Model(state, { onValue, onMessage })   like mlp_helpers.widgets.panel.Panel: `state` has the same attributes
//       onValue(name, value, model)   the reader moved a control          onMessage(content, model)   or pressed, or drew
//       model.get(name), model.show({ status, views, … })                 what is shown, and how to change it
//       model.tell("msg:custom", content)                                 what Panel.send sends: a download
//       model.set, save_changes, on, off, send                            anywidget's interface, which panel.js uses
//     Both functions may be async. What they throw is shown as an error. Values that `show` sets do not call onValue.
//   mlp.recorded(data)     a Model that answers from recorded states: what `Explorer.states()` returns, as JSON
//   mlp.packed(text)       a promise of one, from the same JSON, compressed by zlib, in base64
//   mlp.load(file)         load the script _static/FILE once, or again after a failure; a promise
//   mlp.bytes(text)        base64 as a Uint8Array, such as `pixels`
globalThis.mlp = (() => {
  "use strict";
  const HERE = document.currentScript.src;
  const EMPTY = {
    title: "",
    controls: [],
    values: {},
    buttons: [],
    status: {},
    announcement: "",
    views: [],
    pixels: null,
  };
  const INSTEAD = "The figure is shown instead.";
  const UNRECORDED = `This setting was not recorded. ${INSTEAD} The other settings work.`;
  class Problem extends Error {} // whose message is for the reader

  class Model {
    #state;
    #known; // values that onValue was told
    #handlers;
    #listeners = {};

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
      this.#listeners[event] ??= new Set();
      this.#listeners[event].add(listener);
    }
    off(event, listener) {
      this.#listeners[event]?.delete(listener);
    }
    tell(event, content) {
      for (const listener of [...(this.#listeners[event] ?? [])]) listener(content);
    }
    save_changes() {
      const before = this.#known;
      const now = this.get("values");
      this.#known = now;
      for (const { name } of this.get("controls"))
        if (now[name] !== before[name]) this.#call("onValue", name, now[name]);
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
        const text = String(error);
        this.show({ status: { text, kind: "error", details: error.stack }, announcement: text });
      }
    }
  }

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  function recorded({ parts, states, ...start }) {
    const whole = (value) => {
      if (Array.isArray(value)) return value.map(whole);
      if (value === null || typeof value !== "object") return value;
      if ("$" in value) return whole(parts[value.$]);
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, whole(part)]));
    };
    const seen = (values) => {
      const key = start.controls
        .map(({ name, options }) => options.findIndex(([option]) => option === values[name]))
        .join();
      const unrecorded = { views: [], status: { text: UNRECORDED, kind: "warning" }, announcement: UNRECORDED };
      const state = key in states ? { ...unrecorded, announcement: "", ...whole(states[key]) } : unrecorded;
      return { ...state, pixels: bytes(state.pixels ?? "") };
    };
    const onValue = (_name, _value, model) => model.show(seen(model.get("values")));
    return new Model({ ...start, ...seen(start.values) }, { onValue });
  }

  async function packed(text) {
    const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return recorded(await new Response(stream).json());
  }

  const loading = {};
  const inside = (file) => document.querySelector(`script[data-file="${file.split("?")[0]}"]`); // of a page in one file
  const fetched = (file) =>
    new Promise((onload, reject) => {
      const onerror = () => {
        delete loading[file]; // so that it may be tried again
        reject(new Problem(`The data of this panel could not be loaded. ${INSTEAD}`));
      };
      const src = new URL(file, HERE);
      document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror }));
    });
  const load = (file) => {
    loading[file] ??= inside(file) ? Promise.resolve() : fetched(file);
    return loading[file];
  };

  async function open(place) {
    const { panel: name, version } = place.dataset;
    const figure = (place.closest(".output") ?? place).previousElementSibling;
    try {
      await Promise.all([load("panel.js"), load(version ? `${name}.js?v=${version}` : `${name}.js`)]);
      const made = mlp.panels[name];
      if (!made) throw new Problem(`The data of this panel are damaged. ${INSTEAD}`);
      if (version && made.version !== version)
        throw new Problem(`The data of this panel are of another version. ${INSTEAD} Reloading the page may help.`);
      const model = await made.model();
      place.model = model;
      const choose = () => figure?.classList.toggle("course-replaced", model.get("views").length > 0);
      model.on("change:views", choose);
      place.replaceChildren();
      mlp.panel.render({ model, el: place });
      choose();
    } catch (error) {
      const textContent =
        error instanceof Problem ? error.message : `This panel does not work (${error.message}). ${INSTEAD}`;
      place.replaceChildren(Object.assign(document.createElement("p"), { textContent }));
    }
  }
  const show = (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      open(target);
    }
  };
  const near = new IntersectionObserver(show, { rootMargin: "600px" });
  addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll("[data-panel]")) near.observe(place);
  });

  return { Model, recorded, packed, load, bytes, panels: {}, panel: null };
})();
