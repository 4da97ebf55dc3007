"""Sphinx extension: docstrings may refer to names of the library in the shortest way, a method by its name alone."""

import builtins
import inspect
import re
from contextlib import suppress

from sphinx.util.nodes import make_refnode

# Arguments, attributes and Python's own names: a docstring may quote them, and they have no place of their own.
plain_names = set(dir(builtins))


def setup(app):
    """Find names; Sphinx warns, and the build fails, if one is found nowhere."""
    app.connect("autodoc-process-docstring", _prepare)
    app.connect("missing-reference", _find)


def _prepare(_app, _what, _name, documented, _options, lines):
    lines[:] = [line.replace("|", r"\|") for line in lines]  # an absolute value, no substitution
    for names in re.findall(r"^:ivar ([\w, ]+):", "\n".join(lines), re.MULTILINE):
        plain_names.update(names.split(", "))
    with suppress(TypeError, ValueError):  # no callable, or an exception, whose signature is not written down
        plain_names.update(inspect.signature(documented).parameters)


def _find(app, env, node, text):
    """Return the link of a name of the library without its module; the text alone of plain names and expressions."""
    name = node["reftarget"]
    if node.get("reftype") != "obj":
        return None
    module = node.get("py:module")
    found = env.domains.python_domain.find_obj(env, module, node.get("py:class"), name, None, 1)
    if found:
        full, entry = min(found, key=lambda pair: not pair[0].startswith(f"{module}."))
        return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, text, full)
    is_name = all(part.isidentifier() for part in name.split("."))
    return text if name in plain_names or not is_name else None
