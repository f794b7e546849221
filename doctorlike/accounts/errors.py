"""Refusals of this app, in words that say how to put it right."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError, NotFoundError


class WrongNameError(DomainError):
    code = "wrong_name"
    message = _("Проверьте запись: имя начинается и кончается буквой, дефис и апостроф стоят по одному между буквами.")


class EmptyNameError(WrongNameError):
    code = "empty_name"
    message = _("Заполните это поле, как в документе.")


class LongNameError(WrongNameError):
    code = "long_name"
    message = _("Слишком длинно: здесь помещается {most} знаков.")


class DigitsInNameError(WrongNameError):
    code = "digits_in_name"
    message = _("Уберите цифры «{signs}»: в имени их не бывает.")


class ForeignLettersError(WrongNameError):
    code = "foreign_letters"
    message = _("Буквы «{signs}» не русские. Переключите раскладку и введите их заново, как в документе.")


class SignsInNameError(WrongNameError):
    code = "signs_in_name"
    message = _("Уберите «{signs}»: в имени бывают русские буквы, пробел, дефис и апостроф.")


class LatinNameError(DomainError):
    code = "latin_name"
    message = _("Введите фамилию и имя латинскими буквами, как в документе, например IVANOVA ANNA.")


class CyrillicInLatinNameError(LatinNameError):
    code = "cyrillic_in_latin_name"
    message = _("Буквы «{signs}» русские. Переключите раскладку и введите имя латиницей, как в документе.")


class BornInFutureError(DomainError):
    code = "born_in_future"
    message = _("Этот день ещё не наступил. Проверьте год рождения.")


class BornTooLongAgoError(DomainError):
    code = "born_too_long_ago"
    message = _("Проверьте год рождения: получается больше 120 лет.")


class BirthDateFixedError(DomainError):
    code = "birth_date_fixed"
    message = _("Дату рождения уже исправляли несколько раз. Чтобы изменить её снова, позвоните нам.")


class BirthDateVerifiedError(BirthDateFixedError):
    code = "birth_date_verified"
    message = _("Дату рождения подтвердили Госуслуги. Если в ней ошибка, позвоните нам: {phone}.")


class PassportSeriesError(DomainError):
    code = "passport_series"
    message = _("В серии паспорта четыре цифры, например 45 08.")


class PassportNumberError(DomainError):
    code = "passport_number"
    message = _("В номере паспорта шесть цифр.")


class DivisionCodeError(DomainError):
    code = "division_code"
    message = _("В коде подразделения шесть цифр, например 770-001.")


class CertificateSeriesError(DomainError):
    code = "certificate_series"
    message = _("Серия свидетельства: римские цифры и две русские буквы, например IV-МЮ.")


class CertificateNumberError(DomainError):
    code = "certificate_number"
    message = _("В номере свидетельства шесть цифр.")


class IssuedInFutureError(DomainError):
    code = "issued_in_future"
    message = _("Дата выдачи ещё не наступила. Проверьте год.")


class IssuedBeforeBirthError(DomainError):
    code = "issued_before_birth"
    message = _("Дата выдачи раньше дня рождения. Проверьте обе даты.")


class IssuedBeforeFourteenError(DomainError):
    code = "issued_before_fourteen"
    message = _("Паспорт выдают с 14 лет. Проверьте дату выдачи и дату рождения.")


class SovietPassportError(DomainError):
    code = "soviet_passport"
    message = _("Паспорта России выдают с 1 октября 1997 года, более ранние не действуют. Укажите нынешний паспорт.")


class PassportExpiredError(DomainError):
    code = "passport_expired"
    message = _(
        "Паспорт, полученный до {age} лет, действовал до {until}: 90 дней после {age}-летия. Укажите новый паспорт: "
        "после 20 и 45 лет его меняют."
    )


class PassportDueError(DomainError):
    """A birth certificate where the law asks for a passport."""

    code = "passport_due"
    message = _(
        "С 14 лет нужен паспорт: свидетельство принимаем ещё 90 дней после дня рождения, до {until}. Выберите паспорт "
        "и введите его данные."
    )


class NoPassportYetError(DomainError):
    code = "no_passport_yet"
    message = _("До 14 лет паспорта нет. Выберите свидетельство о рождении.")


class ForeignNumberError(DomainError):
    code = "foreign_number"
    message = _("Введите номер, как в документе: от 3 до 20 цифр и букв.")


class ForeignSeriesError(DomainError):
    code = "foreign_series"
    message = _("В серии не больше 10 цифр и букв. Если серии в документе нет, оставьте поле пустым.")


class MixedLettersError(DomainError):
    code = "mixed_letters"
    message = _("Здесь смешаны русские и латинские буквы: «{signs}». Введите их в одной раскладке, как в документе.")


class CitizenshipMissingError(DomainError):
    code = "citizenship_missing"
    message = _("Выберите гражданство, как в документе.")


class CitizenshipRussianError(DomainError):
    code = "citizenship_russian"
    message = _("Для гражданина России выберите выше паспорт или свидетельство о рождении.")


class ValidBeforeIssuedError(DomainError):
    code = "valid_before_issued"
    message = _("Срок действия кончается раньше дня выдачи. Проверьте обе даты.")


class DocumentExpiredError(DomainError):
    code = "document_expired"
    message = _("Этот документ действовал до {until}. Укажите тот, что действует сейчас.")


class WrongContactError(DomainError):
    code = "wrong_contact"
    message = _("Введите номер телефона, например 8 912 000-00-00, или адрес почты, например anna@example.com.")


class WrongPhoneError(DomainError):
    code = "wrong_phone"
    message = _("Введите номер телефона целиком, например 8 912 000-00-00.")


class WrongEmailError(DomainError):
    code = "wrong_email"
    message = _("Введите адрес почты целиком, например anna@example.com.")


class ContactTakenError(DomainError):
    code = "contact_taken"
    message = _("Этот контакт уже подтверждён в другом аккаунте. Войдите по нему или позвоните нам.")


class CodeError(DomainError):
    """A one-time code was not accepted."""


class WrongCodeError(CodeError):
    code = "wrong_code"
    message = _("Код не подошёл. Проверьте цифры. Осталось попыток: {tries_left}.")


class CodeExpiredError(CodeError):
    code = "code_expired"
    message = _("Этот код больше не действует: он живёт 5 минут и годится один раз. Попросите новый.")


class TooManyTriesError(CodeError):
    code = "too_many_tries"
    message = _("Код ввели неверно пять раз, больше он не действует. Попросите новый.")


class TooSoonError(CodeError):
    code = "too_soon"
    message = _("Код уже отправлен. Новый можно попросить через {seconds} с.")


class TooManyCodesError(CodeError):
    code = "too_many_codes"
    message = _(
        "Сюда отправлено слишком много кодов подряд. Новый можно будет попросить через {hours} ч, либо позвоните нам: "
        "{phone}."
    )


class NetworkBusyError(CodeError):
    code = "network_busy"
    message = _(
        "Из вашей сети просят слишком много кодов. Попробуйте через {minutes} мин, подключитесь к другой сети или "
        "позвоните нам: {phone}."
    )


class SmsClosedError(CodeError):
    """The day's or hour's money for SMS is spent."""

    code = "sms_closed"
    message = _(
        "SMS сейчас не отправляем: слишком много просьб. Получите код на электронную почту или позвоните нам: {phone}."
    )


class AnothersAccountError(DomainError):
    """The contact that «Госуслуги» told is of an account that names somebody else or lets somebody else in."""

    code = "anothers_account"
    message = _(
        "Этот контакт записан в аккаунте, который оформлен на другого человека. Войдите по коду или позвоните нам: "
        "{phone}."
    )


class OldContactUnprovenError(DomainError):
    code = "old_contact_unproven"
    message = _("Сначала подтвердите прежний контакт кодом или вторым способом входа.")


class RecoveryLockedError(DomainError):
    code = "recovery_locked"
    message = _(
        "Было пять неудачных попыток, поэтому восстановление по этому адресу закрыто ещё на {minutes} мин. "
        "Попробуйте позже или позвоните нам: {phone}."
    )


class RecoveryOverError(DomainError):
    code = "recovery_over"
    message = _("Эта заявка уже завершена, отменять нечего.")


class NoStaffAccountError(DomainError):
    code = "no_staff_account"
    message = _("Для этого адреса нет рабочего доступа. Попросите администратора выдать его.")


class AccountClosedError(DomainError):
    code = "account_closed"
    message = _("Этот аккаунт закрыт. Если это ошибка, позвоните нам.")


class SignInLostError(NotFoundError):
    code = "sign_in_lost"
    message = _("Вход на портале уже завершён. Начните вход заново.")


class WrongSecondCodeError(CodeError):
    code = "wrong_second_code"
    message = _("Код не подошёл. Введите тот, что приложение показывает сейчас, или запасной код.")


class SecondStepLockedError(TooManyTriesError):
    """Too many wrong codes of the app: another code does not help for a while."""

    code = "second_step_locked"
    message = _("Код ввели неверно пять раз. Попробуйте через {minutes} мин или позвоните нам: {phone}.")


class WrongPasskeyError(DomainError):
    code = "wrong_passkey"
    message = _("Ключ доступа не подошёл. Попробуйте ещё раз или войдите по коду.")


class LastFactorError(DomainError):
    code = "last_factor"
    message = _("Это ваш последний способ подтверждения. Сначала добавьте другой.")


class TooManyPasskeysError(DomainError):
    code = "too_many_passkeys"
    message = _("Ключей может быть не больше {most}. Удалите те, которыми не пользуетесь.")
