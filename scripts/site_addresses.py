"""The page that says how to begin, with the addresses that a fork has filled in.

They are in pyproject.toml. Where there is none, the page says what to ask the teacher for. Commands are those of the
READMEs.
"""

import re
import tomllib

from site_markdown import ROOT, NotAPage

PLACEHOLDER = "example.org"
ASK = "Ask your teacher for"
WAYS = {  # what a page says of an address, and what in its place
    "hub": ("[Open the course on the hub of your class]({}).", f"{ASK} the link, if your class has a JupyterHub."),
    "binder": ("Without a hub, [open it on Binder]({}), which forgets your answers at the end.", ""),
    "zip": ("Download [{file}]({}).", f"{ASK} the file `{{file}}`."),
    "wheel": ("Download [{file}]({}).", f"{ASK} the file `{{file}}`."),
    "pdf": ("There is a [PDF of the notebooks]({}).", f"{ASK} a PDF of the notebooks, if you want to print them."),
    "slides": ("The lectures have [slides]({}).", f"{ASK} the slides of the lectures."),
    "issues": ("[Report it]({})", "Tell your teacher"),
}
FILES = {"zip": "mlp-course-{}.zip", "wheel": "mlp_course-{}-py3-none-any.whl"}
SOURCES = ("site/install.md", "README.md", "scripts/student/README.md")
BLOCK = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)


def addresses():
    """Return the address of each way to the course, with {version} where the version belongs; "" if it has none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    issues = project["project"]["urls"]["Issues"]
    found = project["tool"]["mlp-course"]["addresses"] | {"issues": "" if PLACEHOLDER in issues else issues}
    place = "pyproject.toml, tool.mlp-course.addresses"
    if found.keys() != WAYS.keys():
        raise NotAPage(f"{place}: must be {', '.join(WAYS)}, got {', '.join(found)}")
    for name, address in found.items():
        if not re.fullmatch(r"(https?://[^\s()<>]+)?", address):
            raise NotAPage(f'{place}: {name} must begin with https:// or be "", got {address!r}')
    return found


def install_page(found, version):
    """Return the page, from site/install.md and the addresses: students' ways first, then the README's section."""
    page, readme, students = ((ROOT / name).read_text("utf-8") for name in SOURCES)
    section = re.search(r"^## Run it\n(.*?)(?=^## )", readme, re.MULTILINE | re.DOTALL)[1]
    ways = re.split(r"^(?=\*\*)", section, flags=re.MULTILINE)
    for_teachers = "".join(way for way in ways if not way.startswith("**By pip"))
    parts = {
        **{name.upper(): _said(name, found[name], version) for name in WAYS},
        "WITH_MAKE": _commands(students, "make lab"),
        "ON_WINDOWS": _commands(students, "install.py"),
        "BY_PIP": _commands(section, "pip install").replace("VERSION", version),
        "FROM_A_CLONE": re.sub(r"\]\(docs/", "](", for_teachers),
    }
    return re.sub(rf"\b({'|'.join(parts)})\b", lambda slot: parts[slot[1]], page)


def _said(name, address, version):
    with_address, without = WAYS[name]
    address = address.replace("{version}", version)
    return (with_address if address else without).format(address, file=FILES.get(name, "").format(version))


def _commands(text, one):
    """Return the block of commands with this one."""
    found = [block for block in BLOCK.findall(text) if one in block]
    if not found:
        raise NotAPage(f"docs/install.md: the README that it is taken from has no block of commands with {one!r}")
    return found[0]
