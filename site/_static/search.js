// Excerpts in the results of a search. Sphinx fetches each page for that, which a page from a folder may not do: here it
// gets the page's address in place of the page, and the text is that of search-texts.js.
"use strict";
{
  const BEFORE = 60;
  const LENGTH = 220; // characters
  globalThis.fetch = async (address) => ({ text: async () => address });

  // Where an excerpt should begin to show as many of the words as possible.
  function start(text, words) {
    let best = 0;
    let most = 0;
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        const near = text.slice(at, at + LENGTH - BEFORE);
        const found = words.filter((other) => near.includes(other)).length;
        if (found > most) [best, most] = [at, found];
      }
    }
    return Math.max(best - BEFORE, 0);
  }

  Search.makeSearchSummary = (address, words, anchor) => {
    const root = document.documentElement.dataset.content_root;
    const sections = Search.texts[address.slice(root.length).replace(/\.html$/, "")] ?? {};
    const text = anchor ? (sections[anchor.slice(1)] ?? "") : Object.values(sections).join(" ");
    const wanted = [...words].map((word) => word.toLowerCase());
    const from = text.lastIndexOf(" ", start(text.toLowerCase(), wanted)) + 1;
    const near = text.slice(0, from + LENGTH + BEFORE); // since a call's arguments may be a word of any length
    const end = near.indexOf(" ", from + LENGTH);
    const to = end < 0 ? near.length : end;
    const textContent = `${from ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
    return Object.assign(document.createElement("p"), { className: "context", textContent });
  };
}
