"""Right answer to `product_rule`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey

KEY = AnswerKey(reference=lambda x, y: (x * y, y, x))


@KEY.mistake(
    "Each factor was given its own value as the slope. If x grows by 1, by how much does x · y grow?", of_ordinary=True
)
def product_rule_with_own_values(x, y):
    return x * y, x, y


@KEY.mistake("These are the slopes of a sum. If x grows by 1, by how much does x · y grow?")
def product_rule_of_a_sum(x, y):
    return x * y, 1.0, 1.0


@KEY.mistake("The slopes are right, but the first number is the sum. What does a × gate compute?")
def product_rule_with_a_sum(x, y):
    return x + y, y, x


@KEY.mistake("You return the product alone. The backward pass needs its two slopes as well: return all three numbers.")
def product_rule_of_the_product_alone(x, y):
    return x * y


@KEY.mistake("Both slopes are x + y. One belongs to x alone, with y held still, and the other to y.")
def product_rule_with_one_slope(x, y):
    return x * y, x + y, x + y


@KEY.mistake("Both slopes are the product itself. If x grows by 1, by how much does x · y grow?")
def product_rule_with_the_product_as_slopes(x, y):
    return x * y, x * y, x * y


@KEY.mistake("Each slope has the product as a factor. If x grows by 1, by how much does x · y grow?")
def product_rule_times_the_product(x, y):
    return x * y, x * y * y, x * y * x
