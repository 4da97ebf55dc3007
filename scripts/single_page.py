"""One notebook as one HTML file, panels and all: `python scripts/single_page.py build/site/notebooks/NAME.html OUT`.

It is for mail and for learning platforms. All that the page of the site loads is put into it, without the site's frame.
"""

import base64
import re
import sys
from pathlib import Path

from mlp_helpers.services.files import write_file

MAX_BYTES = 5_000_000
STYLE = """main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
.course-download, .headerlink, .copybtn { display: none; }"""
DARK = 'if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";'
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{styles}</style>
</head>
<body>
<main>{article}</main>
{scripts}
</body>
</html>
"""


def single_page(path):
    """Return a page of the built site as one file that needs no other, and the names of the panels that it lacks.

    Those are panels whose data would make the file larger than MAX_BYTES; their figures are there.
    """
    text = path.read_text(encoding="utf-8")
    static = path.parent.parent / "_static"
    article = re.search(r"<article[^>]*>(.*)</article>", text, re.DOTALL)[1]
    article = re.sub(r'src="\.\./(_images/[^"]+)"', lambda found: f'src="{_data(static.parent / found[1])}"', article)
    article = re.sub(r' href="(?!#|https?:)[^"]*"', "", article)  # to pages that are not here
    sheets = re.findall(r'<link[^>]*href="\.\./_static/([^"?]+\.css)', text)
    styles = "\n".join([*((static / sheet).read_text(encoding="utf-8") for sheet in sheets), STYLE])
    settings = re.search(r"<script>(window\.MathJax = .*?)</script>", text)[1]
    scripts = f"<script>{DARK}{settings}</script>\n"
    shared = ("tex-svg.js", "course.js", "widgets.js", "panel.js", "answers.js", "replies.js")
    scripts += "\n".join(_script(static, name) for name in shared)
    own = {}
    for panel in re.findall(r'data-panel="([\w-]+)"', article):
        data = sorted(path.name for path in static.glob(f"{panel}-*.js"))  # what its script loads
        own[panel] = "".join(_script(static, name) for name in [f"{panel}.js", *data])
    left_out = []
    for panel in sorted(own, key=lambda panel: len(own[panel])):  # so that as many as possible have room
        if len((article + styles + scripts + own[panel]).encode()) > MAX_BYTES:
            left_out.append(panel)
            article = re.sub(rf'<div class="course-panel" data-panel="{panel}".*?</div>', "", article, flags=re.DOTALL)
        else:
            scripts += own[panel]
    title = re.search(r"<title>(.*?)</title>", text)[1]
    return PAGE.format(title=title, styles=styles, article=article, scripts=scripts), left_out


def _data(path):
    kind = path.suffix[1:].replace("svg", "svg+xml")
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _script(static, name):
    content = (static / name).read_text(encoding="utf-8").replace("</script", r"<\/script")
    return f'<script data-file="{name}">{content}</script>\n'


if __name__ == "__main__":
    if not Path(sys.argv[1]).is_file():
        sys.exit(f"There is no page {sys.argv[1]}. Name a notebook, as in make page NB=notebooks/03_layers.ipynb")
    page, left_out = single_page(Path(sys.argv[1]))
    write_file(sys.argv[2], page)
    print(f"{sys.argv[2]}: {len(page.encode()) / 1e6:.1f} MB", *(f"without {panel}" for panel in left_out), sep=", ")
