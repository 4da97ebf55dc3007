"""Right answer to `cross_entropy_from_logits`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _log_sums(logits):
    """Return the log-sum-exp of each row."""
    largest = logits.max(axis=1)
    return largest + np.log(np.sum(np.exp(logits - largest[:, np.newaxis]), axis=1))


def _losses(Y, logits):
    return _log_sums(logits) - np.sum(Y * logits, axis=1)


def _softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


KEY = AnswerKey(reference=lambda Y, logits: np.mean(_losses(Y, logits)))


@KEY.mistake(
    "The losses of the samples are added up. Which one number of them does the task ask for?",
    source="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html",
)
def cross_entropy_from_logits_added_up(Y, logits):
    return np.sum(_losses(Y, logits))


@KEY.mistake(
    "The loss is too small by a factor, the number of classes. Over how many numbers do you take the mean, and over "
    "how many should it be?",
    source="https://github.com/GMvandeVen/continual-learning/issues/5",
)
def cross_entropy_from_logits_mean_of_all(Y, logits):
    return -np.mean(Y * (logits - _log_sums(logits)[:, np.newaxis]))


@KEY.mistake(
    "The sum Σ y z is divided by the number of classes, too. What is added up, and over what is the mean taken?"
)
def cross_entropy_from_logits_mean_in_one_term(Y, logits):
    return np.mean(_log_sums(logits)) - np.mean(Y * logits)


@KEY.mistake("The loss is negative, and right apart from that. Which of the two terms has the minus?")
def cross_entropy_from_logits_minus(Y, logits):
    return -np.mean(_losses(Y, logits))


@KEY.mistake("Both terms are added. Which of them has a minus in the formula?")
def cross_entropy_from_logits_terms_added(Y, logits):
    return np.mean(_log_sums(logits) + np.sum(Y * logits, axis=1))


@KEY.mistake("The log-sum-exp is missing: this is the first term alone. What makes a logit large, beside the others?")
def cross_entropy_from_logits_first_term(Y, logits):
    return -np.mean(np.sum(Y * logits, axis=1))


@KEY.mistake("This is the mean log-sum-exp alone. Where do the targets come in?")
def cross_entropy_from_logits_second_term(Y, logits):
    return np.mean(_log_sums(logits))


ANOTHER_BASE = "The logarithm has another base than `np.exp`. Which function takes back what `np.exp` does?"


@KEY.mistake(ANOTHER_BASE)
def cross_entropy_from_logits_log2(Y, logits):
    return np.mean(_in_base(2, Y, logits))


@KEY.mistake(ANOTHER_BASE)
def cross_entropy_from_logits_log10(Y, logits):
    return np.mean(_in_base(10, Y, logits))


def _in_base(base, Y, logits):
    largest = logits.max(axis=1)
    return largest + (_log_sums(logits) - largest) / np.log(base) - np.sum(Y * logits, axis=1)


@KEY.mistake("The maximum is subtracted in the log-sum-exp, and not made up for. By how much does that change it?")
def cross_entropy_from_logits_maximum_not_added(Y, logits):
    return np.mean(_losses(Y, logits) - logits.max(axis=1))


@KEY.mistake("The logarithm is missing: the sum of exponentials itself was added, with the maximum taken off.")
def cross_entropy_from_logits_without_log(Y, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.sum(np.exp(shifted), axis=1) - np.sum(Y * shifted, axis=1))


@KEY.mistake(
    "Right for logits of ordinary size. Around 1000, `np.exp` overflows, and around -1000 all of a row become 0: what "
    "may you subtract first?",
    source="https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.logsumexp.html",
)
def cross_entropy_from_logits_plain(Y, logits):
    return np.mean(np.log(np.sum(np.exp(logits), axis=1)) - np.sum(Y * logits, axis=1))


@KEY.mistake(
    "Right for logits of ordinary size. Around 1000, `np.exp` overflows, and probabilities become NaN: does the "
    "formula need any?"
)
def cross_entropy_from_logits_plain_softmax(Y, logits):
    e = np.exp(logits)
    return -np.mean(np.sum(Y * np.log(e / e.sum(axis=1, keepdims=True)), axis=1))


@KEY.mistake(
    "Right while one maximum serves all rows. If a row lies far below it, all its exponentials become 0: whose maximum "
    "should be subtracted from a row?"
)
def cross_entropy_from_logits_one_maximum(Y, logits):
    largest = logits.max()
    return np.mean(largest + np.log(np.sum(np.exp(logits - largest), axis=1)) - np.sum(Y * logits, axis=1))


@KEY.mistake(
    "Right until a probability is too small for a float and becomes 0, whose logarithm is infinite. The logarithm of a "
    "probability is a difference: of what?"
)
def cross_entropy_from_logits_log_of_softmax(Y, logits):
    return -np.mean(np.sum(Y * np.log(_softmax(logits)), axis=1))


@KEY.mistake(
    "Right until a probability is too small for a float: then the loss is infinite. The logarithm of a probability is "
    "a difference: of what?"
)
def cross_entropy_from_logits_log_of_one_probability(Y, logits):
    return -np.mean(np.log(np.sum(Y * _softmax(logits), axis=1)))


SMALL_ADDED = (
    "Right until a probability is very small: then the loss stops growing. Do you add something to it, or cut it off, "
    "in place of using a formula that needs no probability?"
)


@KEY.mistake(SMALL_ADDED)
def cross_entropy_from_logits_1e_8_added(Y, logits):
    return -np.mean(np.sum(Y * np.log(_softmax(logits) + 1e-8), axis=1))


@KEY.mistake(SMALL_ADDED)
def cross_entropy_from_logits_1e_10_added(Y, logits):
    return -np.mean(np.sum(Y * np.log(_softmax(logits) + 1e-10), axis=1))


@KEY.mistake(SMALL_ADDED)
def cross_entropy_from_logits_1e_12_added(Y, logits):
    return -np.mean(np.sum(Y * np.log(_softmax(logits) + 1e-12), axis=1))


@KEY.mistake(SMALL_ADDED)
def cross_entropy_from_logits_cut_at_1e_15(Y, logits):
    return -np.mean(np.sum(Y * np.log(np.maximum(_softmax(logits), 1e-15)), axis=1))


@KEY.mistake(SMALL_ADDED)
def cross_entropy_from_logits_cut_at_tiny(Y, logits):
    return -np.mean(np.sum(Y * np.log(np.maximum(_softmax(logits), np.finfo(float).tiny)), axis=1))


LOGITS_AS_PROBABILITIES = (
    "You get this if the logarithm is taken of the logits, as if they were probabilities. By what do logits become "
    "probabilities?"
)


@KEY.mistake(LOGITS_AS_PROBABILITIES)
def cross_entropy_from_logits_log_of_logits(Y, logits):
    return -np.mean(np.sum(Y * np.log(logits), axis=1))


@KEY.mistake(LOGITS_AS_PROBABILITIES)
def cross_entropy_from_logits_log_of_logits_with_floor(Y, logits):
    return -np.mean(np.sum(Y * np.log(np.maximum(logits, np.finfo(float).tiny)), axis=1))


CUT_OFF = (
    "Right for logits of ordinary size, but all that are large count as equally large. What may you subtract from a "
    "row, in place of cutting it off?"
)


@KEY.mistake(CUT_OFF)
def cross_entropy_from_logits_cut_at_500(Y, logits):
    return np.mean(_losses(Y, np.clip(logits, -500, 500)))


@KEY.mistake(CUT_OFF)
def cross_entropy_from_logits_cut_at_700(Y, logits):
    return np.mean(_losses(Y, np.clip(logits, -700, 700)))


@KEY.mistake(
    "Each exponential lost its `exp` again before they were added up. Which comes first, the sum or the logarithm?",
    of_ordinary=True,
)
def cross_entropy_from_logits_sum_of_logs(Y, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.sum(shifted, axis=1) - np.sum(Y * shifted, axis=1))


@KEY.mistake("Each sample is compared with the true classes of all samples. How do you pick one logit from each row?")
def cross_entropy_from_logits_all_pairs(Y, logits):
    return np.mean(_log_sums(logits) - logits[:, Y.argmax(axis=1)])


@KEY.mistake(
    "You get this if softmax is applied first, and the formula for logits to its probabilities. What does the formula "
    "take?",
    source="https://discuss.pytorch.org/t/do-i-need-to-use-softmax-before-nn-crossentropyloss/16739",
)
def cross_entropy_from_logits_of_softmax(Y, logits):
    return np.mean(_losses(Y, _softmax(logits)))
