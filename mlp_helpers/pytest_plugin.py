"""The options of `--nbcheck`, which pytest loads at startup. `nbcheck.plugin` is imported only if they are used."""

from pathlib import Path


def pytest_addoption(parser):
    """Add the options."""
    group = parser.getgroup("nbcheck", "notebooks, outputs and figures compared")
    group.addoption("--nbcheck", action="store_true", help="run notebooks, compare outputs and figures")
    group.addoption("--nbcheck-deadline", type=float, default=60, metavar="S", help="seconds a cell may take (60)")
    group.addoption("--nbcheck-output", type=float, default=1, metavar="MIB", help="output a cell may make (1)")
    group.addoption("--nbcheck-run", action="store_true", help="only run the cells, and compare nothing")
    group.addoption(
        "--nbcheck-report", type=Path, metavar="FOLDER", help="where pictures of differing figures go (nbcheck-report)"
    )


def pytest_configure(config):
    """Register `nbcheck.plugin` if --nbcheck is given."""
    if config.option.nbcheck:
        from mlp_helpers.nbcheck import plugin

        config.pluginmanager.register(plugin, "nbcheck-notebooks")
