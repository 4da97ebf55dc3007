"""Right answer to `scale_in_place`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _scale_in_place(arrays, factor):
    for array in arrays:
        array *= factor


KEY = AnswerKey(reference=_scale_in_place)
AS_BEFORE = (
    "The caller's arrays hold the same numbers as before, whatever a name or a list refers to now. Do your products go "
    "into these arrays, or into new ones?"
)


@KEY.mistake(AS_BEFORE)
def scale_in_place_rebinds_the_name(arrays, factor):
    for array in arrays:
        array = array * factor


@KEY.mistake(AS_BEFORE)
def scale_in_place_new_arrays_in_the_list(arrays, factor):
    for i in range(len(arrays)):
        arrays[i] = arrays[i] * factor


@KEY.mistake(AS_BEFORE)
def scale_in_place_returns_new_arrays(arrays, factor):
    return [array * factor for array in arrays]


@KEY.mistake("Only the first array has changed. What ends your loop?")
def scale_in_place_of_the_first(arrays, factor):
    for array in arrays:
        array *= factor
        return array
    return None


@KEY.mistake("The factor was added to each number. What should a factor do?")
def scale_in_place_adds(arrays, factor):
    for array in arrays:
        array += factor


@KEY.mistake("In each array only the part at index 0 has changed. Which index picks a whole array?")
def scale_in_place_first_entries(arrays, factor):
    for array in arrays:
        array[0] *= factor


@KEY.mistake("Each number is now the factor itself. What happened to the old numbers?")
def scale_in_place_overwrites(arrays, factor):
    for array in arrays:
        array[:] = factor


@KEY.mistake(
    "Matrices are right, but arrays with a single axis hold the same numbers as before. If you loop over such an "
    "array, what do you get, a part of it or a number of its own?"
)
def scale_in_place_row_by_row(arrays, factor):
    for array in arrays:
        for row in array:
            row *= factor


@KEY.mistake("The numbers were divided by the factor. What should a factor do?")
def scale_in_place_divides(arrays, factor):
    for array in arrays:
        array /= factor


@KEY.mistake("The products were added to the old numbers. What should become of these?")
def scale_in_place_adds_the_product(arrays, factor):
    for array in arrays:
        array += array * factor
