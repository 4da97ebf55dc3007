"""Wrong answers to `product_rule`."""

from wrong_answers import wrong


@wrong("exchanges the slopes", names="own value|other factor")
def product_rule_exchanged(x, y):
    return x * y, x, y


@wrong("returns the product alone", names="three|slopes")
def product_rule_product_alone(x, y):
    return x * y


@wrong("has the slopes of a sum", names="[+]|sum|1[.]0|slope")
def product_rule_slopes_of_a_sum(x, y):
    return x * y, 1.0, 1.0


@wrong("adds where it should multiply", names="x [+] y|sum|product|first")
def product_rule_sum(x, y):
    return x + y, y, x


@wrong("adds up both slopes, as for a product of functions", names="two slopes|add|three|only 2|number of")
def product_rule_one_slope(x, y):
    return x * y, x + y


@wrong("divides the product by a factor, which may be 0", names="divi.* 0|division")
def product_rule_by_division(x, y):
    product = x * y
    return product, product / x, product / y


@wrong("returns the product last", names="In 'the product': It returns `y`")
def product_rule_product_last(x, y):
    return y, x, x * y
