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


def radio(figure, value):
    """One of the radio buttons."""
    return figure.locator(f'input[type=radio][value="{value}"]')


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


def test_feature_maps_show_what_keras_computes(visit, widgets, live_input):
    live = widgets["feature_maps"]
    page = visit().open(live.page)
    figure = live.start(page)
    model = live.model()

    def check():
        page.wait_for_timeout(SETTLED)
        drawing = live_input(figure).reshape(1, 28, 28, 1)
        maps, most = predict(model, drawing)
        expected = {f"filter {f + 1}": one for f, one in enumerate(most[0])}
        found = {name: float(text[:-2]) / 100 for name, text in shown(figure).items()}
        assert found == pytest.approx(expected, abs=0.0051)
        # The pictures: each map's brightest pixel, read back from its canvas.
        brightest = figure.locator(".live-maps canvas:last-child").evaluate_all(
            """all => all.map((one) => Math.max(...one.getContext("2d")
            .getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0)))"""
        )
        assert brightest == pytest.approx(list(255 * maps[0].max((0, 1))), abs=1)
        return drawing

    drawings = [check()]
    for sample in ("an upright one", "a disk", "Clear"):
        figure.get_by_role("button", name=sample).click()
        drawings.append(check())
    assert not drawings[-1].any()
    canvas = figure.locator("canvas.live-drawing")
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowDown", "Space", "ArrowDown"):
        canvas.press(key)
    drawings.append(check())
    assert len(np.unique(drawings, axis=0)) == len(drawings)


def test_dropout_spread_shows_what_keras_predicts(visit, widgets, live_input):
    live = widgets["dropout_spread"]
    page = visit().open(live.page)
    figure = live.start(page)
    model, passes = live.model(), live.settings["passes"]
    classes, noise = live.settings["classes"], live.settings["noise"]

    def check():
        page.wait_for_timeout(SETTLED)
        drawing, random = np.split(live_input(figure), [784])
        assert 0 <= random.min() < 0.01
        assert 0.99 < random.max() <= 1
        inputs = [np.tile(drawing.reshape(1, 28, 28, 1), (passes, 1, 1, 1))]
        for shape in noise.values():
            taken, random = np.split(random, [passes * np.prod(shape, dtype=int)])
            inputs.append(taken.reshape(passes, *shape))
        assert not random.size
        thinned, whole = predict(model, *inputs)
        mean, found = thinned.mean(axis=0), shown(figure)
        means = [float(found[f"mean of {name}"][:-2]) / 100 for name in classes]
        np.testing.assert_allclose(means, mean, atol=1e-3)
        lefts = figure.locator(".live-spread .live-dot").evaluate_all(
            "all => all.map((one) => parseFloat(one.style.left) / 100)"
        )
        dots = np.reshape(lefts, (len(classes), passes)).T
        np.testing.assert_allclose(dots, thinned, atol=1e-3)

        def entropy(p):
            return -np.sum(p * np.log(p + 1e-12), axis=-1)

        disagreement = entropy(mean) - entropy(thinned).mean()
        assert float(found["H"]) == pytest.approx(entropy(mean), abs=0.006)
        assert float(found["disagreement"]) == pytest.approx(disagreement, abs=0.006)
        assert f"{classes[mean.argmax()]} gets" in found["verdict"]
        said, best = found["whole"].split(" with "), whole[0].argmax()
        assert said[0] == classes[best]
        assert float(said[1][:-2]) / 100 == pytest.approx(whole[0, best], abs=0.006)
        votes = np.bincount(thinned.argmax(axis=1), minlength=len(classes))
        first = f"{votes.max()} say {classes[votes.argmax()]}"
        assert found["votes"].startswith(first) or np.sum(votes == votes.max()) > 1
        return live_input(figure)[784:]

    same = [check()]
    for sample in ("a letter", "a face"):
        figure.get_by_role("button", name=sample).click()
        same.append(check())
    assert np.ptp(same, axis=0).max() == 0  # a drawing changes, the networks stay
    figure.get_by_role("button", name="others").click()
    assert np.mean(check() != same[0]) > 0.99


def test_grad_cam_shows_what_keras_computes(visit, widgets, live_input):
    live = widgets["grad_cam"]
    page = visit().open(live.page)
    figure = live.start(page)
    model, classes = live.model(), live.settings["classes"]
    height, width = live.settings["size"]
    boxes = live.settings["boxes"]
    seen = []

    def check(picture, chosen=None):
        page.wait_for_timeout(SETTLED)
        image = live_input(figure).reshape(1, height, width, 1)
        seen.append(image)
        p, heat = predict(model, image)
        found = shown(figure)
        shares = [float(found[f"p of {name}"][:-2]) / 100 for name in classes]
        np.testing.assert_allclose(shares, p[0], atol=1e-3)
        assert classes[p[0].argmax()] in found["answer"]
        k = p[0].argmax() if chosen is None else chosen
        assert radio(figure, classes[k]).is_checked()
        heat = heat[0, :, :, k]
        assert float(found["evidence"]) == pytest.approx(heat.sum(), abs=0.006)
        fine = np.kron(heat, np.ones((height // len(heat), width // heat.shape[1])))
        left, top, right, bottom = boxes[picture] * np.array(2 * [width, height])
        y, x = np.mgrid[:height, :width] + 0.5
        inside = (left < x) & (x < right) & (top < y) & (y < bottom)
        share = fine[inside].sum() / max(fine.sum(), 1e-9)
        assert float(found["inside"][:-2]) / 100 == pytest.approx(share, abs=0.006)

    check(0)
    figure.get_by_role("radio", name="picture 1").press("ArrowRight")  # by keyboard
    check(1)
    for chosen in (0, len(classes) - 1):
        radio(figure, classes[chosen]).check()
        check(1, chosen)
    figure.get_by_role("radio", name="picture 3").check()
    check(2)
    assert len(np.unique(seen, axis=0)) == 3
