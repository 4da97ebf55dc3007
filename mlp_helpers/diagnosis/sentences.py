"""Sentences for exceptions: the pattern of a message, what a line must hold, and what is said of it."""

from pathlib import Path

import numpy as np

# Parts of patterns
SHAPE = r"(\(.*?\))"
FUNCTION = r"'?(?:function|method|builtin_function_or_method|(?:numpy\.)?(?:ufunc|_ArrayFunctionDispatcher))\b'?"
OPERANDS = r"(?:unsupported operand|bad operand|between instances|loop of ufunc)"
NUMBER = r"(?:int|float|bool|numpy\.\w+)"
TOYS = "layer|loss|network|output"  # as `in_public` calls them
TYPE = r"'(?:[\w.]+\.)?(\w+)'"
MODULES = "|".join(path.stem for path in Path(__file__).parent.parent.iterdir())


def _one_of(names):
    return f"'({'|'.join(name for name in names if not name.startswith('_'))})'"


# What a line must hold for a sentence to be about it: one of these, as in `Line.holds`
ANYTHING = set()
NOTHING = {"nothing"}  # so it is said of calls alone
CALL = {"Call"}
CALL_OF_IT = {"{0}()", "no line"}  # of the first group of the pattern, in the line, or by the check
NUMPY = {"a call of NumPy"}
PRODUCT = {"MatMult", "dot()", "einsum()", "inner()", "matmul()", "multi_dot()", "tensordot()"}
CALCULATION = {"BinOp", "AugAssign", "Compare", "UnaryOp"} | NUMPY
INDEX = {"Subscript"}
SEVERAL = {"several values"}
VALUE = CALCULATION | INDEX | SEVERAL | {"len()", "range()"}
IN_PLACE = {"AugAssign", "`out`"}
NAME = {"`{0}`"}  # the first group of the pattern
SECOND_NAME = {"`{1}`"}

# Pattern of a message, what the line must hold, and the sentence, in which {0}, {1} and so on are the groups of the
# pattern, and {owner} is the code before the dot and the name in the last one. The first sentence that fits is said.
SENTENCES = [
    # Functions, and None, in the place of a value
    (
        rf"{OPERANDS}.*{FUNCTION}|{FUNCTION} object (?:is not (?:iterable|subscriptable)|has no|does not support)|"
        rf"object of type {FUNCTION} has no len|must be an iterable, not {FUNCTION}",
        VALUE | {"Attribute"},
        "A function itself stands where its result is needed. Which name lacks the round brackets that call it?",
    ),
    (r"'NoneType' object has no attribute '(\w+)'", NAME, "{owner} is None here. Where does the None come from?"),
    (
        rf"{OPERANDS}.*NoneType|'NoneType' object (?:is not|does not|cannot)|of type 'NoneType'|number, not NoneType|"
        r"cannot unpack non-iterable NoneType|must be an iterable, not NoneType",
        VALUE,
        "There is None where a value is needed. Where does it come from?",
    ),
    # Matrix products and entry-by-entry operations
    (
        r"matmul: .*\(size (\d+) is different from (\d+)\)",
        PRODUCT,
        "A matrix product has {1} columns on its left and {0} rows on its right; the two numbers must be equal.",
    ),
    (
        rf"shapes {SHAPE} and {SHAPE} not aligned",
        PRODUCT,
        "A matrix product has the shapes {0} and {1}: the left one must have as many columns as the right one has "
        "rows.",
    ),
    (
        rf"non-broadcastable output operand with shape {SHAPE} doesn't match the broadcast shape {SHAPE}",
        IN_PLACE,
        "An array of shape {0} cannot take values of shape {1} in place, because it cannot grow.",
    ),
    (
        rf"could not broadcast input array from shape {SHAPE} into shape {SHAPE}",
        INDEX | NUMPY,
        "Values of shape {0} are assigned to a place of shape {1}.",
    ),
    (
        rf"operands could not be broadcast together with shapes {SHAPE} {SHAPE}",
        CALCULATION,
        "Arrays of shapes {0} and {1} are combined entry by entry. Sizes, compared from the last axis on, must be "
        "equal or 1.",
    ),
    (
        rf"indexing arrays could not be broadcast together with shapes {SHAPE} {SHAPE}",
        INDEX,
        "The arrays used as row and column numbers have shapes {0} and {1}; there must be as many of each.",
    ),
    # Shapes, axes and indices
    (
        r"cannot be interpreted as an integer|only integer scalar arrays",
        {"np.max()", "np.min()"},
        "`np.max` and `np.min` look at one array; their second argument is an axis. Which functions compare two things "
        "entry by entry?",
    ),
    (
        r"cannot reshape array of size (\d+) into shape (\(.*\))",
        NUMPY,
        "{0} numbers cannot take the shape {1}. Does a size in it belong to other data, or to another axis?",
    ),
    (
        r"axis (-?\d+) is out of bounds for array of dimension 1",
        NUMPY,
        "Axis {0} is asked for, but the array has only one axis, number 0.",
    ),
    (
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        NUMPY,
        "Axis {0} is asked for, but the array has {1} axes, counted from 0.",
    ),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        INDEX | NUMPY,
        "Index {0} is used along axis {1}, which has {2} entries, counted from 0.",
    ),
    (
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        INDEX,
        "{1} indices are used for an array whose number of axes is {0}.",
    ),
    (
        r"boolean index did not match .*size of axis is (\d+) but size of corresponding boolean axis is (\d+)",
        INDEX,
        "A mask of {1} values picks from {0} entries; each entry needs one value of the mask.",
    ),
    (
        r"arrays used as indices must be of integer|only integers, slices .* are valid indices",
        INDEX,
        "An index must be a whole number, a slice or a mask. Which type does yours have?",
    ),
    (
        r"slice indices must be integers|'float' object cannot be interpreted as an integer|got '[\d.]+'",
        {"a quotient"},
        "A whole number is needed here, not a fraction. `/` always gives a fraction: which division does not?",
    ),
    (
        r"slice indices must be integers|'float' object cannot be interpreted as an integer|got '[\d.]+'",
        INDEX | NUMPY | {"range()"},
        "A whole number is needed here, not a fraction. Where does the fraction come from?",
    ),
    (
        r"'(?!float)(?:[\w.]+\.)?(\w+)' object cannot be interpreted as an integer",
        INDEX | NUMPY | {"range()"},
        "A whole number is needed here, not a value of type {0}.",
    ),
    (
        r"Cannot interpret '.*' as a data type",
        {"empty()", "full()", "ones()", "random()", "standard_normal()", "zeros()"},
        "NumPy takes the whole shape as one argument, a tuple in brackets of its own.",
    ),
    (r"Cannot interpret '(.*)' as a data type", NUMPY, "`{0}` stands in the place of a dtype."),
    (r"inhomogeneous shape", NUMPY, "Items of different shapes cannot be put into one array."),
    (
        r"zero-size array to reduction operation|empty sequence|iterable argument is empty|need at least one array",
        NUMPY,
        "Something is empty where at least one entry is needed. Why is nothing left there?",
    ),
    # Types
    (
        r"return arrays must be of ArrayType|imum\(\) takes from 2 to 3 positional arguments but 4",
        {"maximum()", "minimum()"},
        "`np.maximum` and `np.minimum` compare two things; they take a third argument for the place of the result.",
    ),
    (
        r"return arrays must be of ArrayType",
        NUMPY,
        "A function of NumPy has one argument too many: it takes the last one for the place of the result.",
    ),
    (
        r"bitwise_xor|for \^",
        {"BitXor"},
        "In Python `^` works on bits; it is not a power. How do you write a power?",
    ),
    (r"bitwise_xor", NOTHING, "It works on bits, and numbers with fractions have none."),
    (
        r"truth value of an array",
        {"a truth value"},
        "Python's `if`, `and`, `max` and `min` need one truth value, but an array has many. What works entry by entry?",
    ),
    (r"truth value of an array", NOTHING, "An array has many truth values, and one is needed."),
    (
        r"only integer scalar arrays|only 0-dimensional arrays|only length-1 arrays|must be real number, not numpy",
        {"`math`"},
        "The functions of `math` take one number, and there is an array.",
    ),
    (
        r"only integer scalar arrays|only 0-dimensional arrays|only length-1 arrays|must be real number, not numpy",
        INDEX | NUMPY | {"float()", "int()"},
        "There is an array where one number is needed. What does that place expect?",
    ),
    (
        r"unsupported operand type\(s\) for .*'list'|bad operand type for unary \S+ 'list'|can only concatenate list",
        CALCULATION,
        "A list does not calculate with its entries; an array does.",
    ),
    (
        r"can't multiply sequence by non-int",
        {"Mult"},
        "Lists, tuples and texts do not calculate with their entries; an array does.",
    ),
    (
        rf"'list' object has no attribute {_one_of(dir(np.ndarray))}",
        NAME,
        "A list has no `{0}`; an array has.",
    ),
    (r"'list' object has no attribute '(\w+)'", NAME, "A list has no `{0}`. Do its items have one?"),
    (
        rf"'numpy\.random\._generator\.Generator' object has no attribute {_one_of(dir(np.random))}",
        NAME,
        "A Generator such as `rng` has no `{0}`. Some of NumPy's older functions have another name there.",
    ),
    (
        rf"'numpy\.ndarray' object has no attribute {_one_of(dir(np))}",
        NAME,
        "An array has no `{0}`. Is it a function of NumPy?",
    ),
    (r"module '([\w.]+)' has no attribute '(\w+)'", SECOND_NAME, "`{0}` has no `{1}`. Is the name misspelt?"),
    (
        rf"'(?!{TOYS})(?:[\w.]+\.)?(\w+)' object has no attribute '(\w+)'",
        SECOND_NAME,
        "{owner}, of type {0}, has no `{1}`. Is the name misspelt, or is it never set?",
    ),
    (
        r"object has no attribute '(\w+)'",
        NAME,
        "{owner} has no `{0}`. Is the name misspelt, or can the task do without it?",
    ),
    (
        rf"{TYPE} object is not callable",
        {"no line"},
        "What is called is of type {0}, which is no function. Does the check get your function, or what it gave?",
    ),
    (
        rf"{TYPE} object is not callable",
        NOTHING,
        "A value of type {0} is called as if it were a function. Is a method's name or an operator missing?",
    ),
    (rf"object of type {TYPE} has no len", {"len()"}, "`len` got a value of type {0}, which has no length."),
    (rf"object of type {TYPE} has no len", NOTHING, "A value of type {0} has no length."),
    (r"len\(\) of unsized object", {"len()"}, "`len` got a single number, which has no length."),
    (
        rf"cannot unpack non-iterable {NUMBER} object|'{NUMBER}' object is not iterable|iteration over a 0-d array",
        SEVERAL,
        "There is a single number where several values are needed, to loop over or to unpack.",
    ),
    (
        rf"'{NUMBER}' object is not iterable",
        {"+="},
        "`+=` adds to a list the items of another one, and here comes a single number. What adds one item to a list?",
    ),
    (
        r"cannot unpack non-iterable|object is not iterable",
        SEVERAL,
        "What is looped over or unpacked is no list, tuple or array. What is it?",
    ),
    (r"invalid index to scalar variable", INDEX, "Square brackets pick an entry, and a single number has none."),
    (
        rf"{TYPE} object is not subscriptable",
        INDEX,
        "Square brackets pick an entry, and a value of type {0} has none.",
    ),
    (
        r"(?:too many|not enough) values to unpack",
        SEVERAL,
        "The number of names on the left is not the number of values on the right. Print what is unpacked.",
    ),
    (
        r"Cannot cast ufunc .* from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        IN_PLACE,
        "An array of {1} cannot hold numbers of {0}, so they cannot change it in place.",
    ),
    # Names and calls
    (
        rf"No module named 'mlp_helpers\.({MODULES})\b",
        ANYTHING,
        "The package's module `{0}` does the work here, and grading does not have it. Write these lines yourself.",
    ),
    (
        r"cannot access local variable '(\w+)'",
        NAME,
        "`{0}` is used before it has a value. Where does it get its first one?",
    ),
    (
        r"name '(\w+)' is not defined",
        NAME,
        "There is no `{0}` here. Is it misspelt, or does it have another name in this function?",
    ),
    (
        r"(?:\b_(?=all|amax|amin|any|mean|prod|std|sum|var))?(\w+)\(\) got an unexpected keyword argument '(\w+)'",
        SECOND_NAME,
        "`{0}` has no argument called `{1}`.",
    ),
    (r"(\w+)\(\) missing \d+ required \S+ arguments?: (.*)", CALL_OF_IT, "A call of `{0}` lacks the argument {1}."),
    (
        r"(binomial|choice|integers|normal|uniform)\(\) takes at most (\d+) positional arguments \((\d+) given\)",
        NAME,
        "`{0}` takes at most {1} arguments, and {2} are given. The whole shape is one of them, a tuple in brackets of "
        "its own.",
    ),
    (
        r"(\w+)\(\) takes no arguments$",
        CALL_OF_IT,
        "`{0}` takes no arguments. Is its `__init__` spelt with two underscores on each side?",
    ),
    (
        r"__init__\(\) takes (.*) positional arguments? but (\d+) (?:was|were) given",
        ANYTHING,
        "`__init__` takes {0} arguments and is given {1}; `self` is one of them.",
    ),
    (
        r"\w\.(\w+)\(\) takes (.*) positional arguments? but (\d+) (?:was|were) given",
        CALL_OF_IT,
        "`{0}` takes {1} arguments and is given {2}; the object before the dot is one of them.",
    ),
    (
        r"(\w+)\(\) takes (.*) positional arguments? but (\d+) (?:was|were) given",
        CALL_OF_IT,
        "`{0}` takes {1} arguments and is given {2}.",
    ),
    (
        r"the output layer has no bprop",
        ANYTHING,
        "The output layer has no `bprop`: the backward pass begins with its `input_grad`. With which layer does your "
        "loop begin?",
    ),
    (
        r"math domain error|expected a (?:positive|nonnegative) input",
        {"log()", "log10()", "log1p()", "log2()", "sqrt()"},
        "A logarithm or root is taken of a number that has none.",
    ),
    (r"math domain error|expected a ", NOTHING, "A number lies outside of what the function takes."),
    (r"math range error|result out of range", CALL | {"Pow"}, "A number becomes too large for a float."),
    (r"division by zero|modulo", {"Div", "FloorDiv", "Mod"}, "It divides by 0."),
]
