"""Objects of a student's class, whose methods may be missing or fail, and what is seen of them."""

import numpy as np

from mlp_helpers.checking.questions import NotAnswered, Raised, message_of, where_in_method


def ask(of, calls, method, *arguments):
    """Return what a method of an object returns; `Raised`, or in words why not, if it returns nothing.

    Parameters
    ----------
    of : object
    calls : dict from str to str
        How each method is called, such as "bprop(dZ)".
    method : str
    *arguments
    """
    try:
        function = getattr(of, method, None)
        if function is None:
            return f"The method `{method}` is missing."
        if not callable(function):
            return f"`{method}` is an attribute. It is called, as {calls[method]}: make it a method, without @property."
        return function(*arguments)
    except NotAnswered:
        raise
    except Exception as error:
        if error.__traceback__.tb_next is None:  # raised by the call itself
            return f"`{method}` cannot be called as {calls[method]}. Is `self` its first parameter?"
        return Raised(
            type(error).__name__,
            message_of(error),
            *where_in_method(error, getattr(function, "__func__", None), method),
        )


def copied(value):
    """Return a copy of an array, and anything else as it is."""
    return value.copy() if type(value) is np.ndarray else value
