"""Wrong answers to `momentum_step`."""

from wrong_answers import wrong


@wrong("looks ahead, as Nesterov's rule does", names="velocit")
def momentum_step_nesterov(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity *= momentum
        velocity -= learning_rate * grad
        param += momentum * velocity - learning_rate * grad


@wrong("exchanges rate and momentum", names="are 0.1 times the old ones plus -0.9 times the gradients")
def momentum_step_roles_exchanged(params, grads, velocities, learning_rate, momentum):
    for param, grad, v in zip(params, grads, velocities, strict=True):
        v *= learning_rate
        v -= momentum * grad
        param += v


@wrong("has the momentum in the step of the parameter", names="are 1 times the old ones")
def momentum_step_not_damped(params, grads, velocities, learning_rate, momentum):
    for param, grad, v in zip(params, grads, velocities, strict=True):
        v -= learning_rate * grad
        param += momentum * v
