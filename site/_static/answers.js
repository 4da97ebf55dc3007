// Questions and predictions. A letter that is chosen gets the reply that `check` gives; a result is folded until a guess
// is typed. What was answered is kept in the browser alone. scripts/site_answers.py makes the places, which are empty
// where no script runs, and the replies, replies.js.
"use strict";
{
  const KEPT = "mlp-course answers";
  const shown = {}; // by name, what shows an answer, or none

  function read(text) {
    try {
      return { ...JSON.parse(text) };
    } catch {
      // something else was kept under this name
      return {};
    }
  }

  function kept() {
    try {
      return read(localStorage.getItem(KEPT));
    } catch {
      // a browser that keeps nothing
      return {};
    }
  }

  function keep(changes) {
    try {
      localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...changes })); // undefined takes a name out
    } catch {
      /* a browser that keeps nothing */
    }
    for (const [name, value] of Object.entries(changes)) shown[name]?.(value);
  }

  // Show what was answered or cleared in another window; what is half typed here stays.
  function follow({ key, oldValue, newValue }) {
    if (key !== KEPT) return;
    const before = read(oldValue);
    const after = read(newValue);
    for (const name in shown) if (before[name] !== after[name]) shown[name](after[name]);
  }

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const status = () => make("p", { role: "status", className: "mathjax_process" });

  async function typeset(element) {
    await globalThis.MathJax?.startup?.promise;
    await globalThis.MathJax?.typesetPromise?.([element]);
  }

  function question(place) {
    const { exercise, number } = place.dataset;
    const { label, right, replies } = mlp.replies[exercise][number - 1];
    const name = `${exercise} ${number}`;
    const said = status();
    const list = place.previousElementSibling;
    const button = (letter) =>
      make("button", { type: "button", textContent: letter, onclick: () => keep({ [name]: letter }) });
    const buttons = Object.keys(replies).map(button);
    if (list?.matches("ul")) {
      list.classList.add("course-options");
      [...list.children].forEach((option, i) => {
        option.id = `${exercise}-${number}-${buttons[i].textContent}`;
        buttons[i].setAttribute("aria-labelledby", option.id);
        option.querySelector("strong").before(buttons[i]); // paper shows the letter itself
      });
      place.append(said);
    } else {
      const named = make("span", { id: `${exercise}-${number}`, innerHTML: label });
      const group = make("div", { role: "group" }, named, ...buttons);
      group.setAttribute("aria-labelledby", named.id);
      place.append(group, said);
    }
    shown[name] = (letter) => {
      for (const one of buttons) one.setAttribute("aria-pressed", one.textContent === letter);
      place.dataset.state = !replies[letter] ? "" : letter === right ? "right" : "wrong";
      said.innerHTML = replies[letter] ?? "";
      typeset(said);
    };
  }

  function score(place) {
    const { exercise } = place.dataset;
    const questions = mlp.replies[exercise];
    const said = status();
    place.append(said);
    const count = () => {
      const letters = kept();
      const given = questions.map((_, i) => letters[`${exercise} ${i + 1}`]);
      const nRight = questions.filter(({ right }, i) => right === given[i]).length;
      said.textContent = given.includes(undefined) ? "" : `${nRight} of ${questions.length} are right.`;
    };
    questions.forEach((_, i) => {
      const show = shown[`${exercise} ${i + 1}`];
      shown[`${exercise} ${i + 1}`] = (letter) => {
        show(letter);
        count();
      };
    });
  }

  // As `mlp_helpers.checks.compare_guess` prints a number: four digits, like Python's format .4g.
  function fourDigits(number) {
    const [digits, power] = number.toExponential(3).split("e").map(Number);
    if (power >= -4 && power < 4) return String(Number(number.toPrecision(4)));
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }

  // What a guess is understood as, or "" if it is none: letters where the result is letters, else a number.
  function understood(text, result) {
    if (/[a-z]/.test(result)) return (text.toLowerCase().match(/[a-z]/g) ?? []).join(" ");
    const number = Number(text.trim().replace("−", "-").replace(",", "."));
    return text.trim() && Number.isFinite(number) ? fourDigits(number) : "";
  }

  function guess(place) {
    const { guess: name, wanted, result } = place.dataset;
    const folded = document.querySelector(`.tag_${name} details`);
    const said = status();
    const unguessed = `no guess yet; the result is ${result}`;
    const printed = [...folded.querySelectorAll("pre")].find((pre) => pre.textContent.includes(unguessed));
    const before = printed.textContent;
    folded.append(...document.querySelectorAll(`.about-${name.replaceAll("_", "-")}`)); // the text that names the result
    const typed = make("input", { autocomplete: "off", autocapitalize: "off", spellcheck: false });
    const label = make("label", {}, "Your guess ", typed);
    const form = make("form", {}, label, make("button", {}, "Compare"), make("span", {}, wanted), said);
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = typed.value.trim();
      if (understood(text, result)) keep({ [name]: text });
      else said.textContent = `A guess is ${wanted}${text && `, and not “${text}”`}.`;
    };
    place.append(form);
    shown[name] = (text) => {
      const read = understood(String(text ?? ""), result); // what was kept may be anything
      const compared = read && `your guess is ${read}, the result is ${result}`;
      typed.value = text ?? "";
      said.textContent = compared;
      printed.textContent = before.replace(unguessed, () => compared || unguessed);
      folded.open = read !== "";
    };
  }

  function clearing(last) {
    const clear = (names) => keep(Object.fromEntries(names.map((name) => [name, undefined])));
    const button = (text, names) => make("button", { type: "button", onclick: () => clear(names()) }, text);
    const note = "What you answer stays in this browser.";
    const here = button("Clear this page", () => Object.keys(shown));
    const all = button("Clear all pages", () => Object.keys({ ...kept(), ...shown }));
    last.after(make("p", { className: "course-kept" }, note, here, all));
  }

  async function fill() {
    const places = [...document.querySelectorAll(".course-question, .course-score, .course-guess")];
    if (!places.length) return;
    await mlp.load("replies.js");
    const kinds = { "course-question": question, "course-score": score, "course-guess": guess };
    for (const place of places) kinds[place.className](place);
    clearing(places.at(-1));
    const answers = kept();
    for (const name in shown) shown[name](answers[name]);
    addEventListener("storage", follow);
  }
  addEventListener("DOMContentLoaded", fill);
}
