"""Exercises of the lab *Regularization*.

Being written by another author than that of the optimization lab: leave it to them.
"""
