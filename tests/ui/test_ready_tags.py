"""What never changes is worked out once; the output is that of Django's own tags."""

from uuid import UUID, uuid4

import pytest
from django.template import Context, Engine, Template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from doctorlike.ui.templatetags.ready import ReadyUrl, ReadyWords

PLAIN = Template('{% translate "Сохранить" %}')


def test_one_template_speaks_every_language() -> None:
    said = []
    for language in ("ru", "en", "ru", "en"):
        with translation.override(language):
            said.append(PLAIN.render(Context()))
    assert said[:2] == said[2:]
    assert said[0] == "Сохранить"
    with translation.override("en"):
        assert said[1] == translation.gettext("Сохранить")


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate word %}",
        '{% translate "Сохранить" as said %}{{ said }}',
        '{% translate "Сохранить"|lower %}',
        '{% translate "Сохранить" noop %}',
    ],
)
def test_what_is_not_plain_words_is_asked_each_time(tag: str) -> None:
    template = Template(tag)
    assert not any(isinstance(node, ReadyWords) for node in template.nodelist)
    first, second = (template.render(Context({"word": word})) for word in ("<Да>", "Нет"))
    assert (first, second) == (("&lt;Да&gt;", "Нет") if "word" in tag else (first, first))


def test_percent_signs_and_markup_stay_as_written() -> None:
    assert Template('{% translate "0 % & <b>" %}').render(Context()) == "0 % & <b>"


DJANGOS = Engine(builtins=["django.templatetags.i18n"])
BLOCKS = [
    "{% blocktranslate %}Просто текст{% endblocktranslate %}",
    "{% blocktranslate trimmed with a=word b=n %}\n  Есть {{ a }}\n  и {{ b }} %\n{% endblocktranslate %}",
    "{% blocktranslate count n=n %}{{ n }} услуга{{ word }}{% plural %}{{ n }} услуги{% endblocktranslate %}",
    "{% blocktranslate asvar said with a=word %}Есть {{ a }}{% endblocktranslate %}[{{ said }}]",
]


@pytest.mark.parametrize("tag", BLOCKS)
def test_blocks_say_what_djangos_own_say(tag: str) -> None:
    ours, djangos = Template(tag), DJANGOS.from_string(tag)
    for word, n in (("<Да>", 1), ("Нет", 5), ("<Да>", 2)):
        for language in ("ru", "en"):
            with translation.override(language):
                told = {"word": word, "n": n}
                assert ours.render(Context(told)) == djangos.render(Context(told))


def test_an_address_is_the_same_for_every_id() -> None:
    template = Template('{% url "clinics:card" one %}')
    assert isinstance(template.nodelist[0], ReadyUrl)
    for one in (uuid4(), uuid4()):
        assert template.render(Context({"one": one})) == reverse("clinics:card", args=[one])
    with pytest.raises(NoReverseMatch):
        template.render(Context({"one": "не номер"}))
    assert Template('{% url "clinics:index" %}').render(Context()) == reverse("clinics:index")


def test_an_address_follows_the_site_that_is_served(on_site) -> None:  # type: ignore[no-untyped-def]  # fixture
    template = Template('{% url "ui:theme" %} {% url "home:index" as home %}[{{ home }}]')
    on_portal = template.render(Context())
    on_site("staff")
    assert template.render(Context()) == f"{reverse('ui:theme')} []"
    assert on_portal == f"{reverse('ui:theme')} [/cabinet/]"


@pytest.mark.parametrize(
    "tag", ['{% url "nobody:knows" %}', '{% url "clinics:index" one %}', '{% url "clinics:card" %}']
)
def test_an_unknown_address_is_refused_each_time(tag: str) -> None:
    template = Template(tag)
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            template.render(Context({"one": UUID(int=1)}))


def test_an_address_may_be_put_aside() -> None:
    template = Template('{% url "clinics:card" one as card %}[{{ card }}]{% url "nobody:knows" as none %}[{{ none }}]')
    for one in (uuid4(), uuid4()):
        assert template.render(Context({"one": one})) == f"[{reverse('clinics:card', args=[one])}][]"


def test_files_are_where_django_says() -> None:
    for tag in ('{% static "ui/mark.svg" %}', "{% static file %}", '{% static "ui/mark.svg" as it %}[{{ it }}]'):
        ours, djangos = Template(tag), Engine(builtins=["django.templatetags.static"]).from_string(tag)
        for _ in range(2):
            told = {"file": "ui/ui.css"}
            assert ours.render(Context(told)) == djangos.render(Context(told))


COTTONS = Engine(
    dirs=list(Engine.get_default().dirs),
    loaders=["django_cotton.cotton_loader.Loader", "django.template.loaders.filesystem.Loader"],
    builtins=["django_cotton.templatetags.cotton", "django.templatetags.i18n", "doctorlike.ui.templatetags.ui"],
)
COMPONENTS = [
    '{% cotton card title="{{ word }}" :note="n" tone="next" data-x="1" %}<p>{{ word }}</p>{% endcotton %}',
    '{% cotton card :title="absent" flush %}{% endcotton %}',
    "{% cotton button :href=word kind=quiet small / %}",
    '{% cotton button name="do" value="{{ n }}" data-once %}Дальше{% endcotton %}',
    '{% cotton dated-bar title="Ждём" :value="2" :max="7" / %}',
    '{% cotton card title="Одна" %}{% cotton chip kind="good" %}{{ word }}{% endcotton %}{% endcotton %}',
    "{% cotton card %}{% cotton:slot title %}<b>{{ word }}</b>{% endcotton:slot %}Тело{% endcotton %}",
    '{% cotton component is="chip" %}{{ word }}{% endcotton %}',
]


@pytest.mark.parametrize("tag", COMPONENTS)
def test_components_show_what_cottons_own_show(tag: str) -> None:
    ours, cottons = Template(tag), COTTONS.from_string(tag)
    for word, n in (("<Да>", 1), ("Нет", 5)):
        told = {"word": word, "n": n}
        assert ours.render(Context(told)) == cottons.render(Context(told))


def test_what_is_kept_is_made_once_for_each_value_and_language() -> None:
    made: list[str] = []
    template = Template("{% kept kind %}{{ make }} {% translate 'Сохранить' %}{% endkept %}")

    def show(kind: str) -> str:
        return template.render(Context({"kind": kind, "make": lambda: made.append(kind) or kind}))

    russian = [show("a"), show("b"), show("a")]
    with translation.override("en"):
        english = show("a")
        assert english == f"a {translation.gettext('Сохранить')}"
    assert made == ["a", "b", "a"]
    assert russian[0] == russian[2] == "a Сохранить" != english


def test_the_oldest_of_many_texts_gives_way() -> None:
    template = Template("{% kept kind %}{{ kind }}{% endkept %}")
    (node,) = template.nodelist
    assert [template.render(Context({"kind": one})) for one in range(200)] == [str(one) for one in range(200)]
    assert len(node._texts) < 100
