"""Guesses: what a student typed before a cell was run, beside its result."""


def compare_guess(guess, result):
    """Print a guess and the result that it was made for.

    Parameters
    ----------
    guess : number, str or None
        None if none was made. Letters may be written in any way: "b a c", "bac" and "B, A, C" are the same.
    result : number or str
        A str of letters, with spaces between them, where letters or an order were asked for.
    """
    if guess is None:
        print(f"no guess yet; the result is {_shown(result)}")
        return
    try:
        is_text = isinstance(result, str)
        typed = " ".join(filter(str.isalpha, guess.lower())) if is_text else _shown(float(guess))
    except (AttributeError, TypeError, ValueError, OverflowError):
        kind = "letters between quotation marks" if isinstance(result, str) else "a number"
        print(f"your guess must be {kind}, got {repr(guess)[:60]}; the result is {_shown(result)}")
    else:
        print(f"your guess is {typed or repr(guess)}, the result is {_shown(result)}")


def _shown(result):
    return result if isinstance(result, str) else f"{float(result):.4g}"
