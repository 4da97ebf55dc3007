"""The excursion of notebook 09: distortions, batch normalization, and training on images that are distorted anew.

Only that notebook and its scripts import it. Read `augmentation` first.
"""
