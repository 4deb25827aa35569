"""Checkers, solutions and plausible wrong answers, one module a lab."""
