"""What people call a doctor, and what they complain of, in their own words: the table that leads both to a specialty.

A phrase fits when all its words are there, in any form and order; of several the longest comes first. Which doctor sees
what first is ours to say and no advice: more than one stands where people go to either. Words of pain itself («болит»)
are not here: they are said with everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# By specialty (`clinics.rules.SPECIALTIES`); phrases are parted by «|».
CALLED: Mapping[str, str] = MappingProxyType(
    {
        "therapist": "терапевт|терапия|участковый|семейный врач|врач общей практики|therapist|general practitioner",
        "paediatrician": "педиатр|педиатрия|детский врач|детский доктор|врач ребенку|paediatrician|pediatrician",
        "gynaecologist": "гинеколог|гинекология|акушер|женский врач|женская консультация|gynaecologist|gynecologist",
        "ophthalmologist": "офтальмолог|офтальмология|окулист|глазной|глазник|ophthalmologist|eye doctor",
        "ent": "лор|оториноларинголог|отоларинголог|ухо горло нос|ent",
        "neurologist": "невролог|неврология|невропатолог|невропатология|neurologist",
        "cardiologist": "кардиолог|кардиология|сердечник|cardiologist",
        "endocrinologist": "эндокринолог|эндокринология|диабетолог|endocrinologist",
        "gastroenterologist": "гастроэнтеролог|гастроэнтерология|гастролог|желудочный|gastroenterologist",
        "dermatologist": "дерматолог|дерматология|дерматовенеролог|венеролог|кожный|кожник|dermatologist",
        "surgeon": "хирург|хирургия|surgeon",
        "traumatologist": "травматолог|травматология|травмпункт|ортопед|ортопедия|костоправ|orthopaedist",
        "urologist": "уролог|урология|андролог|мужской врач|urologist",
        "dentist": (
            "стоматолог|стоматология|зубной|зубник|дантист|врач по зубам|стоматолог терапевт|стоматолог хирург|dentist"
        ),
        "child_dentist": "детский стоматолог|детская стоматология|детский зубной|зубной ребенку|child dentist",
    }
)

# By what people say; specialties are parted by a space.
COMPLAINTS: Mapping[str, str] = MappingProxyType(
    {
        "горло|ангина|глотать|голос пропал|осип|охрип|миндалины|гланды|тонзиллит": "ent therapist",
        "ухо|уши|отит|слух|оглох|звон в ушах|шум в ушах|заложило ухо": "ent",
        "нос|насморк|гайморит|заложен нос|храп|аденоиды|кровь из носа": "ent therapist",
        "простуда|температура|грипп|орви|кашель|озноб|слабость|бронхит|пневмония|сопли": "therapist",
        "больничный|справка|диспансеризация|чекап": "therapist",
        "сыпь|прыщи|угри|зуд|чешется|крапивница|экзема|псориаз|дерматит|родинка|бородавка|папиллома": "dermatologist",
        "перхоть|выпадают волосы|грибок|герпес|лишай|пятна на коже|акне": "dermatologist",
        "сердце|аритмия|тахикардия|давление|гипертония|одышка|болит за грудиной|пульс": "cardiologist therapist",
        "отекают ноги|отеки": "therapist cardiologist",
        "голова|мигрень|головокружение|обморок|бессонница|сон|память|тремор": "neurologist therapist",
        "спина|поясница|шея|остеохондроз|грыжа позвоночника|защемило|прострел|онемение": "neurologist traumatologist",
        "живот|желудок|изжога|тошнота|рвота|понос|запор|гастрит|вздутие|отрыжка": "gastroenterologist therapist",
        "печень|желчный|поджелудочная|кишечник": "gastroenterologist",
        "аппендицит|грыжа|фурункул|нарыв|гнойник|вросший ноготь|порез|рана|варикоз": "surgeon",
        "перелом|вывих|ушиб|растяжение|сустав|колено|плечо|локоть|нога|рука|плоскостопие|травма": "traumatologist",
        "глаз|зрение|очки|линзы|конъюнктивит|ячмень|катаракта|глаукома": "ophthalmologist",
        "диабет|сахар|щитовидка|щитовидная железа|гормоны|лишний вес|ожирение": "endocrinologist",
        "почки|мочиться|цистит|моча с кровью|простата|простатит|потенция": "urologist",
        "беременность|месячные|менструация|молочница|климакс|контрацепция|яичники": "gynaecologist",
        "зуб|десна|кариес|пульпит|флюс|пломба|брекеты|имплант|протез зубов|зуб мудрости|виниры": "dentist",
        "ребенок|дети|детский|грудничок|прививка ребенку|малыш|новорожденный": "paediatrician",
        "зуб ребенку|молочный зуб|детские зубы": "child_dentist",
    }
)

# What people say for what price lists write.
SAID_FOR: Mapping[str, str] = MappingProxyType(
    {
        "узи": "ультразвуковое",
        "мрт": "резонансная",
        "кт": "компьютерная",
        "экг кардиограмма": "электрокардиограммы электрокардиография",
        "ээг": "электроэнцефалография",
        "фгдс фгс гастроскопия": "эзофагогастродуоденоскопия",
        "рентген снимок": "рентгенография",
        "флюшка": "флюорография",
        "капельница": "инфузия",
        "чистка": "гигиена",
        "пломба": "пломбой",
    }
)

# Said with any complaint or wish, so they tell nothing unless they stand alone.
HARDLY_SAID = (
    "г город ул улица д дом м метро станция в во на и у к ко с со из за о об от по для до при рядом около возле "
    "врач доктор специалист клиника прием запись записаться консультация посетить попасть нужен нужна ищу найти "
    "где хочу мне мой меня болит боль больно болела ноет стреляет очень сильно появилась что то как им имени"
)
# What a firm is before the law: nobody looks for it.
LEGAL_FORMS = "ооо оао ао зао пао нао ип"
