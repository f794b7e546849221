"""Files the set-up builds: the web typeface, translations, the demo's certificate."""

from __future__ import annotations

import gettext
from pathlib import Path

from cryptography import x509
from fontTools.ttLib import TTFont

from setup import assets, keys


def test_the_typeface_has_what_russian_pages_need_and_stays_light(tmp_path: Path) -> None:
    path = assets.build_font(tmp_path)
    with TTFont(path) as font:
        assert font.flavor == "woff2"
        assert {ord(letter) for letter in "АЯаяЁё«»—–№₽ AZaz09%"} <= set(font.getBestCmap())
        assert {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord} >= {"tnum"}
        assert font["fvar"].axes[0].axisTag == "wght"
    assert path.stat().st_size < 40_000
    made_at = path.stat().st_mtime_ns
    assert assets.build_font(tmp_path).stat().st_mtime_ns == made_at


def test_translations_are_compiled_when_they_changed(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Полис"\nmsgstr "Policy"\n'
    )
    assert assets.compile_translations(tmp_path) == 1
    assert assets.compile_translations(tmp_path) == 0
    assert gettext.translation("django", tmp_path / "locale", ["en"]).gettext("Полис") == "Policy"


def test_the_demo_certificate_says_what_it_is(tmp_path: Path) -> None:
    made = keys.make_if_absent(tmp_path / "keys")
    certificate = x509.load_pem_x509_certificate(Path(made["SIGNING_CERTIFICATE_FILE"]).read_bytes())
    assert "Демонстрационный сертификат" in certificate.subject.rfc4514_string()
    assert keys.make_if_absent(tmp_path / "keys") == made
