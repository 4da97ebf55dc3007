"""The instructor's side: what a submission is worth. Students get none of it.

Nothing but the command line imports it. Read `course` first, then `plugin`; `sandbox` keeps answers from doing harm,
`reports` is what becomes of results.
"""
