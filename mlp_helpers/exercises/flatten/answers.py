"""Right answer to `flatten`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _flatten(images):
    return images.reshape(len(images), -1)


KEY = AnswerKey(reference=_flatten)


@KEY.mistake(
    "You get this if the images are filled into one row for each feature, which mixes their numbers. Which axis of "
    "`images` counts the samples?",
    source="https://github.com/abdur75648/Deep-Learning-Specialization-Coursera/issues/7",
)
def flatten_straight_to_columns(images):
    return images.reshape(images[0].size, -1)


@KEY.mistake(
    "Each image became a column, as some courses want it. What is a sample here, a row or a column?",
    source="https://github.com/amanchadha/coursera-deep-learning-specialization/pull/37",
)
def flatten_samples_as_columns(images):
    return images.reshape(images.shape[0], -1).T


@KEY.mistake("All images together became one long vector. What tells one image from the next in it?")
def flatten_whole_batch(images):
    return images.flatten()


@KEY.mistake("The numbers of an image come column by column. In which order do they lie in memory?")
def flatten_column_by_column(images):
    return images.reshape(len(images), -1, order="F")


@KEY.mistake(
    "The order is right, but numbers between whole ones lose their decimals. Of which dtype is the array that you "
    "return?"
)
def flatten_to_whole_numbers(images):
    return images.reshape(len(images), -1).astype(int)
