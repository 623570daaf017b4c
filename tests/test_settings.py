"""Settings: one name everywhere, every fault at once, and a key that is never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from importer.errors import ServiceError, SettingsError
from importer.settings import KEY_VARIABLE, Origin, load_settings, settings_path, writing


def write_settings(text: str, encoding: str = "utf-8") -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(text, encoding=encoding)


def test_options_come_before_the_environment_before_the_file_before_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().workers == 8
    write_settings("workers = 2\nrate = 5\n")
    assert (load_settings().workers, load_settings().rate) == (2, 5)
    monkeypatch.setenv("ROSTER_WORKERS", "3")
    assert (load_settings().workers, load_settings(workers=4).workers) == (3, 4)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as fault:
        load_settings(base_url="ftp://x", timezone="Londn", workers=0, date_order="ymd")
    assert all(name in str(fault.value) for name in ("--base-url", "--timezone", "--workers", "--date-order"))


def test_a_line_or_a_variable_that_is_no_setting_is_an_error_that_suggests_one(monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings('time_zone = "Europe/London"\ncolour = 1\n')
    monkeypatch.setenv("ROSTER_WORKER", "3")
    with pytest.raises(SettingsError) as fault:
        load_settings()
    said = str(fault.value)
    assert "ROSTER_WORKER: there is no such setting. Did you mean ROSTER_WORKERS?" in said
    assert f"time_zone in {settings_path()}: there is no such setting. Did you mean timezone?" in said
    assert "colour in" in said
    assert "There are: api_key_file, approval, approval_days, base_url," in said


@pytest.mark.parametrize("value", ["50", '"50"', '"always"', '"never"'])
def test_an_import_to_approve_is_every_one_none_or_one_of_more_people(value: str) -> None:
    write_settings(f"approval = {value}\n")
    assert str(load_settings().approval) == value.strip('"')


@pytest.mark.parametrize("value", ["true", "-1", "2.5", '"sometimes"'])
def test_any_other_import_to_approve_is_an_error_that_says_what_to_write(value: str) -> None:
    write_settings(f"approval = {value}\n")
    with pytest.raises(SettingsError, match=r"approval in .*: write always, never, or a number of people, like 50"):
        load_settings()


def test_a_fault_is_told_by_the_name_that_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTER_RATE", "0")
    with pytest.raises(SettingsError, match="ROSTER_RATE: Input should be greater than 0"):
        load_settings()


def test_each_setting_knows_where_its_value_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings("workers = 2\nrate = 5\n")
    monkeypatch.setenv("ROSTER_WORKERS", "3")
    settings = load_settings(timezone="Europe/Paris", rate=None)
    origins = [settings.origin(name) for name in ("timezone", "workers", "rate", "timeout_s")]
    assert origins == [Origin.OPTION, Origin.ENVIRONMENT, Origin.FILE, Origin.DEFAULT]


def test_a_settings_file_that_is_no_toml_says_where_it_is_and_how_a_line_looks() -> None:
    write_settings("timezone = Europe/London\n")
    with pytest.raises(SettingsError, match=r"settings\.toml can't be read: .* Its lines look like"):
        load_settings()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_as_windows_saves_them_are_read(tmp_path: Path, encoding: str) -> None:
    write_settings('timezone = "Europe/Paris"\n', encoding)
    assert load_settings().timezone == "Europe/Paris"
    key = tmp_path / "key.txt"
    key.write_text("s3cret\n", encoding=encoding)
    key.chmod(0o600)
    assert load_settings(api_key_file=key).api_key().get_secret_value() == "s3cret"


@pytest.mark.parametrize("url", ["http://api.example.com/v1/", "https://me:pw@api.example.com/", "api.example.com"])
def test_an_address_that_would_show_the_key_or_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="--base-url"):
        load_settings(base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "https://a:99999/",
        "https://a:x/",
        "https://a b/",
        "https://a/?k=1",
        "https://a/#x",
        "https://",
        "",
    ],
)
def test_an_address_that_can_not_be_one_is_told_with_the_form_to_write(url: str) -> None:
    with pytest.raises(SettingsError, match=r"is not an address\. Write it like https://api\.appointedd\.com/v1/"):
        load_settings(base_url=url)


def test_plain_http_is_fine_within_this_computer() -> None:
    assert load_settings(base_url="http://127.0.0.1:8730/v1").base_url == "http://127.0.0.1:8730/v1/"


def test_a_missing_key_says_where_to_put_it_and_a_key_is_never_in_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServiceError, match=KEY_VARIABLE):
        load_settings().api_key()
    monkeypatch.setenv(KEY_VARIABLE, "s3cret")
    assert "s3cret" not in f"{load_settings()!r} {load_settings().api_key()!r} {load_settings().api_key()}"


@pytest.mark.skipif(os.name != "posix", reason="Windows has other pipes")
def test_a_key_file_that_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    for path in (tmp_path / "key", tmp_path / "gone", tmp_path):
        with pytest.raises(ServiceError, match="can't be read"):
            load_settings(api_key_file=path).api_key()


@pytest.mark.skipif(os.name != "posix", reason="Windows has other pipes")
def test_a_settings_file_that_is_no_file_is_told_and_not_waited_for() -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(settings_path())
    with pytest.raises(SettingsError, match="can't be read: it is no file"):
        load_settings()


def test_a_broken_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "s3cret with blanks")
    with pytest.raises(ServiceError, match="Copy it again") as error:
        load_settings().api_key()
    assert "s3cret" not in str(error.value)


def test_the_key_comes_from_the_option_before_the_environment_before_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: tmp_path / name for name in ("of-option", "of-file")}
    for name, path in files.items():
        path.write_text(name, encoding="utf-8")
        path.chmod(0o600)

    def key(**options: Path) -> str:
        return load_settings(**options).api_key().get_secret_value()

    write_settings(f"api_key_file = '{files['of-file']}'\n")
    assert key() == "of-file"
    monkeypatch.setenv(KEY_VARIABLE, "of-environment")
    assert key() == "of-environment"
    assert key(api_key_file=files["of-option"]) == "of-option"


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused_with_the_line_that_closes_it(tmp_path: Path, mode: int) -> None:
    key = tmp_path / "my key.txt"
    key.write_text("s3cret", encoding="utf-8")
    key.chmod(mode)
    with pytest.raises(ServiceError) as error:
        load_settings(api_key_file=key).api_key()
    assert str(error.value).splitlines()[-1] == f"    chmod 600 '{key}'"
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("address", ["postgresql://localhost/x", "sqlite:///x.db"])
def test_an_address_is_no_ledger(address: str) -> None:
    with pytest.raises(SettingsError, match="a ledger is a file on this computer"):
        load_settings(ledger=address)


def test_settings_that_another_program_is_changing_are_told_with_the_lines_to_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_LONGEST_WAIT_S", 0.1)
    with FileLock(tmp_path / ".settings.toml.lock"), pytest.raises(SettingsError) as told:
        writing.write_set(tmp_path / "settings.toml", "Club", {"Pupil": "Full name"})
    assert "can't be written: another program is changing it just now. Put these lines" in str(told.value)
