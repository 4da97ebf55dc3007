"""`mlp-course`, the command line of the course. What a command needs is imported when it runs."""

import dataclasses
import json
from typing import Annotated

import typer

EPILOG = """\b
Exit codes:
  0  all is well, perhaps with warnings
  1  something is wrong
  2  wrong usage
"""  # \b keeps the lines
COLOURS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "wrong": typer.colors.RED}

# Without markup the help is plain text, the same on each terminal and in a file.
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(epilog=EPILOG, no_args_is_help=True)
def course():
    """Commands of the course "A first neural network, built by hand"."""


@app.command(epilog=EPILOG)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for a program.")] = False,
):
    """Check that this machine runs the course and reproduces it.

    Looks at Python, the packages, the widgets, the data, NumPy's speed and digits, memory and disk, and at what
    grading needs. It changes nothing and downloads nothing. Each line ends with the command that mends what is
    wrong; run it in the course's folder.
    """
    from mlp_helpers.doctor import WRONG, examine, verdict

    findings = examine()
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            _print_finding(finding)
        typer.echo(verdict(findings))
    raise typer.Exit(int(any(finding.state == WRONG for finding in findings)))


def _print_finding(finding):
    """Print a finding as one line, its state coloured where the output is a terminal."""
    state = typer.style(f"{finding.state:8}", fg=COLOURS[finding.state])
    remedy = f". To mend it: {finding.remedy}" if finding.remedy else ""
    typer.echo(f"{state} {finding.name:12} {finding.found}{remedy}")
