"""Help in plain words and failures in one line, common to all commands of `mlp-course`."""

import typer
from typer.core import TyperCommand, TyperGroup

FURTHER = {"allow_extra_args": True, "ignore_unknown_options": True}  # for arguments that another program gets


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


def fail(command, reason):
    """Say on standard error what is wrong with a command, and exit with code 1.

    Raises
    ------
    typer.Exit
        Always.
    """
    typer.echo(f"mlp-course {command}: {reason}", err=True)
    raise typer.Exit(1)
