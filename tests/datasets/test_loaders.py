"""Each loader: shapes, ranges, splits, and numbers known from elsewhere."""

import subprocess
import sys

import numpy as np
import pytest

from dlkeras import datasets

IMAGES = {
    "digits": (1438, 359, (8, 8)),
    "mnist_5k": (4000, 1000, (28, 28)),
    "faces": (160, 40, (25, 25)),
    "fashion_mnist": (60_000, 10_000, (28, 28)),
}
TABLES = {
    "breast_cancer": (456, 113, 30),
    "penguins": (273, 69, 4),
    "auto_mpg": (314, 78, 9),
    "windsor_housing": (437, 109, 11),
    "exam_scores": (3247, 812, 12),
}
# The files that a loader asks for, where they are not called what it is called.
FILES = {
    "digits": [],
    "breast_cancer": [],
    "photos": [],
    "fashion_mnist": [
        f"fashion_mnist_{part}_{what}"
        for part in ("train", "test")
        for what in ("images", "labels")
    ],
    "nuclei": ["nuclei_image", "nuclei_mask"],
}
CLASSES = {
    "digits": 10,
    "mnist_5k": 10,
    "faces": 2,
    "breast_cancer": 2,
    "penguins": 3,
}


@pytest.fixture
def load(fetched):
    def load(name, **arguments):
        for file in FILES.get(name, [name]):
            fetched(file)
        return getattr(datasets, f"load_{name}")(**arguments)

    return load


def everything(data):
    return (
        np.concatenate([data.x_train, data.x_test]),
        np.concatenate([data.y_train, data.y_test]),
    )


@pytest.mark.parametrize("name", IMAGES)
def test_images(load, name):
    train, test, shape = IMAGES[name]
    (x_train, y_train), (x_test, y_test) = load(name)
    assert x_train.shape == (train, *shape)
    assert x_test.shape == (test, *shape)
    assert y_train.shape == (train,)
    assert y_test.shape == (test,)


@pytest.mark.parametrize("name", TABLES)
def test_tables(load, name):
    train, test, features = TABLES[name]
    data = load(name)
    (x_train, y_train), (x_test, y_test) = data
    assert x_train.shape == (train, features)
    assert x_test.shape == (test, features)
    assert y_train.shape == (train,)
    assert y_test.shape == (test,)
    assert x_train.dtype == x_test.dtype == "float32"
    assert np.isfinite(x_train).all()
    assert np.isfinite(x_test).all()
    assert len(data.feature_names) == len(data.units) == features
    assert len(set(data.feature_names)) == features
    assert data.target_name
    assert bool(data.class_names) != bool(data.target_unit)
    # Columns that say "1 …, else 0" hold nothing else.
    for column, unit in zip(x_train.T, data.units, strict=True):
        if unit.startswith("1 "):
            assert set(column) <= {0.0, 1.0}, unit


@pytest.mark.parametrize("name", [*IMAGES, *TABLES])
def test_every_loader(load, name, monkeypatch):
    data = load(name)
    assert data.name == name
    assert data.description
    assert data.source
    assert data.license
    monkeypatch.setenv("DLKERAS_SEED", "3")
    again = load(name)
    for one, other in zip(data, again, strict=True):
        assert np.array_equal(one[0], other[0])
        assert np.array_equal(one[1], other[1])


@pytest.mark.parametrize("name", CLASSES)
def test_classes(load, name):
    data = load(name)
    classes = CLASSES[name]
    assert len(data.class_names) == classes
    assert data.y_train.dtype == data.y_test.dtype == "int64"
    train = np.bincount(data.y_train, minlength=classes)
    test = np.bincount(data.y_test, minlength=classes)
    assert len(train) == classes
    assert np.abs(test / (train + test) - 0.2).max() < 0.01  # stratified


@pytest.mark.parametrize("name", ["auto_mpg", "windsor_housing", "exam_scores"])
def test_numbers_to_predict(load, name):
    data = load(name)
    assert data.y_train.dtype == data.y_test.dtype == "float32"
    assert data.class_names == ()
    # Same distribution on both sides: the means differ by less than 3 standard errors.
    error = data.y_train.std() / np.sqrt(len(data.y_test))
    assert abs(data.y_train.mean() - data.y_test.mean()) < 3 * error


def test_digits(load):
    x, y = everything(load("digits"))
    assert x.dtype == "float32"
    assert (x.min(), x.max()) == (0, 16)
    assert len(y) == 1797


def test_mnist_5k(load):
    data = load("mnist_5k")
    x, y = everything(data)
    assert x.dtype == "uint8"
    assert (x.min(), x.max()) == (0, 255)
    assert list(np.bincount(y)) == [500] * 10
    assert list(np.bincount(data.y_test)) == [100] * 10
    assert list(data.y_train) != sorted(data.y_train)  # sorted in the file
    # Ones have the least ink, zeros the most.
    ink = [x[y == digit].mean() for digit in range(10)]
    assert (np.argmin(ink), np.argmax(ink)) == (1, 0)


def test_fashion_mnist(load):
    data = load("fashion_mnist")
    for x, y, each in (
        (data.x_train, data.y_train, 6000),
        (data.x_test, data.y_test, 1000),
    ):
        assert x.dtype == "uint8"
        assert (x.min(), x.max()) == (0, 255)
        assert y.dtype == "int64"
        assert list(np.bincount(y)) == [each] * 10
    assert data.x_train.mean() == pytest.approx(72.94, abs=0.01)  # as published
    assert len(data.class_names) == 10
    # As everywhere: the first is an ankle boot, the second a T-shirt.
    first = [data.class_names[label] for label in data.y_train[:2]]
    assert first == ["Ankle boot", "T-shirt/top"]
    # Trousers have a gap between the legs; a T-shirt has none.
    between = data.x_train[:, 22:26, 13:15].mean(axis=(1, 2))
    assert between[data.y_train == 1].mean() < 0.5 * between[data.y_train == 0].mean()


def test_faces(load):
    data = load("faces")
    x, y = everything(data)
    assert x.dtype == "float32"
    assert (x.min(), x.max()) == (0, 1)
    assert list(np.bincount(y)) == [100, 100]
    assert data.class_names == ("background", "face")
    # Faces look alike: to their mean picture they are much nearer.
    faces, background = x[y == 1], x[y == 0]
    to_mean = [
        np.corrcoef(faces.mean(axis=0).ravel(), picture.ravel())[0, 1]
        for picture in (*faces, *background[background.std(axis=(1, 2)) > 0.01])
    ]
    assert np.median(to_mean[:100]) > 0.5 > 0.2 > np.median(to_mean[100:])
    # What the docstring says of black corners.
    black = (x == 0).any(axis=(1, 2))
    assert black[y == 0].mean() == pytest.approx(0.63)
    assert black[y == 1].mean() == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("block_size", "train", "test"), [(32, 176, 64), (64, 40, 16), (128, 8, 4)]
)
def test_nuclei(load, block_size, train, test):
    data = load("nuclei", block_size=block_size)
    (x_train, y_train), (x_test, y_test) = data
    assert x_train.shape == y_train.shape == (train, block_size, block_size)
    assert x_test.shape == y_test.shape == (test, block_size, block_size)
    assert (x_train.dtype, y_train.dtype) == ("uint8", "int64")
    assert sorted(set(data.mask.ravel())) == list(range(126))
    assert (data.image.shape, data.image.max()) == ((512, 512), 235)
    # Nuclei are the bright things, and none is on both sides.
    assert data.image[data.mask > 0].mean() > 2 * data.image[data.mask == 0].mean()
    assert not set(y_train[y_train > 0]) & set(y_test[y_test > 0])
    # The blocks are where they should be, first along the top.
    np.testing.assert_array_equal(x_train[0], data.image[:block_size, :block_size])
    np.testing.assert_array_equal(y_train[1][:, 0], data.mask[:block_size, block_size])
    np.testing.assert_array_equal(
        y_test[-1], data.mask[512 - block_size :, 512 - block_size :]
    )


@pytest.mark.parametrize("block_size", [0, 48, 256, "64", None])
def test_nuclei_refuse_other_blocks(block_size):
    with pytest.raises(ValueError, match="Received: block_size="):
        datasets.load_nuclei(block_size)


def test_photos(load):
    photos = load("photos")
    assert list(photos) == ["china", "flower"]
    for photo in photos.values():
        assert (photo.shape, photo.dtype) == ((427, 640, 3), "uint8")
        photo[0] = 0  # each caller has an own copy
    # Sky above the temple is lighter than the temple; the flower is no sky.
    assert photos["china"][1:100].mean() > photos["china"][300:].mean()


@pytest.mark.parametrize(
    ("name", "shape", "mean"),
    [
        ("china", (427, 640, 3), (144.7, 145.5, 140.9)),
        ("flower", (427, 640, 3), (55.1, 73.6, 57.0)),
        ("coffee", (400, 600, 3), (158.6, 85.8, 51.5)),
        ("cat", (300, 451, 3), (147.7, 111.4, 86.8)),
        ("astronaut", (512, 512, 3), (141.6, 105.8, 96.5)),
        ("rocket", (427, 640, 3), (52.3, 61.3, 82.3)),
    ],
)
def test_photo(fetched, name, shape, mean):
    if name not in ("china", "flower"):
        fetched(f"photo_{name}")
    photo = datasets.load_photo(name)
    assert photo.shape == shape
    assert photo.dtype == "uint8"
    # Red, green and blue in this order; JPEG decoders may differ a little.
    assert photo.mean(axis=(0, 1)) == pytest.approx(mean, abs=0.2)


def test_no_such_photo():
    with pytest.raises(ValueError, match="Received: 'dog'"):
        datasets.load_photo("dog")


def test_retina(load):
    retina = load("retina")
    assert (retina.shape, retina.dtype) == ((1411, 1411, 3), "uint8")
    red, green, blue = retina[400:1000, 400:1000].mean(axis=(0, 1))
    assert red > green > blue
    assert retina[:100, :100].max() < 40  # the corners are black
    # The brightest spot, the optic disc, is at the left.
    rough = retina[:1400, :1400, 1].reshape(14, 100, 14, 100).mean(axis=(1, 3))
    row, column = np.unravel_index(rough.argmax(), rough.shape)
    assert 5 <= row <= 7
    assert column <= 3


def test_breast_cancer(load):
    data = load("breast_cancer")
    _, y = everything(data)
    assert list(np.bincount(y)) == [212, 357]
    assert data.class_names == ("malignant", "benign")
    radius = data.x_train[:, data.feature_names.index("mean radius")]
    assert radius[data.y_train == 0].mean() > radius[data.y_train == 1].mean()


def test_penguins(load):
    data = load("penguins")
    x, y = everything(data)
    assert list(np.bincount(y)) == [151, 68, 123]
    assert data.class_names == ("Adelie", "Chinstrap", "Gentoo")
    # The published means: Gentoo weigh 5,076 g, Adelies' bills are 38.8 mm long.
    mass = x[:, data.feature_names.index("body_mass")]
    bill = x[:, data.feature_names.index("bill_length")]
    assert mass[y == 2].mean() == pytest.approx(5076, abs=1)
    assert bill[y == 0].mean() == pytest.approx(38.79, abs=0.01)


def test_auto_mpg(load):
    data = load("auto_mpg")
    x, y = everything(data)
    columns = dict(zip(data.feature_names, x.T, strict=True))
    origins = [columns[f"origin_{where}"] for where in ("america", "europe", "asia")]
    assert [origin.sum() for origin in origins] == [245, 68, 79]
    assert (sum(origins) == 1).all()
    assert (y.min(), y.max()) == (9, pytest.approx(46.6))
    assert np.corrcoef(columns["weight"], y)[0, 1] == pytest.approx(-0.832, abs=0.001)
    assert (columns["model_year"].min(), columns["model_year"].max()) == (70, 82)


def test_windsor_housing(load):
    data = load("windsor_housing")
    x, y = everything(data)
    columns = dict(zip(data.feature_names, x.T, strict=True))
    assert y.mean() == pytest.approx(68_122, abs=1)  # as published
    assert (y.min(), y.max()) == (25_000, 190_000)
    assert columns["lot_size"].mean() == pytest.approx(5150, abs=1)
    assert columns["driveway"].sum() == 469
    assert columns["gas_water_heating"].sum() == 25
    assert columns["preferred_area"].sum() == 128


def test_exam_scores(load):
    data = load("exam_scores")
    x, y = everything(data)
    schools = np.concatenate([data.groups_train, data.groups_test])
    columns = dict(zip(data.feature_names, x.T, strict=True))
    assert sorted(set(schools)) == list(range(1, 66))
    assert y.mean() == pytest.approx(0, abs=0.001)
    assert y.std() == pytest.approx(1, abs=0.002)
    assert columns["female"].sum() == 2436
    for kinds in (
        ("intake_low", "intake_middle", "intake_high"),
        ("school_mixed", "school_boys", "school_girls"),
        ("school_low", "school_middle", "school_high"),
    ):
        assert (sum(columns[kind] for kind in kinds) == 1).all()
    # Bands the right way up: the higher the band, the better the reading test.
    for level in ("intake", "school"):
        low, middle, high = (
            columns["reading_test"][columns[f"{level}_{band}"] == 1].mean()
            for band in ("low", "middle", "high")
        )
        assert low < middle < high
    # What the docstring says: school_mean is the mean of the school's pupils.
    for school in range(1, 66):
        rows = schools == school
        mean = columns["reading_test"][rows].mean()
        assert columns["school_mean"][rows] == pytest.approx(mean, abs=1e-4)
    # A girl in a school for boys would be a column mixed up.
    assert not (columns["female"] * columns["school_boys"]).any()
    assert (columns["female"][columns["school_girls"] == 1] == 1).all()


def test_exam_scores_by_school(load):
    data = load("exam_scores", by_school=True)
    train, test = set(data.groups_train), set(data.groups_test)
    assert len(train) == 52
    assert len(test) == 13
    assert not train & test
    assert len(data.x_train) + len(data.x_test) == 4059
    with pytest.raises(TypeError, match="by_school"):
        load("exam_scores", by_school="yes")


def test_pupils_of_one_school_are_on_both_sides_by_default(load):
    data = load("exam_scores")
    assert len(set(data.groups_train) & set(data.groups_test)) > 60


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("digits", [9, 3, 7, 1, 6, 9, 9, 9, 5, 1, 7, 3]),
        ("breast_cancer", [0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0]),
        ("mnist_5k", [0, 1, 4, 3, 0, 1, 2, 0, 5, 4, 7, 0]),
        ("faces", [1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("fashion_mnist", [9, 2, 1, 1, 6, 1, 4, 6, 5, 7, 4, 5]),
        ("penguins", [2, 0, 0, 1, 0, 2, 1, 2, 0, 0, 1, 2]),
        ("auto_mpg", [22.0, 33.0, 30.0, 24.5]),
        ("windsor_housing", [73000.0, 116000.0, 95000.0, 73500.0]),
        ("exam_scores", [1.1094, -1.8367, 0.0043, 0.1341]),
    ],
)
def test_splits_stay_what_they_are(load, name, first):
    """A change of these would change the numbers of every lab."""
    assert load(name).y_test[: len(first)].tolist() == pytest.approx(first, abs=1e-4)


def test_import_is_light():
    script = (
        "import sys; from dlkeras.datasets import make_moons; make_moons(10); "
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'sklearn', 'pooch', 'PIL'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
