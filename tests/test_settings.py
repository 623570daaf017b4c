"""Settings: one name everywhere, every fault at once, and a key that is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer.errors import ServiceError, SettingsError
from importer.settings import KEY_VARIABLE, load_settings, settings_path


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
    assert all(name in str(fault.value) for name in ("base_url", "timezone", "workers", "date_order"))


def test_a_line_that_is_no_setting_is_an_error() -> None:
    write_settings('time_zone = "Europe/London"\n')
    with pytest.raises(SettingsError, match="there is no such setting"):
        load_settings()


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
    assert load_settings(api_key_file=key).api_key().get_secret_value() == "s3cret"


@pytest.mark.parametrize("url", ["http://api.example.com/v1/", "https://me:pw@api.example.com/", "api.example.com"])
def test_an_address_that_would_show_the_key_or_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        load_settings(base_url=url)


def test_plain_http_is_fine_within_this_computer() -> None:
    assert load_settings(base_url="http://127.0.0.1:8730/v1").base_url == "http://127.0.0.1:8730/v1/"


def test_a_missing_key_says_where_to_put_it_and_a_key_is_never_in_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServiceError, match=KEY_VARIABLE):
        load_settings().api_key()
    monkeypatch.setenv(KEY_VARIABLE, "s3cret")
    assert "s3cret" not in f"{load_settings()!r} {load_settings().api_key()!r} {load_settings().api_key()}"


def test_a_broken_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "s3cret with blanks")
    with pytest.raises(ServiceError, match="Copy it again") as error:
        load_settings().api_key()
    assert "s3cret" not in str(error.value)
