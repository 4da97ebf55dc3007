"""Wrong answers to `momentum_step`."""

from wrong_answers import wrong


@wrong("looks ahead, as Nesterov's rule does", names="velocit")
def momentum_step_nesterov(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity *= momentum
        velocity -= learning_rate * grad
        param += momentum * velocity - learning_rate * grad


@wrong("changes the gradients", names="input has changed")
def momentum_step_gradients_changed(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        grad *= learning_rate
        velocity *= momentum
        velocity -= grad
        param += velocity
