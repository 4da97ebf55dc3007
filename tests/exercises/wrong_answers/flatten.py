"""Wrong answers to `flatten`."""

from wrong_answers import partly_right, wrong


@wrong("exchanges the two sizes: a row is no longer one image", names="mixes their numbers")
def flatten_sizes_exchanged(images):
    n_features = images.shape[1] * images.shape[2] * images.shape[3]
    return images.reshape(n_features, len(images))


@wrong("makes a column of each image", names="became a column")
def flatten_to_columns(images):
    # one column per example
    return images.reshape(images.shape[0], -1).T


@wrong("writes down the size of other images", names="other data.*28 . 28")
def flatten_28_by_28(images):
    return images.reshape(-1, 28 * 28)


@partly_right("leaves the channels out of the number of columns", names="another axis.*h . w")
def flatten_without_channels(images):
    n, c, h, w = images.shape
    return images.reshape(n, h * w)


@wrong("takes the pixels in MATLAB's order", names="order")
def flatten_column_by_column(images):
    # column by column, like A(:)
    return images.reshape(len(images), -1, order="F")


@wrong("takes the images for square", names="other data.*shape.-1. [*][*] 2")
def flatten_square_images(images):
    return images.reshape(-1, images.shape[-1] ** 2)


@wrong("loses the axis of the samples, too, where there is one sample")
def flatten_squeezed(images):
    images = images.squeeze()
    return images.reshape(len(images), -1)
