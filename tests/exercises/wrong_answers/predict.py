"""Wrong answers to `predict`."""

from wrong_answers import wrong


@wrong("gives each layer the input of the first", names="layer before|next layer|output of|layer.fprop")
def predict_each_layer_of_input(layers, X):
    for layer in layers:
        out = layer.fprop(X)
    return out


@wrong("returns after the first layer", names="first layer")
def predict_returned_in_loop(layers, X):
    for layer in layers:
        X = layer.fprop(X)
        return X


@wrong("calls forward, and the method is fprop", names="forward|fprop")
def predict_forward(layers, X):
    for layer in layers:
        X = layer.forward(X)
    return X


@wrong("leaves out the last layer", names="missing at the end")
def predict_without_last_layer(layers, X):
    A = X
    for l in range(len(layers) - 1):
        A = layers[l].fprop(A)
    return A


@wrong("returns the activations of all layers", names="list")
def predict_all_activations(layers, X):
    activations = [X]
    for layer in layers:
        activations.append(layer.fprop(activations[-1]))
    return activations


@wrong("empties the list of layers", names="input has changed")
def predict_emptying_list(layers, X):
    while layers:
        X = layers.pop(0).fprop(X)
    return X
