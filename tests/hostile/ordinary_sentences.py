"""Ordinary sentences of a humanitarian response in five languages, all invented: the guard lets each of them pass."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = """
1,960 blankets are needed in Lower Mill by 3 May.
Nine buses leave Upper Harran at 07:30 and arrive at Sarn Bridge at 09:00.
referred to ICRC on 3 May, reference R-17
Referred to ICRC on 2026-05-03, reference R-17.
15 patients, two urgent; window asked 10:00 to 12:00.
Medical passage: 3 patients, urgency high, from AZ-JAB to UV0102.
The transformer at the substation burned out on 14 November 2020; repair needs a window of 6 hours.
The main broke between Sarugyan and Ovanov; 1,200 people served.
District UV0102, P-code of OCHA, edition of 2023.
District AZ-JAB is named by its own code.
Convoy WN-14 passes the checkpoint at kilometre 12 between 08:00 and 09:30.
Convoy C-2026-114 was acknowledged by the Northern Command.
The Armenian armed forces answered at 14:10; the Azerbaijani armed forces are silent.
Interpreters for Armenian, Azerbaijani and Russian are asked for two days.
The road K-12 between Alba and Borin: advised against, said 09:42, next word by 10:30.
12 detainees were exchanged through the intermediary; each side says 12.
Remains of 4 were handed over; search for remains is agreed for Tuesday.
The search for remains at Point 7 is agreed by both sides.
The list of missing persons is kept by the ICRC and not here.
Two tracing requests were referred to ICRC on 4 May, reference R-22.
60 displaced families from Sarn Dol are in the school of Lower Mill.
Displaced households in Nor Harran need 40 tents.
Insulin for 15 diabetics for 30 days; kept at 2 to 8 degrees.
Dialysis: 4 patients twice a week, transport by ambulance.
Clinic of Upper Valley is closed since 2021; the school was built in 1985.
Group return on 12 June: 46 people, 2 buses, escort asked.
Returns plan lapses 72 h after the end.
Each side is named by its own state: the Republic of Armenia and the Republic of Azerbaijan.
A confirmed hazardous area of 24,000 square metres was reduced to 9,500.
Mine accident: medical request first, RQ-9; investigation apart.
Water is back since 5 May 2026 16:00; power is out since 28 April.
Whom to call stands in the directory, function "duty officer, water company".
Fuel: 2,000 litres of diesel for the generator of the bakery.
Height of the pass 2,160 m; slope 12.5 percent; width 3.25 m.
Storage of 350 m2 offered by the Danish Refugee Council until 30 June 2026.
UNHCR, UNICEF and WFP meet on Thursday at 15:00 in the town hall.
The patrol was refused at the checkpoint on 9 May 2026, about 11:20; no reason given.
Ethnic minority languages are taught in the school.
Protection desk of UNHCR takes referrals; nothing of a case is written here.
GBV services are known to the agencies; the number of the hotline is 112.
Passport control at the crossing is open from 08:00 to 20:00.
Children born in the camp need vaccines: 12 doses.
Bread for 1,350 people a day; the bakery needs 900 kg of flour.
The window of 09:00 to 13:00 was kept; extended to 15:00.
Meeting between communities: 22 people, place not said.
Cemetery of Old Mill: standing, 3 stones damaged, observed on 2 May 2026.
Monastery above Sarn: altered, not seen since 2022.
Census of 1989: 4,120 people in the district.
Sarn Bridge was closed for 34 years.
Bus 12 and bus 14 wait at the north gate; 96 seats.
Batch 20260503-1430 of the HXL file was checked.
Order 4711, invoice 100234, 20 pallets of 48 boxes.
Telephone line of Lower Mill is out; 340 lines are waiting for parts.
No window is agreed for Monday; the works wait for consent.
ISO 8601 time 2026-05-03T14:30:00Z, next word by 15:00.
Hazard survey of grid square 38S NK 12 34 by HALO, May 2026.
The village is near 39.8, 46.7 by the district's centre.
We are looking for 40 blankets and a truck with a crane.
Searching for parts of the transformer: 630 kVA, 10 kV.
The trucks were last seen as a convoy of six at noon.
Patients in Upper Mill wait for the window.
Wounded: 5, all carried to the hospital in Alba by 16:30.
Armenia's Ministry of Emergency Situations offers 4 pumps until 5 May 2026
Patients: 3 from Sarn Dol, wounded, urgency high
Wounded soldiers of both sides: 5 and 5
Gevorg Hakobyan Street is blocked by rubble near house 12
School named after Anton Chekhov, built 1974, damage heavy
Karen Demirchyan Sports Complex holds 200 beds
Stepan Shaumyan village, 120 people back since 2022
Norwegian Refugee Council; Sarn; 2011 tents
Danish Demining Group;Upper Valley;cleared;2012-05-03
Shelter;Alba;350;tents;2026-05-03
Organisation: People in Need; sector: WASH; from 2026-05-01 to 2026-06-30; reach 1200
IMSMA id SHA-2021-0042; status suspected; area 24000 m2; 2021-04-07
1234567 people; 20,000,000 drams; account nothing
ZIP 0010; building 17; floor 2
call sign Alpha Two on channel 12
Call the duty desk of Lower Mill; see the directory
Contact: ops@example.org
vehicle 34 AA 123 waits
bus 99-AB-123 and truck 10 XY 456
The clinic treats tuberculosis; 3 nurses aged care
Missing: 40 blankets and Two Valleys Water Company pumps
missing parts: Siemens Transformer
Captured rainwater tank 3,000 litres
Killed: 0; wounded: 2; since 2020: 14
Displaced Persons Office, Sarn Dol
Search for remains near Borin Hill by Joint Group
tracing of the water main near Sarn Bridge
Date 03.05.2026 14:30 to 05.05.2026 09:00
length 39.812 km, 46.751 km
costs 1.250,00 and 2.340,50
RQ-3 promised 400 of 1,960; short by 1,560 on 2026-05-03
Road 12.345 km to 14.678 km closed
Mother and child ward needs oxygen
children aged 5 to 12: 40 school kits
vaccines for girls aged 14: 60 doses
pregnant women: 12, transport to Alba
surgery of the clinic needs 2 generators
Child Protection Sub-Cluster, UNICEF, 3W row 14
GBV case management is done by UNFPA elsewhere
survivors of the mine accident: 2 carried to Alba
rape seed oil 200 litres
Relatives of the missing: 40 seats in bus 2
The families look for news; ask ICRC at its office
b 12 and b 14 are rooms
Saint Sargis Church, 1862, standing
Holy Mother of God;church;1868;standing
Juma Mosque; 1985; restored
Khudaferin Bridges
Grand Hotel Alba, 1999, 200 beds
Minister agreed at 12 with Colonel of side A
"""

RUSSIAN: Final = """
Нужно 1960 одеял в Нижней Мельнице до 3 мая.
Передано в МККК 3 мая, номер R-17.
Девять автобусов выходят из Верхнего Харрана в 07:30.
15 пациентов, двое срочных; окно с 10:00 до 12:00.
Трансформатор сгорел 14 ноября 2020 года, ремонт 6 часов.
Водовод между Саругяном и Овановым разорван; 1 200 человек без воды.
Армянская сторона ответила в 14:10, азербайджанская сторона молчит.
Нужны переводчики с армянского и азербайджанского языков на два дня.
Дорога К-12 между Альбой и Борином: не советуем, сказано в 09:42.
12 задержанных переданы через посредника; обе стороны говорят 12.
Списки пропавших без вести ведёт МККК, здесь их нет.
60 семей перемещенных из Сарн Дола живут в школе.
Инсулин на 15 человек с диабетом на 30 дней.
Школа построена в 1985 году, закрыта с 2021 года.
Возвращение 12 июня: 46 человек, 2 автобуса, нужен сопровождающий.
Дизель 2 000 литров для генератора пекарни.
Патруль не пропустили 9 мая 2026 года около 11:20.
Поиск останков на точке 7 согласован обеими сторонами.
Ищем 40 одеял и грузовик с краном.
Хлеб на 1350 человек в день, нужно 900 кг муки.
Высота перевала 2160 м, ширина дороги 3,25 м.
Паспортный контроль открыт с 08:00 до 20:00.
Сейчас на складе 300 палаток.
Десять лет назад в Верхней Долине была больница.
Мост закрыт 34 года.
Раненых 5, всех везут в больницу до 16:30.
Кладбище стоит, 3 камня повреждены, осмотрено 2 мая 2026.
Телефонная линия не работает, 340 номеров ждут деталей.
Район UV0102, код OCHA издания 2023 года.
Окно 09:00-13:00 соблюдено и продлено до 15:00.
Общее число по дням не сходится с итогом: 412 и 409.
Миротворцы сопровождают колонну в Нор Дол в 06:00.
Один погибший и двое раненых при разминировании; расследование отдельно.
"""

AZERBAIJANI: Final = """
Aşağı Dəyirmana 3 maya qədər 1960 ədyal lazımdır.
BQXK-ya 3 mayda göndərilib, istinad R-17.
Doqquz avtobus Yuxarı Harrandan saat 07:30-da çıxır.
15 xəstə, ikisi təcili; pəncərə 10:00-dan 12:00-dək.
Transformator 14 noyabr 2020-ci ildə yanıb, təmir 6 saat çəkir.
Su xətti qırılıb, 1200 nəfər susuzdur.
Ermənistan tərəfi 14:10-da cavab verib, Azərbaycan tərəfi susur.
Erməni və Azərbaycan dillərindən tərcüməçilər iki gün lazımdır.
K-12 yolu Alba və Borin arasında: məsləhət deyil, 09:42-də deyilib.
12 əsir vasitəçi ilə təhvil verilib; hər iki tərəf 12 deyir.
İtkin düşmüş şəxslərin siyahısını BQXK aparır, burada yoxdur.
60 köçkün ailə məktəbdə yaşayır.
15 diabet xəstəsi üçün 30 günlük insulin.
Məktəb 1985-ci ildə tikilib, 2021-ci ildən bağlıdır.
12 iyunda qayıdış: 46 nəfər, 2 avtobus.
Çörəkxananın generatoru üçün 2000 litr dizel.
Patrul 9 may 2026-cı ildə saat 11:20-də buraxılmayıb.
40 ədyal və kranlı yük maşını axtarırıq.
Aşırımın hündürlüyü 2160 m, yolun eni 3,25 m.
Hazırda anbarda 300 çadır var.
Qəbiristanlıq durur, 3 daş zədələnib.
Telefon xətti işləmir, 340 nömrə hissə gözləyir.
Rayon AZ-JAB, öz kodu ilə.
Pəncərə pozulmayıb və 15:00-dək uzadılıb.
Kənddə yaşayan 120 nəfər var.
"""

ARMENIAN: Final = """
Ներքին Ջաղացին մինչև մայիսի 3-ը պետք է 1960 վերմակ։
Փոխանցվել է ԿԽՄԿ-ին մայիսի 3-ին, հղում R-17։
Ինը ավտոբուս Վերին Հարանից մեկնում է 07:30-ին։
15 հիվանդ, երկուսը շտապ, պատուհանը 10:00-ից 12:00։
Տրանսֆորմատորն այրվել է 2020 թվականի նոյեմբերի 14-ին, վերանորոգումը 6 ժամ է։
Ջրագիծը կոտրված է, 1200 մարդ առանց ջրի է։
Հայկական կողմը պատասխանել է 14:10-ին, ադրբեջանական կողմը լռում է։
Պետք են հայերենի և ադրբեջաներենի թարգմանիչներ երկու օրով։
Կ-12 ճանապարհը Ալբայի և Բորինի միջև խորհուրդ չի տրվում, ասված է 09:42-ին։
12 գերի հանձնվել է միջնորդով, երկու կողմն էլ 12 է ասում։
Անհայտ կորածների ցուցակը ԿԽՄԿ-ն է վարում, այստեղ այն չկա։
60 տեղահանված ընտանիք ապրում է դպրոցում։
Ինսուլին 15 մարդու համար 30 օր։
Դպրոցը կառուցվել է 1985 թվականին, փակ է 2021 թվականից։
Վերադարձ հունիսի 12-ին՝ 46 մարդ, 2 ավտոբուս։
Հացի փռի գեներատորի համար 2000 լիտր դիզել։
Պարեկին չեն թողել 2026 թվականի մայիսի 9-ին 11:20-ին։
Փնտրում ենք 40 վերմակ և կռունկով բեռնատար։
Լեռնանցքի բարձրությունը 2160 մ է, ճանապարհը՝ 3,25 մ։
Գերեզմանատունը կանգուն է, 3 քար վնասված է։
Հեռախոսագիծը չի աշխատում, 340 համար սպասում է։
Շրջանը UV0102, OCHA-ի կոդ, 2023 հրատարակություն։
Պատուհանը չի խախտվել և երկարացվել է մինչև 15:00։
Վիրավոր 5 հոգի, բոլորը հիվանդանոցում են 16:30-ին։
"""

TURKISH: Final = """
Aşağı Değirmen için 3 Mayıs'a kadar 1960 battaniye gerekiyor.
3 Mayıs'ta ICRC'ye iletildi, başvuru R-17.
Dokuz otobüs Yukarı Harran'dan 07:30'da çıkıyor.
15 hasta, ikisi acil; pencere 10:00 ile 12:00 arası.
Trafo 14 Kasım 2020'de yandı, onarım 6 saat sürer.
Su hattı kırıldı, 1200 kişi susuz.
Ermenistan tarafı 14:10'da yanıt verdi, Azerbaycan tarafı sessiz.
Ermenice ve Azerbaycanca çevirmenler iki gün gerekli.
K-12 yolu Alba ile Borin arasında önerilmez, 09:42'de söylendi.
12 esir aracıyla teslim edildi; iki taraf da 12 diyor.
Kayıp kişilerin listesini ICRC tutar, burada yoktur.
Yerinden edilen 60 aile okulda kalıyor.
15 diyabet hastası için 30 günlük insülin.
Okul 1985'te yapıldı, 2021'den beri kapalı.
12 Haziran'da dönüş: 46 kişi, 2 otobüs.
Fırının jeneratörü için 2000 litre mazot.
Devriye 9 Mayıs 2026'da 11:20'de geçirilmedi.
40 battaniye ve vinçli kamyon arıyoruz.
Geçidin yüksekliği 2160 m, yolun genişliği 3,25 m.
Mezarlık duruyor, 3 taş hasarlı.
Telefon hattı çalışmıyor, 340 numara parça bekliyor.
Pencere bozulmadı, 15:00'e kadar uzatıldı.
Köprü 34 yıldır kapalı.
"""


def sentences() -> tuple[tuple[str, str], ...]:
    """Language and sentence of each."""
    texts = {"en": ENGLISH, "ru": RUSSIAN, "az": AZERBAIJANI, "hy": ARMENIAN, "tr": TURKISH}
    return tuple((language, line) for language, text in texts.items() for line in text.strip().splitlines())


REFUSED_ALL_THE_SAME: Final = (
    "Patient transport: Karmir Blur to Alba, 2 ambulances",
    "grid AB1234567 was surveyed",
    "Detained vehicles: KamAZ Ural 3",
    "Nationality of trucks: Georgian plates",
    "We search for a crane; a brother company offers one",
    "THE LIST OF MISSING PERSONS IS KEPT BY THE ICRC AND NOT HERE.",
    "15 HASTA, IKISI ACIL",
)
"""Ordinary, and refused all the same: whoever writes so is told by which rule, and can say it otherwise."""
