"""Terms linked at first use."""

from labsite.glossary import link_terms
from sphinx.addnodes import pending_xref


def links(text, *terms):
    waiting = {term.lower(): term for term in terms}
    pieces = link_terms(text, waiting)
    assert "".join(piece.astext() for piece in pieces) == text
    found = [
        (x.astext(), x["reftarget"]) for x in pieces if isinstance(x, pending_xref)
    ]
    return found, set(waiting)


def test_a_term_is_linked_once():
    found, waiting = links("An epoch follows an epoch.", "epoch")
    assert found == [("epoch", "epoch")]
    assert not waiting


def test_plural_case_and_line_breaks():
    found, _ = links("Learning\nrates and batches.", "learning rate", "batch")
    assert found == [("Learning\nrates", "learning rate"), ("batches", "batch")]


def test_the_longest_term_wins():
    found, _ = links("The batch size.", "batch", "batch size")
    assert found == [("batch size", "batch size")]


def test_no_part_of_a_word_is_linked():
    found, waiting = links("Unbiased, mini-batch, SGDs9.", "bias", "batch", "SGD")
    assert not found
    assert len(waiting) == 3
