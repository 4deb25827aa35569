"""Which labs are executed again."""

from labsite.stale import reason_to_run

INPUTS = {
    "versions": {"python": "3.11.7", "keras": "3.15.1"},
    "backend": "tensorflow",
    "lock": "aa",
    "data": "bb",
    "script": "cc",
}
MODULES = {"dlkeras/losses/perceptron.py": "11", "dlkeras/workbook/claims.py": "22"}
RECORD = {"inputs": {**INPUTS, "modules": MODULES}}


def test_nothing_changed():
    assert reason_to_run(RECORD, INPUTS, MODULES) == ""


def test_never_executed():
    assert reason_to_run(None, INPUTS, {}) == "never executed"


def test_the_script_changed():
    assert reason_to_run(RECORD, INPUTS | {"script": "dd"}, MODULES)


def test_a_version_the_lock_or_the_data_pins_changed():
    versions = {"python": "3.11.7", "keras": "3.16.0"}
    for change in ({"versions": versions}, {"lock": "xx"}, {"data": "xx"}):
        assert reason_to_run(RECORD, INPUTS | change, MODULES), change


def test_a_module_that_it_imports_changed():
    changed = MODULES | {"dlkeras/losses/perceptron.py": "99"}
    reason = reason_to_run(RECORD, INPUTS, changed)
    assert reason == "changed: dlkeras/losses/perceptron.py"


def test_a_module_that_it_imports_is_gone():
    assert reason_to_run(RECORD, INPUTS, {"dlkeras/workbook/claims.py": "22"})


def test_a_module_that_it_does_not_import_changed():
    assert reason_to_run(RECORD, INPUTS, MODULES | {"dlkeras/layers/x.py": "9"}) == ""


def test_records_name_what_their_lab_imports(labs):
    for lab in labs:
        modules = lab.record["inputs"]["modules"]
        assert "dlkeras/workbook/claims.py" in modules, lab.name
        assert f"dlkeras/workbook/exercises/{lab.name}.py" in modules, lab.name
        others = {f"dlkeras/workbook/exercises/{x.name}.py" for x in labs if x != lab}
        assert not others & set(modules), f"{lab.name} depends on another lab"
