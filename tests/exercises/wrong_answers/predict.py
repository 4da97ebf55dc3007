"""Wrong answers to `predict`."""

from wrong_answers import wrong


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
