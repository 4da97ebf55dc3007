"""The excursion of notebook 09: distortions, stroke directions, batch normalization, and a training for them.

Only that notebook and its scripts import it. Read `recipe_training` first.
"""
