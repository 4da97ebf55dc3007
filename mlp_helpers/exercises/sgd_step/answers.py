"""Right answer to `sgd_step`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _sgd_step(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad


KEY = AnswerKey(reference=_sgd_step)
UNCHANGED = (
    "The arrays that were passed hold the same numbers as before. Does your assignment change an array, or put a new "
    "one in its place?"
)


@KEY.mistake(UNCHANGED, source="https://github.com/pytorch/pytorch/issues/74158")
def sgd_step_rebinds_the_name(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param = param - learning_rate * grad
    return params


@KEY.mistake(UNCHANGED)
def sgd_step_new_arrays_in_the_list(params, grads, learning_rate):
    for i, grad in enumerate(grads):
        params[i] = params[i] - learning_rate * grad


@KEY.mistake(
    "The step has the right length, but it goes uphill. Where does the gradient point?",
    source="https://github.com/pytorch/pytorch/issues/1871",
)
def sgd_step_uphill(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param += learning_rate * grad


@KEY.mistake(
    "Each step is divided by the number of rows of its array. Is a gradient in this course a sum over the samples, or "
    "already a mean?",
    source="https://github.com/d2l-ai/d2l-en/pull/1000",
)
def sgd_step_divided_by_rows(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad / len(grad)


@KEY.mistake("Only the first parameter has moved. What ends your loop?")
def sgd_step_of_the_first(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= learning_rate * grad
        return params
    return params


@KEY.mistake("Each parameter has become the step itself. How does the new value depend on the old one?")
def sgd_step_forgets_the_old_value(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param[...] = -learning_rate * grad


@KEY.mistake(
    "The parameters are right, but `grads` has changed, too. Only `params` may change: which line changes a gradient "
    "in place?"
)
def sgd_step_scales_the_gradients(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        grad *= learning_rate
        param -= grad


@KEY.mistake("Each parameter moves by its whole gradient. Which argument does your function not use?")
def sgd_step_without_the_rate(params, grads, learning_rate):
    for param, grad in zip(params, grads, strict=True):
        param -= grad
