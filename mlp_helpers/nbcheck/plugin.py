"""Plugin for `pytest --nbcheck`, which reruns every cell of a notebook and compares its outputs with the stored ones.

It extends nbval, which reads notebooks and compares outputs: a cell that was never recorded fails, as does one tagged
raises-exception that raises nothing; figures are compared; an invalid notebook is a single failure; results are named
by cell id. `kernels` describes how cells are run. `pytest_plugin` loads this plugin if the option is given.
"""

import io
import textwrap
import tokenize
from collections import defaultdict

import nbformat
import pytest
from nbval import plugin as nbval
from nbval.kernel import NbvalKernelspecManager

from mlp_helpers.nbcheck import nbdiff
from mlp_helpers.nbcheck.kernels import MIB, CellAborted, Kernel


def pytest_collect_file(file_path, parent):
    """Collect a notebook."""
    if file_path.suffix == ".ipynb":
        return Notebook.from_parent(parent, path=file_path)
    return None


class CellFailure(Exception):
    """Failure of a cell to do what it did when it was recorded; the message says what differs."""


class Notebook(nbval.IPyNbFile):
    """A notebook: its kernel, and the reason why no more cells can be run."""

    nb = None
    ended_because = None  # why the remaining cells cannot be run

    def collect(self):
        """Yield a test for each code cell, or a single failing one if the file is not a valid notebook."""
        try:
            notebook = nbformat.read(self.path, as_version=4)
            nbformat.validate(notebook)
        except Exception as error:  # any error in the file is a failure of this notebook alone
            yield Malformed.from_parent(self, name="notebook", error=error)
            return
        self.nb = notebook
        code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for number, cell in enumerate(code_cells):
            yield Cell.from_parent(
                self, name=cell.get("id", f"cell-{number}"), cell_num=number, cell=cell, options=self.options(cell)
            )

    def options(self, cell):
        """Return the options that a cell sets by tags and comments."""
        options = defaultdict(bool, check=True)
        options.update(nbval.find_metadata_tags(cell.metadata))
        options.update(nbval.find_comment_markers(comments(cell.source)))
        return options

    def setup(self):
        """Start the kernel that the notebook names."""
        if self.nb is None:
            return
        option = self.config.option
        name = option.nbval_kernel_name or self.nb.metadata.get("kernelspec", {}).get("name", "python3")
        kernel = Kernel(self.path.parent, NbvalKernelspecManager(), name)
        self.kernel = kernel.wait(option.nbval_kernel_startup_timeout)

    def end(self, reason):
        """Kill the kernel; the remaining cells are skipped."""
        self.ended_because = reason
        if self.kernel is not None:
            self.kernel.stop()

    def teardown(self):
        """Kill the kernel, unless it has been killed before."""
        if self.ended_because is None:
            self.end("the notebook is over")


class Malformed(pytest.Item):
    """The single failure of a file that is not a valid notebook."""

    def __init__(self, error, **kwargs):
        super().__init__(**kwargs)
        self.error = error

    def runtest(self):
        raise CellFailure(f"no valid notebook: {self.error}")

    def repr_failure(self, excinfo):
        return str(excinfo.value)


class Cell(nbval.IPyNbCell):
    """A code cell, run in the notebook's kernel; its outputs are compared with the stored ones."""

    def setup(self):
        """Do nothing: after a timeout nbval marks cells as expected failures here, and `runtest` skips them."""

    def runtest(self):
        """Run the cell and compare its outputs."""
        if self.parent.ended_because is not None:
            pytest.skip(f"not run: {self.parent.ended_because}")
        if self.options["skip"]:
            pytest.skip("marked to be skipped")
        outputs = nbval.coalesce_streams(self.execute())
        is_compared = not self.config.option.nbcheck_run
        if is_compared and self.cell.execution_count is None and self.cell.source.strip():
            raise CellFailure("the cell was never recorded: it has no execution count (make notebooks records it)")
        raised = [output for output in outputs if output.output_type == "error"]
        if raised and not self.options["check_exception"]:
            raise CellFailure("the cell raised\n" + "\n".join(raised[0].traceback))
        if self.options["check_exception"] and not raised:
            raise CellFailure("the cell is marked to raise an exception, and raised none")
        if is_compared and self.options["check"]:
            self.compare(outputs)

    def compare(self, outputs):
        """Raise CellFailure if outputs or figures differ from the stored ones."""
        stored = nbval.coalesce_streams(self.cell.outputs)
        found = nbdiff.text_differences(stored, outputs)
        for number, (wanted, got) in enumerate(zip(nbdiff.figures(stored), nbdiff.figures(outputs), strict=False), 1):
            lines = nbdiff.figure_differences(wanted, got)
            if lines:
                path = self.report_folder() / f"{self.parent.path.stem}-{self.name}-{number}.png"
                nbdiff.draw_comparison(wanted, got, path)
                found += [f"figure {number} differs (expected, actual and their difference: {path})"]
                found += [f"  {line}" for line in lines]
        if found:
            raise CellFailure("the outputs differ\n" + "\n".join(found))

    def report_folder(self):
        """Return the folder for pictures of differing figures."""
        return self.config.option.nbcheck_report or self.config.rootpath / "nbcheck-report"

    def execute(self):
        """Run the cell; return its outputs.

        Raises
        ------
        CellFailure
            The kernel died, or the cell exceeded the limit of time or output. No more cells can be run then.
        """
        try:
            return self.parent.kernel.run(self.cell.source, self.deadline(), self.config.option.nbcheck_output * MIB)
        except CellAborted as ended:
            self.parent.end(f"cell {self.name} was ended: {ended}")
            raised = [line for output in ended.outputs for line in output.get("traceback", ())]
            raise CellFailure("\n".join([f"{ended}; the cells after it are not run", *raised])) from ended

    def deadline(self):
        """Return the time limit in seconds: the number in a tag deadline-…, by default that of the option."""
        tags = [tag.removeprefix("deadline-") for tag in self.cell.metadata.get("tags", []) if "deadline-" in tag]
        return float(tags[0]) if tags else self.config.option.nbcheck_deadline

    def repr_failure(self, excinfo):
        """Return the text of a failure: the cell, its source and what is wrong."""
        if not excinfo.errisinstance(CellFailure):
            return super(nbval.IPyNbCell, self).repr_failure(excinfo)
        source = textwrap.indent(self.cell.source, "    ")
        return f"cell {self.name} of {self.parent.name}:\n\n{source}\n\n{excinfo.value}"

    def reportinfo(self):
        """Return file, line and name, as pytest expects."""
        return self.path, None, f"{self.parent.name}::{self.name}"


def comments(source):
    """Return the comments of a cell, one per line; text inside strings is not a comment."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):  # %magics and half-written code
        return "\n".join(line for line in source.splitlines() if line.lstrip().startswith("#"))
    return "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)
