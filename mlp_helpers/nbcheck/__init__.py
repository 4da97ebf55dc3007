"""Notebooks run as tests: kernels, outputs and figures compared, and the plugin for `pytest --nbcheck`.

`pytest_plugin`, `course` and `grading` import it. Read `plugin` first.
"""
