"""JSON data in which equal parts are stored once."""

import json
from collections import Counter

MIN_SHARED_CHARACTERS = 24  # of a part's JSON; a reference to it has some ten
CONTAINERS = {dict, list}


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
    parts, numbers = [], {}
    values = [_numbered(value, parts, numbers) for value in json.loads(json.dumps(values, allow_nan=False))]
    times = Counter(number for value in [*values, *parts] for number in _references(value))
    again = [number for number in range(len(parts)) if times[number] > 1]
    places = {number: place for place, number in enumerate(again)}
    return tuple([_placed(value, parts, places) for value in given] for given in (values, [parts[i] for i in again]))


def _numbered(value, parts, numbers):
    """Return a value with references in the place of all larger parts, which are appended if they are new."""
    if type(value) not in CONTAINERS:
        return value
    value = _each(value, lambda part: _numbered(part, parts, numbers))
    text = json.dumps(value)
    if len(text) < MIN_SHARED_CHARACTERS:
        return value
    if text not in numbers:
        numbers[text] = len(parts)
        parts.append(value)
    return {"$": numbers[text]}


def _references(value):
    """Yield the numbers of the parts that a value refers to."""
    if isinstance(value, dict) and "$" in value:
        yield value["$"]
    elif type(value) in CONTAINERS:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _references(part)


def _placed(value, parts, places):
    """Return a value with references to the places of parts, and with those parts that have none."""
    if isinstance(value, dict) and "$" in value:
        number = value["$"]
        return {"$": places[number]} if number in places else _placed(parts[number], parts, places)
    return _each(value, lambda part: _placed(part, parts, places))


def _each(value, change):
    """Return a value whose parts are changed by a function that keeps numbers and text as they are."""
    if isinstance(value, dict):
        return {name: change(part) for name, part in value.items()}
    if isinstance(value, list) and not CONTAINERS.isdisjoint(map(type, value)):
        return [change(part) for part in value]
    return value
