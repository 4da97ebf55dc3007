"""Right answer to `predict`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _predict(layers, X):
    for layer in layers:
        X = layer.fprop(X)
    return X


KEY = AnswerKey(reference=_predict)


@KEY.mistake(
    "One layer is missing at the end. Is the output layer left out?",
    source="https://github.com/udacity/deep-learning-v2-pytorch/pull/198",
)
def predict_without_output(layers, X):
    for layer in layers[:-1]:
        X = layer.fprop(X)
    return X


@KEY.mistake(
    "If all layers are equally wide, this is what the last one makes of X itself. What happened to the results of the "
    "others?"
)
def predict_always_from_x(layers, X):
    for layer in layers:
        Y_pred = layer.fprop(X)
    return Y_pred


@KEY.mistake("This is the output of the first layer. Where does the function end, inside the loop or after it?")
def predict_returns_in_loop(layers, X):
    for layer in layers:
        return layer.fprop(X)
    return X


@KEY.mistake("You get X back unchanged. What happens to the values that the layers return?")
def predict_throws_away(layers, X):
    for layer in layers:
        layer.fprop(X)
    return X


@KEY.mistake("If all layers are equally wide, this is their result from last to first. Which layer should X meet?")
def predict_backwards(layers, X):
    for layer in reversed(layers):
        X = layer.fprop(X)
    return X
