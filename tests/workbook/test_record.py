from dlkeras.workbook import record


def test_entries_come_back_in_order(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv("DLKERAS_RECORD", str(path))
    monkeypatch.delenv("DLKERAS_LAB", raising=False)
    record.write("claim", statement="größer – π", value=1.5)
    record.write("exercise", id="a/b")
    assert record.read(path) == [
        {"kind": "claim", "lab": "", "statement": "größer – π", "value": 1.5},
        {"kind": "exercise", "lab": "", "id": "a/b"},
    ]


def test_nothing_is_written_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("DLKERAS_RECORD", raising=False)
    monkeypatch.chdir(tmp_path)
    record.write("claim", statement="S")
    assert list(tmp_path.iterdir()) == []


def test_absent_record_has_no_entries(tmp_path):
    assert record.read(tmp_path / "none.jsonl") == []
