"""The way between a learning platform and grading: its download becomes submissions, and marks become its upload.

`grading` imports it. Read `collecting` first.
"""
