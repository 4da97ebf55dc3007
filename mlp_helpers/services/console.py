"""Help in plain words, failures in one line, and numbers as typed, common to all commands of `mlp-course`."""

import typer
from typer.core import TyperCommand, TyperGroup

PASS_THROUGH_ARGUMENTS = {"allow_extra_args": True, "ignore_unknown_options": True}  # another program gets them


class Command(TyperCommand):
    """Command whose help names its arguments in words, without their types in Python."""

    def collect_usage_pieces(self, ctx):
        """Return the words of the usage line; Typer puts required arguments in braces."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx, formatter):
        """Write the tables of arguments and options."""
        records = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record and param.param_type_name == "argument":
                records["Arguments"].append((param.display_name_raw, record[1]))
            elif record:
                records["Options"].append(record)
        for heading, rows in records.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def group(cls=TyperGroup, **options):
    """Return a Typer application whose help is plain text, the same on each terminal and in a file."""
    return typer.Typer(
        cls=cls,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


def whole(least, most=None):
    """Return a parser of an option's value, which must be a whole number of at least `least` and at most `most`."""
    wanted = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"

    def parse(text):
        number = int(text) if str(text).isdecimal() else -1
        if number < least or (most is not None and number > most):
            raise typer.BadParameter(f"must be {wanted}, got {str(text)!r}")
        return number

    return parse


def in_words(error):
    """Return the message of an error; of one of the system, without its number."""
    named = isinstance(error, OSError) and error.strerror
    return ": ".join(filter(None, [error.filename and str(error.filename), error.strerror])) if named else str(error)


def fail(command, reason):
    """Say on standard error what is wrong with a command, and exit with code 1.

    Raises
    ------
    typer.Exit
        Always.
    """
    typer.echo(f"mlp-course {command}: {in_words(reason)}", err=True)
    raise typer.Exit(1)
