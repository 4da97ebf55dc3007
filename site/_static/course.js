/* What scrolls sideways can be reached and scrolled by keyboard. A page is printed light, and unfolded. */
"use strict";
{
  const root = document.documentElement;
  const boxes = 'mjx-container[display="true"], .cell_output';
  let theme;
  let folded;

  function reach() {
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  // Formulas change the page's size when they are drawn, as does a turned phone.
  new ResizeObserver(reach).observe(document.body);
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    folded = document.querySelectorAll("details.hide:not([open])");
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    for (const details of folded) details.open = false;
  });
}
