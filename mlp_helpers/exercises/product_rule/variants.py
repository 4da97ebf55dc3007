"""Right answers to `product_rule`, in the styles of different students."""

import numpy as np


def product_rule_step_by_step(x, y):
    product = x * y
    slope_x, slope_y = y, x
    return product, slope_x, slope_y


def product_rule_by_differences(x, y):
    return [y * x, (x + 1) * y - x * y, x * (y + 1) - x * y]


def product_rule_as_an_array(x, y):
    return np.array([x * y, y, x])


VARIANTS = [product_rule_step_by_step, product_rule_by_differences, product_rule_as_an_array]
