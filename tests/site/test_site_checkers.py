"""Checkers of the site find what is wrong with a small broken one, and nothing in a small sound one."""

import io
import json
import shutil
import threading

import pytest
import site_folder as files
import site_in_browser as browser

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
SOUND = """<!DOCTYPE html><html lang="en"><head><title>A page</title><meta charset="utf-8">
<link rel="icon" href="square.svg">{head}</head>
<body><main><h1 id="top">A page</h1><p><a href="other.html#there">a link</a></p>
<p><img src="square.svg" alt="a black square"></p>{body}</main></body></html>"""
MATHJAX = '<script defer src="tex-svg.js"></script>'
PALE_CODE = (
    '<div class="highlight"><pre><span class="n">x</span> <span class="n" style="color: #bbb">pale</span></pre></div>'
)
SECRET = 'return np.where(x > 0, x, "<0")'


@pytest.fixture
def write(tmp_path):
    """Return a function that makes a small site, with something put into its first page; it returns the folder."""

    def written(body="", head=""):
        folder = tmp_path / "site"
        (folder / "notebooks").mkdir(parents=True)
        (folder / "page.html").write_text(SOUND.format(body=body, head=head), encoding="utf-8")
        other = '<h2 id="there">There</h2><p><a href="page.html#top">back</a></p>'
        (folder / "other.html").write_text(SOUND.format(body=other, head=""), encoding="utf-8")
        (folder / "square.svg").write_text(PICTURE, encoding="utf-8")
        (tmp_path / "outside.svg").write_text(PICTURE, encoding="utf-8")
        return folder

    return written


@pytest.mark.parametrize(
    ("checker", "body", "finding"),
    [
        (files.dead_links, '<a href="none.html">a</a>', "page.html: no file none.html"),
        (files.dead_links, '<a href="../outside.svg">a</a>', "page.html: no file ../outside.svg"),
        (files.dead_links, '<a href="#nowhere">a</a>', "page.html: no element #nowhere"),
        (files.dead_links, '<a href="other.html#nowhere">a</a>', "page.html: no element other.html#nowhere"),
        (files.dead_links, '<form action="find.html"></form>', "page.html: no file find.html"),
        (files.undescribed_images, '<img src="square.svg">', "page.html: square.svg"),
        (files.undescribed_images, '<img src="square.svg" alt="">', "page.html: square.svg"),
        (files.undescribed_images, '<img src="square.svg" alt="_images/square.svg">', "page.html: square.svg"),
    ],
)
def test_of_links_and_images(checker, body, finding, write):
    assert checker(write('<a href="https://example.org/none">elsewhere</a> <a href="#">top</a>' + body)) == [finding]


def test_of_links_and_images_in_a_sound_site(write):
    folder = write()
    assert files.dead_links(folder) == files.undescribed_images(folder) == []


@pytest.mark.parametrize(("own", "shared"), [(2, 2), (1, 2), (2, 1)])
def test_of_sizes(own, shared, write, monkeypatch):
    folder = write()
    (folder / "a.js").write_text("x" * 2)
    (folder / "a.svg").write_text("x" * 2)
    monkeypatch.setattr(browser, "MAX_OWN_BYTES", own)
    monkeypatch.setattr(browser, "MAX_SHARED_BYTES", shared)
    requests = [f"http://127.0.0.1/{name}" for name in ("a.js", "a.js", "a.svg")] + ["data:image/svg+xml,x"]
    found = browser.heavy("page.html", requests, "http://127.0.0.1/", folder)
    assert found == ([] if own == shared else ["page.html: 2 and 2 bytes"])


class TestOfLeaks:
    def test_none(self, write):
        assert files.leaks(write("<pre>return mlp.todo(x)</pre>"), {SECRET}) == []

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("page.html", "<pre>  <span>return</span> <b>np</b><i>.</i>where(x &gt; 0, x, &quot;&lt;0&quot;)\n</pre>"),
            ("page.html", '<img src="square.svg" alt="return np.where(x > 0, x, &quot;<0&quot;)">'),
            ("searchindex.js", f"'{SECRET}'"),
            ("00_one.ipynb", json.dumps({"cells": [{"source": ["def f(x):\n", f"    {SECRET}"]}]})),
            ("00_one.ipynb", json.dumps({"cells": [{"outputs": [{"text": f"{SECRET}\n"}]}]})),
        ],
    )
    def test_a_line_in_a_file(self, name, content, write):
        folder = write()
        (folder / name).write_text(content)
        assert files.leaks(folder, {SECRET}) == [f"{name}: {SECRET}"]

    def test_sources(self, write):
        folder = write()
        (folder / "_sources").mkdir()
        assert files.leaks(folder, {SECRET}) == []
        (folder / "_sources" / "page.md.txt").write_text("A page")
        assert files.leaks(folder, {SECRET}) == ["_sources/page.md.txt: a source"]


@pytest.mark.parametrize("way", ["folder", "server"])
class TestOfComplaints:
    @pytest.fixture
    def complaints(self, way, write, chromium):
        """Return a function that returns the complaints about a page with the given body."""

        def heard(body):
            folder = write(body)
            with browser.serving(folder) as server:
                address = server if way == "server" else browser.address_of(folder)
                with browser.visiting(chromium, address) as visitor:
                    visitor.open("page.html").wait_for_load_state("networkidle")
                    return visitor.complaints

        return heard

    def test_none(self, complaints):
        assert complaints("<script>console.log('all is well')</script>") == []

    @pytest.mark.parametrize(
        ("body", "complaint"),
        [
            ("<script>console.error('broken')</script>", "console: broken"),
            ("<script>console.warn('beware')</script>", "console: beware"),
            ("<script>throw new Error('thrown')</script>", "exception: thrown"),
            ('<script src="http://127.0.0.1:9/a.js"></script>', "outside: http://127.0.0.1:9/a.js"),
            ('<img src="none.png" alt="a black square">', None),
            ('<img src="../outside.svg" alt="a black square">', None),
        ],
    )
    def test_one(self, body, complaint, way, complaints):
        found = complaints(body)
        if complaint:
            assert complaint in found
        assert found != []


def test_a_request_given_up_with_its_page_is_no_complaint_but_one_broken_off_is(write, chromium):
    left = threading.Event()

    class HesitantHandler(browser.QuietHandler):
        def send_head(self):
            if self.path == "/late.svg":  # comes after its page was left
                left.wait(60)
            if self.path != "/cut.svg":
                return super().send_head()
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            return io.BytesIO(b"<svg")

    folder = write('<script>new Image().src = "late.svg"</script>')
    (folder / "next.html").write_text((folder / "page.html").read_text().replace("late.svg", "cut.svg"))
    with browser.serving(folder, HesitantHandler) as server, browser.visiting(chromium, server) as visitor:
        page = visitor.page
        with page.expect_request("**/late.svg"):
            page.goto(f"{server}page.html", wait_until="commit")
        with page.expect_event("requestfailed", lambda request: request.url.endswith("cut.svg")):
            page.goto(f"{server}next.html", wait_until="commit")
        left.set()
        assert visitor.complaints == [f"failed: {server}cut.svg: net::ERR_CONTENT_LENGTH_MISMATCH"]


@pytest.mark.parametrize(
    ("checker", "head", "body", "finding"),
    [
        (browser.unrendered, "", r'<span class="math">\(x\)</span>', r"\(x\)"),
        (browser.unrendered, MATHJAX, r"<p>So <code>\(</code> opens</p><pre>\(y\)</pre>", None),
        (browser.unrendered, MATHJAX, r'<span class="math">\(x^2\)</span>', None),
        (browser.unrendered, MATHJAX, r'<span class="math">\(\left( x\)</span>', "Extra \\left"),
        (browser.unrendered, MATHJAX, r'<span class="math">\(\nonsense x\)</span>', r"\nonsense"),
        (browser.unrendered, "", r"<p>So \(x\) is</p>", r"So \(x\) is"),
        (browser.unrendered, "", r"<p>So $\sigma$ is</p>", r"So $\sigma$ is"),
        (browser.unrendered, "", "<p>It costs $5, or $6.</p>", None),
        (browser.overflow, "", '<div style="width: 500px">wide</div>', "pixels wide"),
        (browser.overflow, "", '<pre style="overflow-x: auto"><b style="padding: 500px">wide</b></pre>', None),
        (browser.faults, "", "<p>Sound.</p>", None),
        (browser.faults, "", '<p style="color: #bbb; background: #fff">pale</p>', "serious: color-contrast"),
        (browser.faults, "", PALE_CODE, "serious: color-contrast"),
        (browser.faults, "", "<button></button>", "critical: button-name"),
        (browser.unprintable, "", "<p>Sound.</p>", None),
        (browser.unprintable, "", "<nav>Pages</nav>", "visible: <nav>Pages</nav>"),
        (browser.unprintable, "", "<button>Copy</button>", "visible: <button>Copy</button>"),
        (browser.unprintable, "", '<button style="opacity: 0">Copy</button>', None),
        (browser.unprintable, "", '<pre style="width: 900px">x</pre>', 'beyond the edge: <pre style="width: 900px"'),
        (browser.unprintable, "", '<pre style="overflow-x: auto"><b style="padding: 500px">x</b></pre>', "cut: <pre"),
    ],
)
def test_of_an_opened_page(checker, head, body, finding, write, chromium, site):
    folder = write(body, head)
    shutil.copy(site / "_static" / "tex-svg.js", folder)
    width = browser.PAPER if checker is browser.unprintable else browser.PHONE
    with browser.visiting(chromium, browser.address_of(folder), width) as visitor:
        found = checker(visitor.open("page.html"))
    assert finding is None or any(finding in text for text in found)
    assert (found == []) == (finding is None)
