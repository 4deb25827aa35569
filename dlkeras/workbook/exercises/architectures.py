"""Exercises of the lab *Architectures*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, NotTried, Wrong, as_array, attempt


class Seven(Exercise):
    """3×3 layers that see as much as one 7×7 layer."""

    name = "seven"

    def grade(self, answer):
        """Three layers, and 27 weights for 49."""
        got = as_array(answer)
        if got.shape != (2,):
            raise Wrong(
                f"expected a pair (layers, share), got {answer!r}",
                "Give two numbers: (layers, share).",
            )
        layers, share = got
        if layers != 3:
            if layers == 2:
                hint = "Two of them see 5 × 5 pixels. Each one adds a pixel all round."
            elif layers in (5, 5.4, 6) or 5.4 < layers < 5.5:
                hint = "It is the side of the window that grows, by 2 a layer."
            else:
                hint = "One layer sees 3 pixels in a row. How many more does each add?"
            raise Wrong(f"expected another number of layers than {layers:g}", hint)
        if abs(share - 27 / 49) < 0.005:
            return
        if abs(share - 9 / 49) < 0.005:
            hint = "That is one 3×3 layer. All layers have weights."
        elif abs(share - 49 / 27) < 0.01:
            hint = "The other way round: the weights of the 3×3 layers come first."
        elif abs(share - 9 / 7) < 0.01 or abs(share - 3 / 7) < 0.005:
            hint = "A filter of side 7 has 7 · 7 weights, not 7."
        elif abs(share - 22 / 49) < 0.005:
            hint = "That is what they save. How much do they need?"
        else:
            hint = "Count the weights of each filter for one pair of maps."
        raise Wrong(f"expected another share than {share:.3g}", hint)

    def solution(self):
        """One layer sees 3 pixels in a row, each further one 2 more."""
        answer = (3, 3 * 9 / 49)
        return answer

    def wrong_answers(self):
        """Two, one filter's share, upside down, side for area, what is saved."""
        return [
            ((2, 18 / 49), "5 × 5"),
            ((49 / 9, 1), "side of the window"),
            ((4, 36 / 49), "in a row"),
            ((3, 9 / 49), "All layers"),
            ((3, 49 / 27), "other way round"),
            ((3, 9 / 7), "not 7"),
            ((3, 22 / 49), "save"),
            (3, "two numbers"),
        ]


class Cost(Exercise):
    """Weights and multiplications of a separable convolution."""

    name = "cost"

    def grade(self, answer):
        """Different sides, filters and maps, with and without a stride."""
        cases = [(28, 3, 4, 8, 1), (14, 3, 16, 32, 1), (14, 5, 16, 24, 2)]
        for case in cases:
            result = attempt(answer, *case)
            if isinstance(result, tuple) and any(
                part is None or part is Ellipsis for part in result
            ):
                raise NotTried
            got = as_array(result)
            if got.shape != (2,):
                raise Wrong(
                    f"expected the pair (weights, multiplications), got {result!r}",
                    "End with: return weights, multiplications.",
                )
            expected = self.solution()(*case)
            if not np.array_equal(got, expected):
                names = ("side", "size", "maps_in", "maps_out", "stride")
                given = ", ".join(
                    f"{name}={value}" for name, value in zip(names, case, strict=True)
                )
                raise Wrong(
                    f"for {given} expected {expected}, got ({got[0]:g}, {got[1]:g})",
                    self._hint(got, expected, *case),
                )

    @staticmethod
    def _hint(got, expected, side, size, maps_in, maps_out, stride):
        weights, count = got
        if weights == size**2 * maps_in * maps_out:
            return "That is a full convolution. A depthwise filter stays in its map."
        if weights == size**2 + maps_in * maps_out:
            return "Each input map has a depthwise filter of its own."
        if weights == size**2 * maps_in + maps_out:
            return "The 1×1 filter has a weight for each pair of maps."
        if weights == (size**2 + 1) * maps_in + (maps_in + 1) * maps_out:
            return "Leave out the biases."
        if weights != expected[0]:
            return "Add the weights of the depthwise filters and of the 1×1 filters."
        if stride > 1 and count == side**2 * weights:
            return "The stride leaves fewer places in the output."
        if stride > 1 and count == side**2 // stride * weights:
            return "The stride halves the height and the width."
        if count == 2 * expected[1]:
            return "Those are FLOPs: count the multiplications only."
        if count == side * weights:
            return "A map has side · side places."
        return "Each weight multiplies once at each place of the output."

    def solution(self):
        """Each weight multiplies once at each place."""

        def cost(side, size, maps_in, maps_out, stride):
            weights = size**2 * maps_in + maps_in * maps_out
            places = (side // stride) ** 2
            return weights, weights * places

        return cost

    def wrong_answers(self):
        """A full one, no filter a map, with biases, FLOPs, the stride's two traps."""
        right = self.solution()

        def full(side, size, maps_in, maps_out, stride):
            weights = size**2 * maps_in * maps_out
            return weights, weights * (side // stride) ** 2

        def one_filter(side, size, maps_in, maps_out, stride):
            weights = size**2 + maps_in * maps_out
            return weights, weights * (side // stride) ** 2

        def biases(side, size, maps_in, maps_out, stride):
            weights = (size**2 + 1) * maps_in + (maps_in + 1) * maps_out
            return weights, weights * (side // stride) ** 2

        def doubled(*case):
            weights, count = right(*case)
            return weights, 2 * count

        def no_stride(side, size, maps_in, maps_out, stride):
            return right(side, size, maps_in, maps_out, 1)

        def half_stride(side, size, maps_in, maps_out, stride):
            weights, _ = right(side, size, maps_in, maps_out, 1)
            return weights, weights * side**2 // stride

        def one_row(side, size, maps_in, maps_out, stride):
            weights, _ = right(side, size, maps_in, maps_out, 1)
            return weights, weights * (side // stride)

        return [
            (full, "full convolution"),
            (one_filter, "of its own"),
            (biases, "biases"),
            (doubled, "FLOPs"),
            (no_stride, "fewer places"),
            (half_stride, "height and the width"),
            (one_row, "side · side"),
            (lambda *case: 5, "return weights, multiplications"),
        ]


class Block(Exercise):
    """A block within a budget of weights that sees far enough."""

    name = "block"

    def grade(self, answer):
        """Shape, weights, and how far a changed pixel is felt."""
        import keras

        inputs = keras.Input((14, 14, 16))
        output = attempt(answer, inputs)
        if output is None or output is Ellipsis:
            raise NotTried
        if not isinstance(output, keras.KerasTensor):
            raise Wrong(
                f"expected what a layer returns, got {output!r}",
                "Call layers on x, one after the other, and return the last result.",
            )
        shape = tuple(output.shape)
        if shape != (None, 7, 7, 32):
            hint = "One layer must halve the sides: strides=2, or pooling."
            if shape[1:3] == (7, 7):
                hint = "The last layer that mixes maps must make 32 of them."
            elif shape[1:3] in ((6, 6), (5, 5), (4, 4)):
                hint = 'Write padding="same", so that no layer cuts the border off.'
            raise Wrong(f"expected 7 × 7 places and 32 maps, got {shape[1:]}", hint)
        model = keras.Model(inputs, output)
        weights = model.count_params()
        if weights > 2500:
            raise Wrong(
                f"expected at most 2500 parameters, got {weights}",
                "Full 3×3 filters are too dear: separable ones, or 1×1 to fewer maps.",
            )
        side = self._side_seen(keras, model)
        if side < 7:
            raise Wrong(
                f"expected outputs that see 7 × 7 pixels, these see {side} × {side}",
                "More layers that look around, and one of them behind the halving; "
                "or larger depthwise filters.",
            )

    @staticmethod
    def _side_seen(keras, model):
        # One place of the output, and all pixels that change it. Random pictures
        # and several tries: a ReLU that is shut lets nothing pass.
        rng = np.random.default_rng(0)
        pictures = rng.normal(size=(4, 14, 14, 16)).astype("float32")
        felt = np.zeros(14, bool)
        for picture in pictures:
            changed = np.repeat(picture[None], 15, axis=0)
            for column in range(14):
                changed[column + 1, :, column] += rng.normal(0, 5, size=(14, 16))
            out = keras.ops.convert_to_numpy(model(changed, training=False))[:, 3, 3]
            felt |= np.abs(out[1:] - out[0]).max(axis=1) > 1e-6
        return int(felt.sum())

    def solution(self):
        """Two separable layers of 5×5; the first one halves the sides."""
        from keras import layers

        def my_block(x):
            how = {"padding": "same", "activation": "relu"}
            x = layers.DepthwiseConv2D(5, strides=2, padding="same")(x)
            x = layers.Conv2D(32, 1, **how)(x)
            x = layers.DepthwiseConv2D(3, padding="same")(x)
            return layers.Conv2D(32, 1, **how)(x)

        return my_block

    def wrong_answers(self):
        """Too many weights, too near-sighted, not halved, too few maps, no padding."""
        from keras import layers

        def full(x):
            return layers.Conv2D(32, 7, strides=2, padding="same")(x)

        def near(x):
            x = layers.DepthwiseConv2D(3, strides=2, padding="same")(x)
            return layers.Conv2D(32, 1)(x)

        def large(x):
            return layers.SeparableConv2D(32, 7, padding="same")(x)

        def thin(x):
            return layers.DepthwiseConv2D(7, strides=2, padding="same")(x)

        def cut(x):
            return layers.SeparableConv2D(32, 3, strides=2)(x)

        return [
            (full, "too dear"),
            (near, "look around"),
            (large, "halve the sides"),
            (thin, "make 32"),
            (cut, "padding"),
            (lambda x: 3, "Call layers on x"),
        ]
