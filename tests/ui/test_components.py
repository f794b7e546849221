"""Components as markup: what a page gets."""

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Template
from django.template.context import make_context
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from doctorlike.ui.templatetags import ui
from tests.ui.conftest import FACES, SampleForm, request_to


def draw(source: str, request: HttpRequest | None = None, **context) -> str:
    with translation.override("ru"):
        return Template(CottonCompiler().process(source)).render(make_context(context, request))


@pytest.mark.parametrize("face", FACES)
def test_the_gallery_renders_as_every_face(gallery, face):
    html = gallery(face)
    assert html.count("<h1") == 1
    assert 'href="tel:' in html
    assert "c-vars" not in html
    assert "<c-" not in html


def test_a_button_with_an_address_is_a_link():
    html = draw('<c-button href="/x/" kind="quiet">Дальше</c-button>')
    assert '<a class="button quiet ' in html
    assert 'href="/x/"' in html


def test_a_button_without_an_address_submits_and_passes_attributes_on():
    html = draw('<c-button name="do" value="call" data-once>Дальше</c-button>')
    assert "<button" in html
    assert 'name="do"' in html
    assert "data-once" in html


def test_words_given_to_a_component_are_escaped_once():
    html = draw('<c-page-header title="{{ name }}" />', name="ООО <Ромашка> & Ко")
    assert "ООО &lt;Ромашка&gt; &amp; Ко" in html


def test_a_components_words_do_not_leak_from_the_page():
    assert "чужое" not in draw('<c-item title="Визит" />', text="чужое", href="чужое")


def test_a_field_has_its_label_hint_and_error():
    form = SampleForm({})
    html = draw('<c-field :field="form.surname" autocomplete="family-name" />', form=form)
    assert '<label for="id_surname">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_surname_helptext id_surname_error"' in html
    assert 'id="id_surname_error"' in html
    assert 'autocomplete="family-name"' in html
    assert "Заполните поле: Фамилия" in html


def test_an_optional_field_says_so():
    assert "(необязательно)" in draw('<c-field :field="form.note" />', form=SampleForm())


def test_radio_buttons_are_a_fieldset():
    html = draw('<c-field :field="form.sex" />', form=SampleForm({}))
    assert "<fieldset" in html
    assert "<legend>Пол" in html
    assert 'aria-describedby="id_sex_error"' in html
    assert html.count('type="radio"') == 2


def test_typed_answers_are_kept():
    html = draw('<c-field :field="form.issued_on" />', form=SampleForm({"issued_on": "31.02.2026"}))
    assert 'value="31.02.2026"' in html


def test_the_summary_leads_to_each_field():
    errors = ui.summary_errors(SampleForm({"surname": "Серова"}))
    assert ("id_sex_0", "Выберите пол") in [(error.target, error.text) for error in errors]
    assert ui.summary_errors(SampleForm()) == []


def test_the_summary_takes_the_focus_without_a_script():
    html = draw('<c-error-summary :form="form" />', form=SampleForm({}))
    assert "autofocus" in html
    assert 'href="#id_surname"' in html
    assert draw('<c-error-summary :form="form" />', form=SampleForm()).strip() == ""


def test_the_title_says_there_is_an_error(gallery):
    assert "<title>Ошибка: " in gallery("portal")


def test_a_bar_chart_tells_its_numbers_in_a_table():
    html = draw('{% bar_chart bars "Доли" %}', bars=[{"label": "мар", "value": 3, "text": "3,00 ₽", "current": True}])
    assert '<th scope="row">мар</th><td>3,00 ₽</td>' in html


def test_an_empty_chart_is_drawn_too():
    assert "<svg" in draw('{% bar_chart bars "Доли" %}', bars=[])


def test_pages_keep_the_question():
    request = request_to("/gallery/?q=%D1%83&page=2")
    html = draw('<c-pagination :page="page" />', request, page=Paginator(range(100), 20).page(2))
    assert "q=%D1%83&amp;page=3" in html


def test_a_moved_clock_is_told(gallery):
    assert "Демонстрация: часы переведены на 31.03.2026" in gallery("portal")


def test_a_chosen_theme_is_on_the_page(gallery):
    assert 'data-theme="dark"' in gallery("portal", theme="dark")
    assert "data-theme" not in gallery("portal", theme="x onload=")
