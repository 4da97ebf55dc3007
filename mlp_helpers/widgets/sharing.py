"""JSON data in which equal parts are stored once."""

import json
from collections import Counter

MIN_SHARED_CHARACTERS = 24  # of a part's JSON; a reference to it has some ten


def shared(values):
    """Return values with references in the place of larger parts that occur again, and those parts.

    Parameters
    ----------
    values : list
        Of values that JSON can hold; tuples become lists. No dict may have the key "$".

    Returns
    -------
    values : list
        In them {"$": i} stands for part i.
    parts : list
        They refer to one another in the same way.
    """
    values = json.loads(json.dumps(values, allow_nan=False))
    times = Counter()
    for value in values:
        _count(value, times)
    parts, places = [], {}
    return [_reduced(value, times, parts, places) for value in values], parts


def _inside(value):
    """Return the parts of a value."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _count(value, times):
    """Count how often each larger part occurs in different places; inside of a part that occurs again, once."""
    if isinstance(value, (dict, list)) and len(text := json.dumps(value)) >= MIN_SHARED_CHARACTERS:
        times[text] += 1
        if times[text] > 1:
            return
    for part in _inside(value):
        _count(part, times)


def _reduced(value, times, parts, places):
    if not isinstance(value, (dict, list)):
        return value
    text = json.dumps(value)
    if text in places:
        return {"$": places[text]}
    if isinstance(value, dict):
        value = {name: _reduced(part, times, parts, places) for name, part in value.items()}
    else:
        value = [_reduced(part, times, parts, places) for part in value]
    if times[text] < 2:
        return value
    places[text] = len(parts)
    parts.append(value)
    return {"$": places[text]}
