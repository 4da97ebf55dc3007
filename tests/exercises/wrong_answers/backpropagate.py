"""Wrong answers to `backpropagate`."""

from wrong_answers import wrong


@wrong("loops over the None of list.reverse", names="None|reverse")
def backpropagate_list_reverse(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for layer in layers[:-1].reverse():
        grad = layer.bprop(grad)
    return grad


@wrong("exchanges the arguments of input_grad", names="sign|Y_pred, Y|exchang|argument")
def backpropagate_arguments_exchanged(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y_pred, Y)
    for layer in layers[-2::-1]:
        grad = layer.bprop(grad)
    return grad


@wrong("gives each layer the gradient of the output", names="output_grad|next|each layer")
def backpropagate_same_gradient(layers, Y, Y_pred):
    output_grad = layers[-1].input_grad(Y, Y_pred)
    for layer in reversed(layers[:-1]):
        input_grad = layer.bprop(output_grad)
    return input_grad


@wrong("returns the gradients of all layers", names="list")
def backpropagate_all_gradients(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    grads = []
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
        grads.append(grad)
    return grads


@wrong("reverses the caller's list", names="input has changed")
def backpropagate_reversing_list(layers, Y, Y_pred):
    layers.reverse()
    grad = layers[0].input_grad(Y, Y_pred)
    for layer in layers[1:]:
        grad = layer.bprop(grad)
    return grad


@wrong("stops before the first layer", names="too early")
def backpropagate_without_first_layer(layers, Y, Y_pred):
    grad = layers[-1].input_grad(Y, Y_pred)
    for i in range(len(layers) - 2, 0, -1):
        grad = layers[i].bprop(grad)
    return grad


@wrong("begins with a difference of its own", names="never calls `input_grad`")
def backpropagate_from_targets(layers, Y, Y_pred):
    grad = Y - Y_pred
    for layer in reversed(layers[:-1]):
        grad = layer.bprop(grad)
    return grad
