"""The conditions and consents in our own words, filled from the terms of a version. The same text is shown on the page,
hashed with the consent and set in the document, so that all three say one thing."""

from __future__ import annotations

from dataclasses import dataclass

from doctorlike.kit.money import Money
from doctorlike.products.rules import Programme, Terms

WORDING_VERSION = "2"
EXAMPLE_PRICE = Money.of("2000.00")


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """`purpose` is what the consent is recorded under; `link` names the page with the whole text, if there is one."""

    purpose: str
    title: str
    text: str
    required: bool


def roubles(amount: Money) -> str:
    """«1 400,00 ₽» with no-break spaces, for documents."""
    whole, rest = divmod(amount.kopecks, 100)
    return f"{whole:,}".replace(",", "\u00a0") + f",{rest:02d}\u00a0₽"


def days(count: int) -> str:
    return _counted(count, "день", "дня", "дней")


def months(count: int) -> str:
    return _counted(count, "месяц", "месяца", "месяцев")


def _counted(count: int, one: str, few: str, many: str) -> str:
    if count % 10 == 1 and count % 100 != 11:
        word = one
    elif count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        word = few
    else:
        word = many
    return f"{count}\u00a0{word}"


# What a contract ended later gives back (docs/rules/cancellation.md).
def _later(terms: Terms) -> str:
    if terms.refund_after_cooling_off == "none":
        return "При более позднем отказе премия не возвращается."
    kept = f" за вычетом {terms.refund_kept_percent} % от неё" if terms.refund_kept_percent else ""
    back = f"возвращается часть премии за оставшиеся дни{kept}"
    return f"При более позднем отказе, а также если страховой случай был, {back}."


def conditions(terms: Terms, insurer: str) -> tuple[Section, ...]:
    """The short conditions of the contract."""
    percent = max(terms.copay_percents)
    share = EXAMPLE_PRICE.share(percent)
    retries = ", ".join(str(day) for day in terms.retry_days)
    return (
        Section(
            "О чём договор",
            (
                f"{insurer} оплачивает клиникам медицинскую помощь по программе, указанной в полисе. Страхователь "
                f"платит премию один раз, при заключении договора. Полис действует {months(terms.term_months)} "
                "с указанного в нём дня.",
                "Клиники, в которые можно обращаться, определяет территория полиса. На территории Москвы и области "
                "либо Санкт-Петербурга и области регионы заданы сразу; в остальных случаях застрахованный выбирает "
                "регионы в личном кабинете, и клиники выбранного региона доступны со следующего дня.",
            ),
        ),
        Section(
            "Временная франшиза",
            (
                f"Первые {days(terms.waiting_days)} действия полиса обращение за помощью не является страховым "
                "случаем"
                + (", в том числе обращение к врачу телемедицины." if terms.telemed_waits else ".")
                + " Дата, с которой помощь оплачивается, указана в полисе.",
            ),
        ),
        Section(
            "Доля застрахованного (франшиза)",
            (
                "Процент франшизы указан в полисе. Это доля цены каждой оказанной услуги, которую оплачивает клиент; "
                f"остальное платит страховщик. Пример: услуга стоит {roubles(EXAMPLE_PRICE)}, франшиза {percent} %: "
                f"клиент платит {roubles(share)}, страховщик {roubles(EXAMPLE_PRICE - share)}. Доля округляется до "
                "копейки, половина копейки в большую сторону.",
                "В клинике платить не нужно. Доля списывается с привязанной карты через "
                f"{months(terms.charge_delay_months)} после визита и не раньше чем через {days(terms.notice_days)} "
                "после того, как клиент узнал сумму.",
                f"Если списать не удалось из-за нехватки денег, попытка повторится через {retries} дней после первой. "
                "После этого подключение франшизной программы приостанавливается, пока долг не оплачен.",
                "Карту можно отвязать в любой момент. С этой минуты с неё ничего не списывается, а подключение "
                "приостанавливается до привязки новой. Консультации телемедицины в доле не участвуют.",
            ),
        ),
        Section(
            "Что нужно сделать до первого визита",
            (
                "Привязать полис в личном кабинете, подключить франшизную программу и, если регионы не заданы, "
                "выбрать их. Без подключения доступна только телемедицина.",
                f"Полис ребёнка до {terms.child_age} лет показан в кабинете взрослого страхователя. С "
                f"{terms.child_age}-летия медицинские сведения видит только сам застрахованный.",
            ),
        ),
        Section(
            "Отказ от договора",
            (
                f"В течение {_days_of(terms.cooling_off_days)} после заключения договора от него можно отказаться, "
                "если за это время не было страхового случая. До начала действия полиса премия возвращается целиком, "
                f"после начала за вычетом прошедших дней. {_later(terms)}",
            ),
        ),
        *(
            Section(
                f"Программа «{programme.name}»",
                (
                    "Оплачивается: "
                    + "; ".join(
                        benefit.name
                        + (
                            f" (не больше {roubles(benefit.annual_limit)} за срок полиса)"
                            if benefit.annual_limit
                            else ""
                        )
                        for benefit in programme.benefits
                    )
                    + ".",
                    "Не оплачивается: " + "; ".join(exclusion.name for exclusion in programme.exclusions) + ".",
                    *_sum_insured(programme),
                ),
            )
            for programme in terms.programmes
        ),
    )


def _sum_insured(programme: Programme) -> tuple[str, ...]:
    if programme.sum_insured is None:
        return ()
    most = roubles(programme.sum_insured)
    return (f"Страховая сумма: {most}. Больше этого за срок полиса на всю помощь в клиниках вместе не оплачивается.",)


def _days_of(count: int) -> str:
    # After «в течение» the genitive: «1 дня», otherwise «14 дней».
    one = count % 10 == 1 and count % 100 != 11
    return f"{count}\u00a0{'дня' if one else 'дней'}"


def conditions_text(terms: Terms, insurer: str) -> str:
    """The conditions as plain text, for the hash kept with the consent."""
    return "\n\n".join("\n".join((part.title, *part.paragraphs)) for part in conditions(terms, insurer))


def consents(terms: Terms, insurer: str) -> tuple[ConsentText, ...]:
    """What the policyholder is asked for, each on its own; advertising is optional and apart."""
    return (
        ConsentText(
            "contract_terms",
            "Условия договора",
            "Я прочитал(а) условия страхования и согласен (согласна) заключить договор на этих условиях.\n\n"
            + conditions_text(terms, insurer),
            required=True,
        ),
        ConsentText(
            "personal_data",
            "Персональные данные",
            f"Я разрешаю {insurer} обрабатывать имя, дату рождения, данные документа, адреса, телефон и почту, "
            "указанные в заявке, чтобы заключить и исполнять договор, и передавать клиникам то, что нужно для записи "
            "и приёма. Согласие действует, пока действует договор и сроки хранения по закону. Его можно отозвать "
            "письмом страховщику. За других людей я указываю данные с их ведома, за ребёнка как его законный "
            "представитель.",
            required=True,
        ),
        ConsentText(
            "health_data",
            "Сведения о здоровье",
            f"Я разрешаю {insurer} получать от клиник сведения об оказанных услугах и о здоровье застрахованного в той "
            "мере, в какой они нужны, чтобы проверить и оплатить помощь. Эти сведения видят только сотрудники, "
            "которым они нужны для этого, и каждый просмотр записывается.",
            required=True,
        ),
        ConsentText(
            "advertising",
            "Новости и предложения",
            f"Я не против получать от {insurer} новости и предложения по телефону и почте. На договор это не влияет, "
            "отказаться можно в любой момент.",
            required=False,
        ),
    )
