"""Inverse of `mlp_helpers.widgets.sharing`, as widgets.js does it on a page."""


def whole(value, parts):
    """Return a value that was shared, with all parts in their places."""
    if isinstance(value, list):
        return [whole(part, parts) for part in value]
    if not isinstance(value, dict):
        return value
    return whole(parts[value["$"]], parts) if "$" in value else {k: whole(part, parts) for k, part in value.items()}
