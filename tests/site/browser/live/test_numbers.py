"""What a widget shows is what Keras says about the same input."""

import numpy as np
import pytest

from dlkeras.datasets import load_mnist_5k

SETTLED = 300  # milliseconds in which a widget answers


def shown(figure):
    """The numbers in sight, by the names that the widget gives them."""
    found = {}
    for output in figure.locator("[data-number]").all():
        text = output.inner_text().replace("−", "-").replace(",", "")
        found[output.get_attribute("data-number")] = text
    return found


def slide(figure, position, value):
    """Set one of the sliders."""
    figure.get_by_role("slider").nth(position).fill(str(value))


def predict(model, *inputs):
    """What Keras predicts, as a list of arrays."""
    import keras

    given = [np.asarray(one, "float32") for one in inputs]
    found = model(given if len(given) > 1 else given[0])
    found = found if isinstance(found, list | tuple) else [found]
    return [keras.ops.convert_to_numpy(one) for one in found]


def test_draw_digit_shows_what_keras_predicts(visit, widgets, live_input):
    live = widgets["draw_digit"]
    page = visit().open(live.page)
    figure = live.start(page)
    canvas = figure.locator("canvas.live-drawing")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    pixel = box["width"] / 28
    model = live.model()
    (_, _), (x_test, y_test) = load_mnist_5k()
    for digit in (0, 1, 7):
        figure.get_by_role("button", name="Clear").click()
        image = x_test[np.flatnonzero(y_test == digit)[0]]
        for row, ink in enumerate(image > 100):  # each run of ink is a stroke
            edges = np.flatnonzero(np.diff(ink, prepend=0, append=0))
            for first, last in edges.reshape(-1, 2):
                y = box["y"] + (row + 0.5) * pixel
                page.mouse.move(box["x"] + (first + 0.5) * pixel, y)
                page.mouse.down()
                page.mouse.move(box["x"] + (last - 0.5) * pixel, y)
                page.mouse.up()
        page.wait_for_timeout(300)
        shown = [
            float(text.removesuffix(" %")) / 100
            for text in figure.locator(".live-bars output").all_inner_texts()
        ]
        seen = live_input(figure).reshape(1, 28, 28, 1)
        expected = np.array(model(seen)[0])[0]
        np.testing.assert_allclose(shown, expected, atol=1e-3)
        assert np.argmax(shown) == digit


def test_neuron_shows_what_keras_predicts(visit, widgets, live_input):
    live = widgets["neuron"]
    page = visit().open(live.page)
    figure = live.start(page)
    model = live.model()
    x, y = np.array(live.settings["x"]), np.array(live.settings["y"])
    for number, activation in enumerate(live.settings["activations"]):
        figure.get_by_role("radio", name=activation).check()
        slide(figure, number % 3, figure.get_by_role("slider").nth(1).input_value())
        figure.locator("canvas").press("ArrowRight")
        page.wait_for_timeout(SETTLED)
        seen = live_input(figure)
        point, w, b = seen[None, :2], seen[None, 2:4], seen[None, 4:]
        z, *outputs = predict(model, point, w, b)
        found = shown(figure)
        assert float(found["z"]) == pytest.approx(z.item(), abs=1e-3)
        assert float(found["y"]) == pytest.approx(outputs[number].item(), abs=1e-3)
        right = np.sum((x @ w[0] + b[0] > 0) == (y == 1))
        assert found["right"] == f"{right} of {len(x)}"


def test_surfaces_show_what_keras_predicts(visit, widgets, live_input):
    live = widgets["surfaces"]
    page = visit().open(live.page)
    figure = live.start(page)
    x, y = np.array(live.settings["x"]), np.array(live.settings["y"])
    for name, file in zip(live.settings["names"], live.settings["files"], strict=True):
        figure.get_by_role("radio", name=name, exact=True).check()
        figure.locator("canvas").press("ArrowUp")
        figure.locator("canvas").press("Shift+ArrowLeft")
        page.wait_for_timeout(SETTLED)
        model = live.model(file)
        (expected,) = predict(model, live_input(figure)[None])
        found = shown(figure)
        assert float(found["p"]) == pytest.approx(expected.item(), abs=1e-3)
        (p,) = predict(model, x)
        assert found["right"] == f"{np.sum((p[:, 0] > 0.5) == (y == 1))} of {len(x)}"


def test_what_if_shows_what_keras_predicts(visit, widgets, live_input):
    live = widgets["what_if"]
    page = visit().open(live.page)
    figure = live.start(page)
    model, example = live.model(), np.array(live.settings["example"])
    features, decimals = live.settings["features"], live.settings["decimals"]

    def close(text, expected):
        value = float(text.removesuffix(live.settings["unit"]))
        step = 10**-decimals
        assert value == pytest.approx(expected, abs=0.51 * step, rel=1e-5)

    for position in (0, 1):
        figure.get_by_role("slider").nth(position).press("PageUp")
    figure.get_by_role("slider").nth(0).press("ArrowLeft")
    page.wait_for_timeout(SETTLED)
    row = live_input(figure)
    assert np.sum(row != example.astype("float32")) == 2
    back = np.where(np.eye(len(row), dtype=bool), example, row)
    (found,) = predict(model, [row, example, *back])
    now, first, *without = found[:, 0]
    numbers = shown(figure)
    close(numbers["prediction"], now)
    close(numbers["difference"], now - first)
    for feature, value, start, other in zip(
        features, row, example, without, strict=True
    ):
        if value != np.float32(start):
            close(numbers[f"effect of {feature['name']}"], now - other)


def test_drop_ball_shows_what_keras_computes(visit, widgets, live_input):
    live = widgets["drop_ball"]
    page = visit(reduced_motion="reduce").open(live.page)
    figure = live.start(page)
    model = live.model()
    canvas = figure.locator("canvas")
    box = canvas.bounding_box()
    # From far away: near the bottom RMSprop divides small slopes by small sizes, and
    # the last digit decides, which browsers round in another way.
    for across, down in ((0.3, 0.4), (0.5, 0.2), (0.15, 0.6)):
        spot = {"x": across * box["width"], "y": down * box["height"]}
        canvas.click(position=spot)
        page.wait_for_timeout(5 * SETTLED)
        start = live_input(figure)
        memories = live.settings["memories"]
        now = [one for memory in memories for one in (start, *memory.values())]
        for _ in range(live.settings["steps"]):
            outputs = predict(model, *(np.reshape(one, (1, -1)) for one in now))
            now, losses = [], []
            for memory in memories:
                w, loss, *kept = outputs[: 2 + len(memory)]
                del outputs[: 2 + len(memory)]
                now += [w, *kept]
                losses.append(loss.item())
        found = shown(figure)
        for name, loss in zip(live.settings["names"], losses, strict=True):
            assert float(found[name]) == pytest.approx(loss, rel=1e-3, abs=1e-6)


def test_dial_shows_what_keras_predicts(visit, widgets):
    live = widgets["dial"]
    page = visit().open(live.page)
    figure = live.start(page)
    model = live.model()
    for chosen in (0, 3, len(live.settings["strengths"]) - 1):
        slide(figure, 0, chosen)
        page.wait_for_timeout(SETTLED)
        for part in ("train", "new"):
            x, y = (np.array(values) for values in live.settings[part])
            (found,) = predict(model, x[:, None])
            error = np.mean((found[:, chosen] - y) ** 2)
            assert float(shown(figure)[part]) == pytest.approx(error, abs=1e-3)
