"""Right answer to `backpropagate`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey

WHOSEBUG_2948401 = (
    "https://whosebug.com/question/2948401/Backpropagation-Why-doesn-t-error-approach-zero"
    "-when-it-is-multiplied-by-deriv-of-sigmoid"
)


def _backpropagate(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


KEY = AnswerKey(reference=_backpropagate)


@KEY.mistake(
    "You get this if the backward pass begins with Y_pred - Y, which is right for some losses only. Which layer "
    "knows the loss of this network?"
)
def backpropagate_own_beginning(layers, Y, Y_pred):
    grad = Y_pred - Y
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@KEY.mistake("You get this if Y and Y_pred are exchanged at the output layer. In which order does it take them?")
def backpropagate_arguments_swapped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y_pred, Y)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad


@KEY.mistake(
    "If all layers are equally wide, you get this by starting with the first one. Where does the gradient come from?"
)
def backpropagate_forwards(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1]:
        grad = layer.bprop(grad)
    return grad


@KEY.mistake(
    "If all layers are equally wide, this is the gradient of the loss, sent through the first one alone. What does "
    "each layer get?",
    source=WHOSEBUG_2948401,
)
def backpropagate_error_passed_on(layers, Y, Y_pred):
    error = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(error)
    return grad


@KEY.mistake("It ends one layer too early: the first one is never called. At which index does your loop end?")
def backpropagate_first_layer_skipped(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[-2:0:-1]:
        grad = layer.bprop(grad)
    return grad


@KEY.mistake("You get what the output layer began with. What happens to the values that `bprop` returns?")
def backpropagate_throws_away(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        layer.bprop(grad)
    return grad
