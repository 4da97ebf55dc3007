"""Exceptions in plain words: one sentence for each pattern of a message, with the shapes and names in it."""

import re

from mlp_helpers.checking.questions import Misfit

SINGULARS = {
    "arguments": "argument",
    "axes": "axis",
    "columns": "column",
    "entries": "entry",
    "indices": "index",
    "items": "item",
    "numbers": "number",
    "rows": "row",
    "values": "value",
}

# Pattern of a message: the sentence, in which {0}, {1} and so on are the groups of the pattern.
SENTENCES = {
    # Matrix products and entry-by-entry operations
    r"matmul: .*\(size (\d+) is different from (\d+)\)": (
        "A matrix product has {1} columns on its left and {0} rows on its right; the two numbers must be equal."
    ),
    r"shapes (\(.*?\)) and (\(.*?\)) not aligned": (
        "A matrix product has the shapes {0} and {1}: the left one must have as many columns as the right one has rows."
    ),
    r"matmul: Input operand \d does not have enough dimensions": (
        "A matrix product got a single number; it needs an array on each side."
    ),
    r"non-broadcastable output operand with shape (\(.*?\)) doesn't match the broadcast shape (\(.*?\))": (
        "An array of shape {0} cannot take values of shape {1} in place, because it cannot grow."
    ),
    r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))": (
        "Values of shape {0} are assigned to a place of shape {1}."
    ),
    r"requested shape (\(.*?\))": "An array cannot be stretched to the shape {0}.",
    r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))": (
        "Arrays of shapes {0} and {1} are combined entry by entry. Sizes, compared from the last axis on, must be "
        "equal or 1."
    ),
    r"indexing arrays could not be broadcast together with shapes (\(.*?\)) (\(.*?\))": (
        "The arrays used as row and column numbers have shapes {0} and {1}; there must be as many of each."
    ),
    # Shapes, axes and indices
    r"cannot reshape array of size (\d+) into shape (\(.*\))": (
        "{0} numbers cannot take the shape {1}. Does a size in it belong to other data, or to another axis?"
    ),
    r"axis (-?\d+) is out of bounds for array of dimension 0": "Axis {0} of a single number is asked for.",
    r"axis (-?\d+) is out of bounds for array of dimension 1": (
        "Axis {0} is asked for, but the array has only one axis, number 0."
    ),
    r"axis (-?\d+) is out of bounds for array of dimension (\d+)": (
        "Axis {0} is asked for, but the array has {1} axes, counted from 0."
    ),
    r"axes don't match array": "The axes of a transpose do not match those of the array.",
    r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)": (
        "Index {0} is used along axis {1}, which has {2} entries, counted from 0."
    ),
    r"list index out of range": "An index is too large for the list; indices count from 0.",
    r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed": (
        "{1} indices are used for an array whose number of axes is {0}."
    ),
    r"boolean index did not match .*size of axis is (\d+) but size of corresponding boolean axis is (\d+)": (
        "A mask of {1} values picks from {0} entries; each entry needs one value of the mask."
    ),
    r"arrays used as indices must be of integer|only integers, slices .* are valid indices": (
        "An index must be a whole number, a slice or a mask. Which type does yours have?"
    ),
    r"list indices must be integers": "A list takes one whole number or a slice as its index; an array takes more.",
    r"slice indices must be integers|'float' object cannot be interpreted as an integer|got '[\d.]+'": (
        "A whole number is needed here, not a fraction. `/` always gives a fraction: which division does not?"
    ),
    r"Cannot interpret '.*' as a data type": (
        "NumPy takes the whole shape as one argument, a tuple in brackets of its own."
    ),
    r"negative dimensions are not allowed": "An array of negative size is asked for.",
    r"inhomogeneous shape": "Rows of different lengths cannot be put into one array.",
    r"all the input array|all input arrays must have the same shape": (
        "The arrays to be joined have different shapes. Print the shape of each."
    ),
    r"(zero-size array to reduction operation|empty sequence|need at least one array)": (
        "Something is empty where at least one entry is needed. Why is nothing left there?"
    ),
    r"Last 2 dimensions of the array must be square|Singular matrix": (
        "Not every matrix has an inverse, and the formula needs none."
    ),
    # Types
    r"return arrays must be of ArrayType|takes from 2 to 3 positional arguments but 4": (
        "`np.maximum` and `np.minimum` compare two things; they take a third argument for the place of the result."
    ),
    r"bitwise_xor|for \^": "In Python `^` works on bits; it is not a power. How do you write a power?",
    r"truth value of an array": (
        "Python's `if`, `and`, `max` and `min` need one truth value, but an array has many. What works entry by entry?"
    ),
    r"only integer scalar arrays|only 0-dimensional arrays|only length-1 arrays|must be real number, not": (
        "There is an array where one number is needed; the functions of `math`, for example, take no arrays."
    ),
    r"unsupported operand type\(s\) for (\S+?):.*'list'|(?:bad operand type for unary (\S+): 'list')": (
        "A list does not calculate entry by entry; an array does."
    ),
    r"can't multiply sequence by non-int": "A list does not calculate entry by entry; an array does.",
    r"'list' object has no attribute '(\w+)'": "A list has no `{0}`; an array has.",
    r"'NoneType' object has no attribute '(\w+)'|'NoneType' object is not": (
        "There is None where a value is needed. Which function returns nothing?"
    ),
    r"unsupported operand type\(s\) for .*'NoneType'": (
        "There is None where a value is needed. Which function returns nothing?"
    ),
    r"unsupported operand type\(s\) for .*'(?:function|builtin_function_or_method|method|ufunc)'": (
        "A function itself is used in a calculation. Did you call it?"
    ),
    r"'(?:numpy\.)?(\w+)' object is not callable": "Round brackets after a value call it: is {0} a function?",
    r"'numpy\.random\._generator\.Generator' object has no attribute '(\w+)'": (
        "A Generator such as `rng` has no `{0}`. Some of NumPy's older functions have another name there."
    ),
    r"'numpy\.ndarray' object has no attribute '(\w+)'": "An array has no `{0}`. Is it a function of NumPy?",
    r"'(\w+)' object has no attribute '(\w+)'": (
        "An object of type {0} has no `{1}`. Is the name misspelt, or is it never set?"
    ),
    r"module '(\w+)' has no attribute '(\w+)'": "`{0}` has no `{1}`. Is the name misspelt?",
    r"object of type '(\w+)' has no len": "`len` got a single value of type {0}, which has no length.",
    r"(?:cannot unpack non-iterable (\w+) object|'(\w+)' object is not iterable)": (
        "There is a single value where several are needed, to loop over or to unpack."
    ),
    r"'(\w+)' object is not subscriptable": "Square brackets pick an entry, and a value of type {0} has none.",
    r"'tuple' object does not support item assignment": "The entries of a tuple cannot be changed.",
    r"(?:too many|not enough) values to unpack": (
        "The number of names on the left is not the number of values on the right. Print what is unpacked."
    ),
    r"zip\(\) argument (\d) is (shorter|longer)": "`zip` joins two lists of different lengths.",
    r"Cannot cast ufunc .* from dtype\('(\w+)'\) to dtype\('(\w+)'\)": (
        "An array of {1} cannot hold numbers of {0}, so they cannot change it in place."
    ),
    r"Integers to negative integer powers": "Whole numbers cannot be raised to negative powers; floats can.",
    # Names and calls
    r"No module named 'mlp_helpers\.(\w+)'": (
        "The package's module `{0}` does the work here, and grading does not have it. Write these lines yourself."
    ),
    r"cannot access local variable '(\w+)'": "`{0}` is used before it has a value. Where does it get its first one?",
    r"name '(\w+)' is not defined": (
        "There is no `{0}` here. Is it misspelt, or does it have another name in this function?"
    ),
    r"(\w+)\(\) got an unexpected keyword argument '(\w+)'": "`{0}` has no argument called `{1}`.",
    r"(\w+)\(\) missing \d+ required positional arguments?: (.*)": "A call of `{0}` lacks the argument {1}.",
    r"__init__\(\) takes (.*) positional arguments? but (\d+) (?:was|were) given": (
        "`__init__` takes {0} arguments and is given {1}; `self` is one of them."
    ),
    r"(\w+)\(\) takes no arguments": (
        "`{0}` takes no arguments. Is its `__init__` spelt with two underscores on each side?"
    ),
    r"(\w+)\(\) takes (.*) positional arguments? but (\d+) (?:was|were) given": (
        "`{0}` takes {1} arguments and is given {2}."
    ),
    r"the output layer has no bprop": (
        "The output layer has no `bprop`: the backward pass begins with its `input_grad`. With which layer does your "
        "loop begin?"
    ),
    r"maximum recursion depth": "It calls itself again and again.",
    r"math domain error": "A logarithm or root is taken of a number that has none.",
    r"math range error|Numerical result out of range": "A number becomes too large for a float.",
    r"division by zero": "It divides by 0.",
    r"Unable to allocate": "It asks for a huge array. How large is it, and why?",
}


def in_plain_words(observation):
    """Return what an answer's exception means, for a beginner, and the line that raised it; None if it is not known."""
    raised = observation.value
    if raised.kind == Misfit.__name__:
        return raised.message
    if re.search(r"np\.max\(\s*\[?0", raised.line):
        return _with_place(
            "`np.max` looks for the largest number of one array. Which function compares two things entry by entry?",
            observation,
        )
    for pattern, sentence in SENTENCES.items():
        if found := re.search(pattern, raised.message):
            return _with_place(in_the_singular(sentence.format(*map(_tuple, found.groups()))), observation)
    return None


def in_the_singular(sentence):
    """Return a sentence with one of something in the singular."""
    words = "|".join(SINGULARS)
    return re.sub(rf"(?<![\w.,(])1 ({words})\b", lambda found: f"1 {SINGULARS[found[1]]}", sentence)


def quoted(observation):
    """Return an answer's exception in Python's own words, with the line that raised it."""
    message = observation.value.message.strip().rstrip(".")
    return _with_place(f"It raised {observation.value.kind}{f': {message}' if message else ''}.", observation)


def _with_place(sentence, observation):
    line = f" Look at {observation.value.line}." if observation.value.line else ""
    return f"{sentence}{line} (Case: {observation.label}.)"


def _tuple(group):
    """Return a shape in NumPy's messages, such as (5,3), as Python prints it."""
    text = re.sub(r",(?=[^\s)])", ", ", (group or "").strip()).replace("newaxis", "-1")
    return re.sub(r"^\((\d+)\)$", r"(\1,)", text)
