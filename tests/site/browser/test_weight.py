"""What the first view of a page costs."""

import gzip

BUDGET = 250_000  # bytes, compressed, without figures


def test_a_lab_page_is_light(visit, labs):
    for lab in labs:
        tab = visit()
        tab.open(lab.page)
        total = 0
        for response in tab.responses:
            kind = response.request.resource_type
            if kind in ("image", "media"):
                continue
            body = response.body()
            total += len(body) if kind == "font" else len(gzip.compress(body))
        assert total <= BUDGET, f"{lab.name}: {total}"
