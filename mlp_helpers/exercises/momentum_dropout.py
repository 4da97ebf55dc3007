"""Answer keys of notebook 05: steps with momentum, and dropout."""

import numpy as np

from mlp_helpers.exercises.bank import AnswerKey


def _momentum_step(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity *= momentum
        velocity -= learning_rate * grad
        param += velocity


momentum_step = AnswerKey(reference=_momentum_step)


@momentum_step.mistake(
    "The parameters are right, but the velocities hold the same numbers as before. What will the next step start from?"
)
def momentum_step_velocity_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity = momentum * velocity - learning_rate * grad
        param += velocity


@momentum_step.mistake(
    "The velocities are right, but the parameters have not moved. Does your assignment change an array, or put a new "
    "one in its place?"
)
def momentum_step_param_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param = param + velocity


@momentum_step.mistake(
    "Parameters and velocities are all as they were. Which of your assignments change an array, and which put a new "
    "one in its place?"
)
def momentum_step_both_rebound(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity = momentum * velocity - learning_rate * grad
        param = param + velocity
    return params, velocities


@momentum_step.mistake("Without momentum it goes uphill. Which sign does the gradient have in the rule?")
def momentum_step_uphill(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + learning_rate * grad
        param += velocity


@momentum_step.mistake(
    "From rest the parameters are right, but the velocities point uphill. Which way should a velocity point if it is "
    "added?",
    source="https://github.com/pytorch/pytorch/issues/44917",
)
def momentum_step_velocity_uphill(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + learning_rate * grad
        param -= velocity


@momentum_step.mistake(
    "From rest the parameters are right, but the velocities are gradients: the learning rate comes later, as in some "
    "libraries. In which of its two lines does this notebook's rule have it?",
    source="https://github.com/NLeSC/deep-learning-assignments-solutions/issues/2",
)
def momentum_step_rate_outside(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity + grad
        param -= learning_rate * velocity


@momentum_step.mistake(
    "The velocities are right, but the parameters have moved by the old ones. Which of the two lines comes first?",
    source="https://github.com/mdenil/dropout/issues/4",
)
def momentum_step_order(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        param += velocity
        velocity[...] = momentum * velocity - learning_rate * grad


@momentum_step.mistake(
    "The gradient's part of each velocity is multiplied by 1 - momentum, as in a running mean. Does the rule have "
    "that factor?",
    source="https://github.com/pjreddie/darknet/issues/2203",
)
def momentum_step_running_mean(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - (1 - momentum) * learning_rate * grad
        param += velocity


@momentum_step.mistake(
    "With momentum 0 nothing moves at all: the gradient's part is multiplied by it, too. Where should the brackets be?"
)
def momentum_step_brackets(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * (velocity - learning_rate * grad)
        param += velocity


@momentum_step.mistake(
    "The velocities keep nothing of their old values: these are plain steps against the gradient. Momentum says how "
    "much of something is kept: of what?"
)
def momentum_step_forgets(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = -learning_rate * grad
        param += velocity


@momentum_step.mistake(
    "The velocities are right, but each parameter has moved by its gradient step once more. What does the velocity "
    "already contain?"
)
def momentum_step_gradient_twice(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param += velocity - learning_rate * grad


@momentum_step.mistake(
    "The velocities are right, but the parameters move by the plain step against the gradient. What are the "
    "velocities for?"
)
def momentum_step_plain(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param -= learning_rate * grad


@momentum_step.mistake("Only the first parameter and its velocity have changed. What ends your loop?")
def momentum_step_of_the_first(params, grads, velocities, learning_rate, momentum):
    for param, grad, velocity in zip(params, grads, velocities, strict=True):
        velocity[...] = momentum * velocity - learning_rate * grad
        param += velocity
        return params, velocities
    return params, velocities


def _inverted_dropout(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


inverted_dropout = AnswerKey(reference=_inverted_dropout)


@inverted_dropout.mistake(
    "The activations that are kept are not scaled, so the mean falls with the share that is kept. By what must you "
    "multiply them to make up for it?"
)
def inverted_dropout_not_scaled(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) * 1.0
    return A * mask, mask


@inverted_dropout.mistake(
    "The activations that are kept become smaller, but they should make up for those left out. Compare the means "
    "before and after."
)
def inverted_dropout_multiplied(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) * keep_probability
    return A * mask, mask


@inverted_dropout.mistake(
    "The share that should be kept is dropped, and vice versa. For which numbers between 0 and 1 is your comparison "
    "true?"
)
def inverted_dropout_sides_swapped(A, keep_probability, rng):
    mask = (rng.random(A.shape) > keep_probability) / keep_probability
    return A * mask, mask


@inverted_dropout.mistake(
    "The activations are right, but the mask holds only 0 and 1. By which numbers must the gradient be multiplied on "
    "its way back?"
)
def inverted_dropout_mask_unscaled(A, keep_probability, rng):
    mask = rng.random(A.shape) < keep_probability
    return A * mask / keep_probability, mask


@inverted_dropout.mistake(
    "The mask is right, but the activations are smaller than it would make them. What does each of the two return "
    "values need?"
)
def inverted_dropout_activations_unscaled(A, keep_probability, rng):
    kept = rng.random(A.shape) < keep_probability
    return A * kept, kept / keep_probability


@inverted_dropout.mistake(
    "The same generator gives a different mask each time. Where do your random numbers come from?"
)
def inverted_dropout_global_generator(A, keep_probability, rng):
    mask = (np.random.random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


@inverted_dropout.mistake("Each call leaves out the same entries. How often do you make a generator, and where?")
def inverted_dropout_seeded_inside(A, keep_probability, rng):
    mask = (np.random.default_rng(0).random(A.shape) < keep_probability) / keep_probability
    return A * mask, mask


@inverted_dropout.mistake(
    "The mask has one number for each column, so a unit is left out for all samples of the batch. For how many "
    "entries do you need a draw?"
)
def inverted_dropout_columns(A, keep_probability, rng):
    mask = (rng.random(A.shape[1]) < keep_probability) / keep_probability
    return A * mask, mask


@inverted_dropout.mistake(
    "The scaling uses the share that is dropped, not the share that is kept. What is the mean of the mask, and what "
    "should it be?",
    source="https://github.com/lmjohns3/theanets/pull/123",
)
def inverted_dropout_scaled_by_dropped(A, keep_probability, rng):
    with np.errstate(all="ignore"):
        mask = (rng.random(A.shape) < keep_probability) / (1 - keep_probability)
    return A * mask, mask


@inverted_dropout.mistake(
    "Activations and mask are right, but the array that came in was overwritten. Who else may still need its old "
    "values?"
)
def inverted_dropout_in_place(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    A *= mask
    return A, mask


@inverted_dropout.mistake("The two arrays are exchanged. In which order does the task ask for them?")
def inverted_dropout_in_other_order(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return mask, A * mask


ANSWER_KEYS = {"momentum_step": momentum_step, "inverted_dropout": inverted_dropout}
