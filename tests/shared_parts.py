"""Inverses of `mlp_helpers.widgets.sharing` and of `page_panels.script`, as widgets.js does them on a page."""

import base64
import json
import re
import zlib


def states_in(script):
    """Return the states that a script brings to a page."""
    (packed,) = re.findall(r'mlp\.packed\("([\w+/=]+)"\)', script)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def whole(value, parts):
    """Return a value that was shared, with all parts in their places."""
    if isinstance(value, list):
        return [whole(part, parts) for part in value]
    if not isinstance(value, dict):
        return value
    return whole(parts[value["$"]], parts) if "$" in value else {k: whole(part, parts) for k, part in value.items()}
