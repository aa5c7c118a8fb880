"""The words by which the guard of a humanitarian instance knows what is never kept there, in five languages, to be read
and mended by people: rule → language → words.

A word is compared without case and accents (`doğumlu` is `dogumlu`), and as it looks (a Cyrillic letter in a Latin word
is the Latin one). `*` at its end: any ending. Several words stand one after another, whatever mark stands between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, tuple[str, ...]]


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


BORN: Final[Words] = {
    "en": _phrases(
        """
        born, b, dob, d o b, yob, birth date, birthdate, date of birth, birth year, birthday, year of birth, née
        """
    ),
    "ru": _phrases("г р, д р, рожд*, родил*, род, г рожд*, рождён*, gr, rozhd*, rojd*"),
    "az": _phrases("təvəllüd*, anadan olub, anadan olan, anadan olmuş*, doğulub, doğulmuş*, doğum*"),
    "hy": _phrases("ծնված*, ծնվ*, ծնունդ*, ծննդյան, ծնն*, ծն, tsnvats*, tsndyan"),
    "tr": _phrases("doğumlu*, doğum tarihi, doğum yılı, doğmuş*, doğdu"),
}
"""That somebody was born: beside a year or a day."""

AGE_AFTER: Final[Words] = {
    "en": _phrases("years old, year old, yrs old, y o, yo, years of age"),
    "ru": _phrases("лет, год, года, летний, летняя, летнего, летней, let"),
    "az": _phrases("yaş*"),
    "hy": _phrases("տարեկան*, տ, tarekan*"),
    "tr": _phrases("yaş*"),
}

AGE_BEFORE: Final[Words] = {
    "en": _phrases("aged, age"),
    "ru": _phrases("возраст*, возрастом"),
    "az": _phrases("yaşı"),
    "hy": _phrases("տարիք*"),
    "tr": _phrases("yaşı"),
}
"""Before or after a number: how old somebody is."""

IDENTITY: Final[Words] = {
    "en": _phrases(
        """
        passport*, id card*, identity card*, identity number*, identity no, identification number*, national id*,
        personal number*, personal id*, personal code*, social security*, ssn, id no, id number*, service number*, dog
        tag*, driving licence*, birth certificate*
        """
    ),
    "ru": _phrases(
        """
        паспорт*, снилс, инн, удостоверени*, личный номер*, личного номера, личный код*, жетон*, военный билет*,
        свидетельство о рождении, соц карт*
        """
    ),
    "az": _phrases("pasport*, fin, fin kod*, fin kodu, şəxsiyyət*, vəsiqə*, ssn, sığorta nömrəsi"),
    "hy": _phrases("անձնագ*, սոց քարտ*, սոցքարտ*, հծհ, նույնականացման քարտ*, հանրային ծառայությունների*, անձնագիր"),
    "tr": _phrases("pasaport*, kimlik*, tckn, t c kimlik*, nüfus cüzdan*, sicil no"),
}
"""Beside a number of six digits or more, or seven letters and digits mixed."""

SEARCHED: Final[Words] = {
    "en": _phrases(
        """
        looking for, searching for, search for, in search of, tracing, tracing request*, last seen, whereabouts, have
        you seen, trying to find, help find, no news of, no word from, lost contact with
        """
    ),
    "ru": _phrases(
        """
        ищу, ищем, ищет, ищут, разыскива*, розыск*, поиск родствен*, помогите найти, в последний раз, последний раз
        видели, пропал*, нет вестей от, местонахожден*
        """
    ),
    "az": _phrases(
        """
        axtarıram, axtarırıq, axtarır, axtarılır, axtarışında, son dəfə görül*, itkin düş*, xəbər yoxdur, tapmağa
        kömək
        """
    ),
    "hy": _phrases("փնտրում*, որոնում*, որոնվում*, վերջին անգամ, հետախուզ*, լուր չկա, օգնեք գտնել"),
    "tr": _phrases("arıyorum, arıyoruz, aranıyor, aramaktayız, en son görül*, son görül*, haber alınam*, kayıp aran*"),
}
"""Search for a person: beside a name, or a relative."""

HELD: Final[Words] = {
    "en": _phrases(
        """
        missing, detained, detainee*, prisoner*, pow, pows, captive*, captured, hostage*, displaced, idp, idps,
        interned, imprisoned, disappeared, abducted, deceased, killed
        """
    ),
    "ru": _phrases(
        """
        без вести, пропавш*, пропал*, задержан*, пленн*, военнопленн*, в плену, заложни*, перемещен*, удержива*,
        интернирован*, погиб*
        """
    ),
    "az": _phrases("itkin*, saxlanıl*, əsir*, girov*, məcburi köçkün*, köçkün*, həbs*, həlak*"),
    "hy": _phrases("անհայտ կոր*, կալանավոր*, ձերբակալ*, գերի*, գերված*, պատանդ*, տեղահանված*, պահվող*, զոհված*"),
    "tr": _phrases("kayıp*, gözaltı*, tutuklu*, esir*, rehine*, yerinden edil*, alıkonul*, ölen*"),
}
"""Missing, detained, prisoner, displaced: beside a name."""

KIN: Final[Words] = {
    "en": _phrases(
        """
        brother*, sister*, son, daughter*, father*, mother*, husband*, wife, uncle*, aunt*, cousin*, grandfather*,
        grandmother*, relative*, nephew*, niece*, child
        """
    ),
    "ru": _phrases(
        """
        брат*, сестр*, сын*, доч*, отец, отца, мать, муж*, жен*, дяд*, тет*, дед*, бабушк*, родственник*, племянник*,
        внук*
        """
    ),
    "az": _phrases(
        """
        qardaş*, bacı*, oğlum*, qızım*, atam*, anam*, ərim*, həyat yoldaş*, əmi*, dayı*, xala*, qohum*, nəvə*
        """
    ),
    "hy": _phrases(
        """
        եղբ*, քույր*, քրոջ*, որդ*, տղա*, դուստր*, հայր*, մայր*, ամուս*, կնոջ*, հարազատ*, բարեկամ*, պապ*, տատ*
        """
    ),
    "tr": _phrases("kardeş*, abim*, ablam*, oğlum*, kızım*, babam*, annem*, kocam*, eşim*, amcam*, akraba*, yeğen*"),
}

PATIENT: Final[Words] = {
    "en": _phrases("patient, diagnos*, medical case*, medical record*, blood group*, blood type*, case history"),
    "ru": _phrases(
        """
        пациент, пациентка, пациента, пациентки, пациенту, больной, больная, больного, диагноз*, история болезни,
        группа крови, ранен, ранена
        """
    ),
    "az": _phrases("xəstə, xəstənin, pasiyent*, diaqnoz*, qan qrupu, xəstəlik tarixçəsi"),
    "hy": _phrases("հիվանդ, հիվանդի, պացիենտ*, բուժառու*, ախտորոշ*, արյան խումբ*"),
    "tr": _phrases("hasta, hastanın, hastası, tanısı, teşhis*, kan grubu"),
}
"""A patient or a diagnosis: beside a name."""

ILLNESS: Final[Words] = {
    "en": _phrases(
        """
        hiv, aids, cancer, diabet*, tuberculosis, hepatitis, epilep*, schizophren*, pregnant, pregnancy, amputat*,
        gunshot*, shrapnel, miscarriage, depression, dialysis, surgery, stroke, fracture*, wounded, heart attack
        """
    ),
    "ru": _phrases(
        """
        вич, спид, рак, диабет*, туберкул*, гепатит*, эпилеп*, шизофрен*, беременн*, ампутац*, осколочн*, огнестрел*,
        инсульт*, инфаркт*, перелом*, диализ*, ранен*
        """
    ),
    "az": _phrases(
        """
        qiçs, xərçəng*, diabet*, vərəm*, hepatit*, epileps*, hamilə*, amputas*, insult*, infarkt*, dializ*, güllə
        yara*, yaralan*
        """
    ),
    "hy": _phrases(
        """
        ՄԻԱՎ, քաղցկեղ*, շաքար*, տուբերկուլ*, հեպատիտ*, էպիլեպս*, հղի*, ամպուտաց*, կաթված*, ինֆարկտ*, դիալիզ*, վիրավոր*
        """
    ),
    "tr": _phrases(
        """
        kanser*, diyabet*, verem*, hepatit*, epilepsi*, hamile*, ampütas*, felç*, diyaliz*, kurşun yara*, yaralan*
        """
    ),
}
"""An illness or a wound: beside a name, or the age of one person."""

PROTECTION: Final[Words] = {
    "en": _phrases(
        """
        protection case*, rape*, raped, sexual violence, sexually abused, sexual abuse, gbv case*, sgbv, trafficked,
        trafficking, unaccompanied, domestic violence, tortured, torture, abused, child marriage, forced marriage,
        witness protection, case file, survivor of, asylum claim*
        """
    ),
    "ru": _phrases(
        """
        изнасилован*, сексуальн* насил*, домашн* насил*, пытк*, пытал*, торговл* людьми, несопровождаем*, без
        сопровождения, жертва насил*, защита свидетел*, дело о защите
        """
    ),
    "az": _phrases("zorlan*, cinsi zorak*, məişət zorak*, işgəncə*, insan alver*, himayəsiz uşaq*, müdafiə işi"),
    "hy": _phrases("բռնաբար*, սեռական բռն*, ընտանեկան բռն*, խոշտանգ*, թրաֆիք*, առանց ուղեկցող*, պաշտպանության գործ"),
    "tr": _phrases(
        """
        tecavüz*, cinsel şiddet*, cinsel istismar*, aile içi şiddet*, işkence*, insan ticaret*, refakatsiz*, koruma
        dosya*
        """
    ),
}
"""A case of protection: beside a name, a relative, or the age of one person."""

ETHNIC: Final[Words] = {
    "en": _phrases("ethnic*, ethnicity, nationality, nationalities, by blood, race, religion of"),
    "ru": _phrases("этническ*, национальност*, по национальности, этнос*, народност*"),
    "az": _phrases("etnik*, milliyyət*, milliyət*, milli mənsub*"),
    "hy": _phrases("էթնիկ*, ազգությ*, ազգային պատկանել*"),
    "tr": _phrases("etnik*, milliyet*, ırkı, etnisite*"),
}
"""Ethnicity: beside the name of a group, or as the heading of a field."""

GROUPS: Final[Words] = {
    "en": _phrases(
        """
        armenian*, azerbaijani*, azeri*, russian*, turk, turks, turkish, kurd*, yazidi*, yezidi*, talysh*, lezgin*,
        lezgi*, georgian*, greek*, jew*, assyrian*, udi, molokan*, avar*, tat*
        """
    ),
    "ru": _phrases(
        """
        армян*, азербайджан*, русск*, тур*, курд*, езид*, талыш*, лезгин*, грузин*, грек*, евре*, ассири*, удин*,
        молокан*, авар*
        """
    ),
    "az": _phrases("erməni*, azərbaycan*, rus*, türk*, kürd*, yezidi*, talış*, ləzgi*, gürcü*, yəhudi*, udi*"),
    "hy": _phrases("հայ*, ադրբեջանցի*, ռուս*, թուրք*, քուրդ*, քրդ*, եզդի*, թալիշ*, լեզգի*, վրացի*, հրեա*"),
    "tr": _phrases("ermeni*, azeri*, azerbaycan*, rus*, türk*, kürt*, yezidi*, talış*, lezgi*, gürcü*"),
}
"""Names of groups. Alone they are ordinary here: states, sides and languages have them too."""

NOW_AT: Final[Words] = {
    "en": _phrases("now at, currently at, position now, live position, right now at, current position, is now near"),
    "ru": _phrases("сейчас в, сейчас на, сейчас у, сейчас находит*, находится сейчас, текущее положение"),
    "az": _phrases("indi burada, hazırda, indi yerləşir, cari mövqe*"),
    "hy": _phrases("հիմա գտնվում*, այժմ գտնվում*, ներկայիս դիրք*, այս պահին"),
    "tr": _phrases("şu an, şimdi burada, anlık konum*, güncel konum*"),
}
"""Where somebody or something is at this moment: beside any coordinates."""

PHONE: Final[Words] = {
    "en": _phrases("tel, phone*, telephone*, mob, mobile*, cell, whatsapp, viber, signal, call"),
    "ru": _phrases("тел, телефон*, моб, мобильн*, сотов*, ватсап*, вайбер*, звонить, звоните"),
    "az": _phrases("telefon*, mob, mobil*, əlaqə nömrə*, zəng*, vatsap*"),
    "hy": _phrases("հեռ, հեռախոս*, բջջ*, բջջային*, զանգ*"),
    "tr": _phrases("telefon*, cep, gsm, arayın, numara*"),
}

GIVEN_NAMES: Final[Words] = {
    "en": _phrases("john, mary, peter, paul, david, sarah, james, robert, michael, elizabeth, thomas, emma"),
    "ru": _phrases("иван, ольга, сергей, мария, наталья, александр, андрей, елена, дмитрий, татьяна, анна"),
    "az": _phrases(
        """
        elçin, rəşad, leyla, aysel, fərid, nigar, vüqar, samir, məmməd, əli, həsən, hüseyn, günel, sevinc, kamran,
        elnur
        """
    ),
    "hy": _phrases(
        """
        արամ, արմեն, աննա, կարեն, գայանե, նարեկ, հայկ, լուսինե, անահիտ, տիգրան, սուրեն, մարիամ, aram, armen, anna,
        gayane, narek, hayk, lusine, anahit, tigran, suren, mariam, gevorg
        """
    ),
    "tr": _phrases("mehmet, ayşe, fatma, mustafa, emine, ahmet, hatice, zeynep, murat, yusuf, elif"),
}
"""The first of two words of a name that leaves no doubt that it is one."""

NAME_ENDINGS: Final = _phrases(
    """
    yan, yants, ovich, evich, ovna, evna, zade, zadeh, oglu, oğlu, qızı, kızı, gizi, ov, ova, ev, eva, yev, yeva, ян,
    янц, ович, евич, овна, евна, оглы, кызы, заде, ов, ова, ев, ева, ёв, յան, յանց, եան
    """
)
"""How the last of two words of a name ends that leaves no doubt."""

PATRONYMICS: Final = _phrases(
    """
    oğlu, qızı, kızı, gizi, oglu, оглы, кызы, ович, евич, овна, евна, ovich, ovna
    """
)
"""Endings that only a name of a person has: one word is enough."""

NO_NAMES: Final = _phrases(
    """
    the, a, an, and, or, of, for, to, in, on, at, by, from, with, no, not, we, he, she, they, it, this, that, these,
    those, there, here, please, north, northern, south, southern, east, eastern, west, western, upper, lower, new,
    old, great, little, middle, central, main, village, town, city, district, region, province, road, bridge, river,
    valley, mountain, pass, lake, station, hospital, clinic, school, mosque, church, monastery, cemetery, mill, camp,
    street, square, gate, farm, hill, hills, checkpoint, crossing, corridor, post, market, depot, warehouse, airport,
    office, house, building, bakery, pump, substation, line, plant, reservoir, tunnel, army, command, forces, force,
    armed, ministry, government, state, states, republic, agency, council, committee, commission, centre, center,
    union, nations, united, international, national, red, cross, crescent, world, food, programme, program, health,
    organization, organisation, relief, refugee, emergency, humanitarian, action, service, services, mission,
    peacekeeping, movement, convoy, window, request, offer, activity, need, needs, requested, asked, offered,
    promised, delivered, confirmed, water, power, gas, fuel, blankets, blanket, buses, bus, trucks, truck,
    transformer, generator, tents, tent, shelter, transport, storage, escort, interpreters, interpreter, repair,
    housing, families, family, patients, patient, people, persons, person, returnees, january, february, march, april,
    may, june, july, august, september, october, november, december, monday, tuesday, wednesday, thursday, friday,
    saturday, sunday, morning, evening, today, tomorrow, yesterday, armenia, azerbaijan, russia, turkey, türkiye,
    georgia, iran, france, karabakh, syunik, baku, yerevan, moscow, ankara, tbilisi, armenian, azerbaijani, russian,
    turkish, georgian, iranian, ukrainian, canadian, norwegian, italian, danish, swiss, side, sides, unhcr, unicef,
    icrc, ocha, wfp, who, iom, undp, unops, unmas, osce, msf, nrc, drc, halo, mag, un, eu, ngo, ngos, idp, idps, imas,
    amrf, hxl, tuv, utc, zone, area, areas, phase, annex, article, section, table, total, totals, number, reference,
    referred, missing, detained, prisoner, prisoners, detainee, detainees, displaced, tracing, ethnic, ethnicity,
    nationality, passport, born, birth, date, age, aged, diagnosis, looking, search, last, seen, name, names, surname,
    given, day, year, sex, f, m, male, female, мы, они, он, она, это, все, для, без, при, над, под, после, до, и, в,
    на, из, у, с, к, о, по, не, нет, да, также, нужно, нужны, требуется, просим, район, село, деревня, город, область,
    дорога, мост, река, долина, гора, станция, больница, поликлиника, школа, церковь, мечеть, монастырь, кладбище,
    мельница, лагерь, улица, площадь, ворота, пост, рынок, склад, аэропорт, дом, северный, южный, восточный, западный,
    верхний, верхняя, нижний, нижняя, верхнее, нижнее, новый, новая, новое, старый, старая, старое, красный, крест,
    полумесяц, министерство, армия, сторона, стороны, вооружённые, силы, миротворцы, организация, комитет, комиссия,
    центр, союз, оон, мккк, республика, армения, азербайджан, россия, турция, грузия, иран, карабах, баку, ереван,
    москва, вода, свет, газ, топливо, одеяла, автобусы, автобус, грузовики, трансформатор, палатки, семьи, пациенты,
    больные, люди, колонна, окно, запрос, января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября,
    ноября, декабря, понедельник, вторник, среда, четверг, пятница, суббота, воскресенье, передано, паспорт, пациент,
    пациентка, больной, больная, диагноз, дата, рождения, фамилия, имя, отчество, год, kənd, kəndi, kəndinin, rayon,
    rayonu, şəhər, şəhəri, yol, yolu, körpü, körpüsü, çay, çayı, dərə, dağ, dağı, stansiya, xəstəxana, xəstəxanası,
    klinika, məktəb, məktəbi, məscid, kilsə, qəbiristanlıq, düşərgə, küçə, küçəsi, bazar, anbar, hava, limanı, ordu,
    nazirlik, nazirliyi, qızıl, xaç, aypara, komitə, təşkilat, mərkəz, bmt, bqxk, tərəf, tərəfi, silahlı, qüvvələr,
    azərbaycan, ermənistan, rusiya, türkiyə, gürcüstan, qarabağ, bakı, yuxarı, aşağı, yeni, köhnə, şimal, cənub, şərq,
    qərb, su, işıq, qaz, yanacaq, ədyal, avtobus, ailə, xəstə, pasiyent, yanvar, fevral, mart, aprel, iyun, iyul,
    avqust, sentyabr, oktyabr, noyabr, dekabr, pasport, գյուղ, գյուղի, քաղաք, շրջան, մարզ, մարզի, ճանապարհ, կամուրջ,
    գետ, լեռ, կայարան, հիվանդանոց, կլինիկա, դպրոց, եկեղեցի, մզկիթ, վանք, գերեզմանատուն, ճամբար, փողոց, շուկա, պահեստ,
    օդանավակայան, բանակ, նախարարություն, կարմիր, խաչ, կոմիտե, կազմակերպություն, կենտրոն, միավորված, ազգեր, կողմ,
    կողմը, զինված, ուժեր, հայաստան, ադրբեջան, ռուսաստան, թուրքիա, վրաստան, ղարաբաղ, երևան, վերին, ներքին, նոր, հին,
    հյուսիս, հարավ, արևելք, արևմուտք, ջուր, լույս, գազ, վառելիք, վերմակ, ավտոբուս, ընտանիք, հիվանդ, պացիենտ, անձնագիր,
    հունվարի, փետրվարի, մարտի, ապրիլի, մայիսի, հունիսի, հուլիսի, օգոստոսի, սեպտեմբերի, հոկտեմբերի, նոյեմբերի,
    դեկտեմբերի, կկմխ, köy, köyü, ilçe, ilçesi, il, şehir, köprü, köprüsü, nehir, nehri, istasyon, hastane, hastanesi,
    klinik, okul, okulu, cami, kilise, mezarlık, kamp, kampı, sokak, sokağı, meydan, kapı, pazar, depo, havaalanı,
    bakanlık, bakanlığı, kızıl, haç, kızılay, kızılhaç, komite, komitesi, örgüt, merkez, merkezi, taraf, tarafı,
    kuvvetler, ermenistan, rusya, gürcistan, yukarı, eski, kuzey, güney, doğu, batı, elektrik, gaz, yakıt, battaniye,
    otobüs, aile, hasta, ocak, şubat, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık, pasaport
    """
)
"""Capitalised words that are no part of a person's name: places, bodies, months, what is asked for."""

PLACE_BEFORE: Final = _phrases(
    """
    in, from, near, at, to, towards, between, around, through, via, on, into, out, outside, inside, behind,
    beyond, over, в, во, из, у, около, до, от, под, на, с, со, через, между, близ, возле, к, за, над, мимо, по,
    yaxınlığında
    """
)
"""Before capitalised words that are the name of a place, unless these leave no doubt that they are a person's."""

OF_PLACES: Final = _phrases(
    """
    village, town, city, district, region, street, road, bridge, hospital, school, square, station, airport, clinic,
    valley, улица, улице, улицы, село, селе, села, деревня, город, городе, район, районе, школа, больница, площадь,
    мост,
    kəndi, küçəsi, rayonu, məktəbi, xəstəxanası, körpüsü, köyü, sokağı, caddesi, okulu, hastanesi, köprüsü, mahallesi,
    գյուղ, գյուղի, գյուղում, փողոց, փողոցի, դպրոց, դպրոցի, հիվանդանոց, կամուրջ
    """
)
"""Beside capitalised words: a place that has its name from somebody."""

OFFICES: Final = _phrases(
    """
    info, office, contact, ops, operations, coordination, coordinator, desk, duty, press, media, hotline, help,
    logistics, security, radio, room, cell, cluster, notify, notifications, deconfliction, postbox, noreply, support
    """
)
"""Before the @ of a mailbox that is an office's and no person's."""
