"""Notebooks as tests: kernels, comparison of outputs and figures, and the plugin for `pytest --nbcheck`.

`pytest_plugin`, `course` and `grading` import it. Read `plugin` first.
"""
