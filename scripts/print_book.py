"""Print a page to PDF in Chromium: `python scripts/print_book.py build/book/book.html book.pdf`. See `make pdf`."""

import sys
from pathlib import Path

from mlp_helpers.services.files import replacing

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_in_browser import CHROMIUM, browsing

PAGE_NUMBER = (
    '<div style="width: 100%; font: 8px sans-serif; text-align: center"><span class="pageNumber"></span></div>'
)


def print_page(source, path):
    """Write the PDF, with bookmarks, after all formulas were typeset."""
    with browsing() as chromium, replacing(path) as temporary:
        page = chromium.new_page(color_scheme="light")
        page.set_default_timeout(300_000)
        page.goto(source.resolve().as_uri())
        page.wait_for_function("window.MathJax?.startup?.promise")
        page.evaluate("MathJax.startup.promise.then(() => document.fonts.ready).then(() => null)")
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        page.pdf(
            path=temporary,
            format="A4",
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=PAGE_NUMBER,
            tagged=True,
            outline=True,
        )


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("make pdf needs Chromium (apt install chromium), and there is none on this machine.")
    print_page(Path(sys.argv[1]), Path(sys.argv[2]))
