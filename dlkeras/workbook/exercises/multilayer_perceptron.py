"""Exercises of the lab *Multilayer perceptron*.

Being written by another author than that of the backpropagation lab: leave it to them.
"""
