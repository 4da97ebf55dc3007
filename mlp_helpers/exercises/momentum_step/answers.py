"""Right answer to `momentum_step`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _momentum_step(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity *= momentum
        velocity -= learning_rate * grad
        param += velocity


KEY = AnswerKey(reference=_momentum_step)


@KEY.mistake(
    "The parameters are right, but the velocities hold the same numbers as before. What will the next step start from?"
)
def momentum_step_velocity_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity = momentum * velocity - learning_rate * grad
        param += velocity


@KEY.mistake(
    "The velocities are right, but the parameters have not moved. Does your assignment change an array, or put a new "
    "one in its place?"
)
def momentum_step_param_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param = param + velocity


@KEY.mistake(
    "Parameters and velocities are all as they were. Which of your assignments change an array, and which put a new "
    "one in its place?"
)
def momentum_step_both_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity = momentum * velocity - learning_rate * grad
        param = param + velocity
    return params, velocities


@KEY.mistake("Without momentum it goes uphill. Which sign does the gradient have in the rule?")
def momentum_step_uphill(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + learning_rate * grad
        param += velocity


@KEY.mistake(
    "From rest the parameters are right, but the velocities point uphill. Which way should a velocity point if it is "
    "added?",
    source="https://github.com/pytorch/pytorch/issues/44917",
)
def momentum_step_velocity_uphill(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + learning_rate * grad
        param -= velocity


@KEY.mistake(
    "From rest the parameters are right, but the velocities are gradients: the learning rate comes later, as in some "
    "libraries. In which of its two lines does this notebook's rule have it?",
    source="https://github.com/NLeSC/deep-learning-assignments-solutions/issues/2",
)
def momentum_step_rate_outside(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + grad
        param -= learning_rate * velocity


@KEY.mistake(
    "The velocities are right, but the parameters have moved by the old ones. Which of the two lines comes first?",
    source="https://github.com/mdenil/dropout/issues/4",
)
def momentum_step_order(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        param += velocity
        velocity[...] = momentum * velocity - learning_rate * grad


@KEY.mistake(
    "The gradient's part of each velocity is multiplied by 1 - momentum, as in a running mean. Does the rule have "
    "that factor?",
    source="https://github.com/pjreddie/darknet/issues/2203",
)
def momentum_step_running_mean(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - (1 - momentum) * learning_rate * grad
        param += velocity


@KEY.mistake(
    "With momentum 0 nothing moves at all: the gradient's part is multiplied by it, too. Where should the brackets be?"
)
def momentum_step_brackets(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * (velocity - learning_rate * grad)
        param += velocity


@KEY.mistake(
    "The velocities keep nothing of their old values: these are plain steps against the gradient. Momentum says how "
    "much of something is kept: of what?"
)
def momentum_step_forgets(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = -learning_rate * grad
        param += velocity


@KEY.mistake(
    "The velocities are right, but each parameter has moved by its gradient step once more. What does the velocity "
    "already contain?"
)
def momentum_step_gradient_twice(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param += velocity - learning_rate * grad


@KEY.mistake(
    "The velocities are right, but the parameters move by the plain step against the gradient. What are the "
    "velocities for?"
)
def momentum_step_plain(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param -= learning_rate * grad


@KEY.mistake("Only the first parameter and its velocity have changed. What ends your loop?")
def momentum_step_of_the_first(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param += velocity
        return params, velocities
    return params, velocities
