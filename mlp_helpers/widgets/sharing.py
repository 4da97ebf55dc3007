"""JSON data in which equal parts are stored once."""

import json

MIN_SHARED_CHARACTERS = 24  # of a part's JSON; a reference to it has some ten


def shared(value):
    """Return a value with references in the place of larger parts, and those parts.

    Parameters
    ----------
    value : dict, list, tuple, str, float, int, bool or None
        No dict may have the key "$".

    Returns
    -------
    value : object
        In it {"$": i} stands for part i.
    parts : list
        They refer to one another in the same way.
    """
    parts, places = [], {}

    def reduced(value):
        if isinstance(value, dict):
            value = {name: reduced(part) for name, part in value.items()}
        elif isinstance(value, (list, tuple)):
            value = [reduced(part) for part in value]
        else:
            return value
        text = json.dumps(value, allow_nan=False)
        if len(text) < MIN_SHARED_CHARACTERS:
            return value
        if text not in places:
            places[text] = len(parts)
            parts.append(value)
        return {"$": places[text]}

    return reduced(value), parts
