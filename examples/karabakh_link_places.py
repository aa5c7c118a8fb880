"""The ends of the links of the reference watch: towns, stations, border points; and the states that are no party.

Coordinates are those of GeoNames, rounded to 0.01 degrees, or set by hand to about 0.05; a network of towns, not a map.
A place that the watch has a row of names for bears those; the others bear theirs here.
"""

from __future__ import annotations

STATES: dict[str, tuple[str, ...]] = {
    "GE": ("Georgia", "Грузия", "Gürcistan", "Gürcüstan", "Վրաստան"),
    "IR": ("Iran", "Иран", "İran", "İran", "Իրան"),
    "TR": ("Türkiye", "Турция", "Türkiye", "Türkiyə", "Թուրքիա"),
    "US": ("United States", "Соединённые Штаты", "Amerika Birleşik Devletleri", "Amerika Birləşmiş Ştatları", "ԱՄՆ"),
}

BOTH = ("AM", "AZ")

# id: (kind, row of names or town of the basemap, lon, lat, GeoNames number or 0 where set by hand)
NAMED: dict[str, tuple[str, str, float, float, int]] = {
    "nakhchivan": ("town", "town-nakhchivan", 45.41, 39.21, 147429),
    "barda": ("town", "town-barda", 47.13, 40.38, 587057),
    "aghdam": ("town", "town-aghdam", 46.93, 39.99, 148619),
    "east-6c": ("town", "town-khankendi", 46.75, 39.82, 146970),
    "goris": ("town", "town-goris", 46.34, 39.51, 174895),
    "kapan": ("town", "town-kapan", 46.41, 39.21, 174875),
    "lachin": ("town", "town-lachin", 46.55, 39.64, 147625),
    "vardenis": ("town", "town-vardenis", 45.73, 40.18, 616108),
    "kalbajar": ("town", "town-kalbajar", 46.04, 40.11, 586268),
}

# id: (kind, lon, lat, GeoNames number or 0, whose name, names in en, ru, tr, az, hy)
PLACES: dict[str, tuple[str, float, float, int, str | tuple[str, ...], tuple[str, ...]]] = {
    # in Armenia
    "yerevan": ("town", 44.51, 40.18, 616052, BOTH, ("Yerevan", "Ереван", "Erivan", "Yerevan", "Երևան")),
    "yeraskh": ("station", 44.83, 39.74, 391241, "AM", ("Yeraskh", "Ерасх", "Yerash", "Yerasx", "Երասխ")),
    "gyumri": ("town", 43.85, 40.79, 616635, BOTH, ("Gyumri", "Гюмри", "Gümrü", "Gümrü", "Գյումրի")),
    "akhurik": ("border_point", 43.8, 40.75, 0, "AM", ("Akhurik", "Ахурик", "Ahurik", "Axurik", "Ախուրիկ")),
    "ayrum": ("border_point", 44.85, 41.2, 0, "AM", ("Ayrum", "Айрум", "Ayrum", "Ayrum", "Այրում")),
    "ijevan": ("town", 45.15, 40.88, 616627, "AM", ("Ijevan", "Иджеван", "İcevan", "İcevan", "Իջևան")),
    "border-tavush": (
        "border_point",
        45.25,
        40.95,
        0,
        "watch",
        ("Border north of Ijevan", "Граница севернее Иджевана", "İcevan'ın kuzeyindeki sınır"),
    ),
    "margara": ("border_point", 44.18, 40.03, 613075, "AM", ("Margara", "Маргара", "Margara", "Marqara", "Մարգարա")),
    "tegh": ("town", 46.48, 39.56, 174743, "AM", ("Tegh", "Тех", "Teğ", "Teğ", "Տեղ")),
    "kornidzor": (
        "border_point",
        46.53,
        39.55,
        174840,
        "AM",
        ("Kornidzor", "Корнидзор", "Kornidzor", "Kornidzor", "Կոռնիձոր"),
    ),
    "meghri": ("town", 46.24, 38.9, 174823, "AM", ("Meghri", "Мегри", "Meğri", "Meğri", "Մեղրի")),
    "agarak": ("border_point", 46.2, 38.87, 175008, "AM", ("Agarak", "Агарак", "Agarak", "Aqarak", "Ագարակ")),
    "border-agarak": (
        "border_point",
        46.15,
        38.84,
        0,
        "watch",
        ("Border west of Agarak", "Граница западнее Агарака", "Agarak'ın batısındaki sınır"),
    ),
    "border-meghri": (
        "border_point",
        46.5,
        38.87,
        0,
        "watch",
        ("Border east of Meghri", "Граница восточнее Мегри", "Meğri'nin doğusundaki sınır"),
    ),
    # in Azerbaijan
    "sadarak": ("border_point", 44.88, 39.71, 147282, "AZ", ("Sadarak", "Садарак", "Sederek", "Sədərək", "Սադարակ")),
    "velidag": ("station", 44.93, 39.65, 0, "AZ", ("Velidag", "Велидаг", "Velidağ", "Vəlidağ", "Վելիդաղ")),
    "sharur": ("station", 44.98, 39.55, 146858, "AZ", ("Sharur", "Шарур", "Şerur", "Şərur", "Շարուր")),
    "julfa": ("town", 45.63, 38.95, 148251, BOTH, ("Julfa", "Джульфа", "Culfa", "Culfa", "Ջուլֆա")),
    "ordubad": ("town", 46.02, 38.91, 147368, BOTH, ("Ordubad", "Ордубад", "Ordubad", "Ordubad", "Օրդուբադ")),
    "border-ordubad": (
        "border_point",
        46.12,
        38.86,
        0,
        "watch",
        ("Border east of Ordubad", "Граница восточнее Ордубада", "Ordubad'ın doğusundaki sınır"),
    ),
    "aghband": ("station", 46.55, 38.9, 0, "AZ", ("Aghband", "Агбенд", "Ağbend", "Ağbənd", "Աղբենդ")),
    "horadiz": ("town", 47.34, 39.45, 148003, BOTH, ("Horadiz", "Горадиз", "Horadiz", "Horadiz", "Հորադիզ")),
    "hajigabul": (
        "station",
        48.94,
        40.04,
        585225,
        "AZ",
        ("Hajigabul", "Гаджигабул", "Hacıkabul", "Hacıqabul", "Հաջիգաբուլ"),
    ),
    "baku": ("port", 49.89, 40.38, 587084, BOTH, ("Baku", "Баку", "Bakü", "Bakı", "Բաքու")),
    "yevlakh": ("station", 47.15, 40.62, 584649, "AZ", ("Yevlakh", "Евлах", "Yevlah", "Yevlax", "Եվլախ")),
    "aghstafa": ("station", 45.45, 41.12, 587362, "AZ", ("Aghstafa", "Агстафа", "Ağstafa", "Ağstafa", "Աղստաֆա")),
    "gazakh": ("town", 45.37, 41.09, 585226, BOTH, ("Gazakh", "Газах", "Kazah", "Qazax", "Ղազախ")),
    "boyuk-kasik": (
        "border_point",
        45.15,
        41.3,
        0,
        "AZ",
        ("Boyuk Kasik", "Беюк-Кясик", "Böyük Kesik", "Böyük Kəsik", "Բոյուկ Քյասիկ"),
    ),
    "yalama": ("border_point", 48.57, 41.8, 0, "AZ", ("Yalama", "Ялама", "Yalama", "Yalama", "Յալամա")),
    "astara-az": ("border_point", 48.88, 38.46, 148445, BOTH, ("Astara", "Астара", "Astara", "Astara", "Աստարա")),
    "bilasuvar": (
        "border_point",
        48.55,
        39.46,
        148340,
        "AZ",
        ("Bilasuvar", "Билясувар", "Bilesuvar", "Biləsuvar", "Բիլասուվար"),
    ),
    "border-tegh": ("border_point", 46.53, 39.6, 0, "AZ", ("Zabukh", "Забух", "Zabuh", "Zabux", "Զաբուխ")),
    "hakari": (
        "border_point",
        46.57,
        39.53,
        0,
        BOTH,
        ("Hakari bridge", "Мост через Хакари", "Hakari köprüsü", "Həkəri körpüsü", "Հակարիի կամուրջ"),
    ),
    "fork": (
        "junction",
        46.65,
        39.69,
        0,
        "watch",
        (
            "Where the old and the new road meet",
            "Где сходятся старая и новая дороги",
            "Eski ve yeni yolun birleştiği yer",
        ),
    ),
    # elsewhere
    "tbilisi": ("town", 44.83, 41.69, 611717, BOTH, ("Tbilisi", "Тбилиси", "Tiflis", "Tbilisi", "Թբիլիսի")),
    "sadakhlo": ("border_point", 44.79, 41.24, 612251, BOTH, ("Sadakhlo", "Садахло", "Sadahlo", "Sadaxlı", "Սադախլո")),
    "gardabani": (
        "border_point",
        45.1,
        41.4,
        0,
        BOTH,
        ("Gardabani", "Гардабани", "Gardabani", "Qardabani", "Գարդաբանի"),
    ),
    "akhalkalaki": (
        "station",
        43.49,
        41.4,
        615893,
        BOTH,
        ("Akhalkalaki", "Ахалкалаки", "Ahılkelek", "Axalkalaki", "Ախալքալաք"),
    ),
    "kartsakhi": (
        "border_point",
        43.25,
        41.25,
        0,
        BOTH,
        ("Kartsakhi", "Карцахи", "Kartsahi", "Kartsaxi", "Կարծախ"),
    ),
    "canbaz": ("border_point", 43.2, 41.2, 0, BOTH, ("Canbaz", "Джанбаз", "Canbaz", "Canbaz", "Ջանբազ")),
    "kars": ("town", 43.08, 40.6, 743952, BOTH, ("Kars", "Карс", "Kars", "Qars", "Կարս")),
    "dogukapi": (
        "border_point",
        43.75,
        40.75,
        0,
        BOTH,
        ("Dogukapi", "Догукапы", "Doğukapı", "Doğuqapı", "Դողուքափը"),
    ),
    "alican": ("border_point", 44.15, 40.0, 0, BOTH, ("Alican", "Алиджан", "Alican", "Alican", "Ալիջան")),
    "dilucu": ("border_point", 44.8, 39.65, 0, BOTH, ("Dilucu", "Дилуджу", "Dilucu", "Dilucu", "Դիլուջու")),
    "samur": ("border_point", 48.5, 41.85, 0, BOTH, ("Samur", "Самур", "Samur", "Samur", "Սամուր")),
    "astara-iran": (
        "border_point",
        48.87,
        38.43,
        142676,
        BOTH,
        ("Astara (Iran)", "Астара (Иран)", "Astara (İran)", "Astara (İran)", "Աստարա (Իրան)"),
    ),
    "rasht": ("town", 49.6, 37.3, 0, BOTH, ("Rasht", "Решт", "Reşt", "Rəşt", "Ռեշտ")),
    "qazvin": ("town", 50.0, 36.25, 0, BOTH, ("Qazvin", "Казвин", "Kazvin", "Qəzvin", "Ղազվին")),
    "tabriz": ("town", 46.29, 38.08, 113646, BOTH, ("Tabriz", "Тебриз", "Tebriz", "Təbriz", "Թավրիզ")),
    "jolfa-iran": (
        "border_point",
        45.63,
        38.94,
        130081,
        BOTH,
        ("Jolfa (Iran)", "Джульфа (Иран)", "Culfa (İran)", "Culfa (İran)", "Ջուլֆա (Իրան)"),
    ),
    "norduz": ("border_point", 46.2, 38.83, 0, BOTH, ("Norduz", "Нордуз", "Nurduz", "Nurduz", "Նորդուզ")),
    "aras-east": (
        "border_point",
        46.55,
        38.85,
        0,
        "watch",
        ("South bank opposite Aghband", "Южный берег напротив Агбенда", "Ağbend karşısındaki güney kıyı"),
    ),
    "aras-west": (
        "border_point",
        46.0,
        38.85,
        0,
        "watch",
        ("South bank opposite Ordubad", "Южный берег напротив Ордубада", "Ordubad karşısındaki güney kıyı"),
    ),
    "bilasuvar-iran": (
        "border_point",
        48.35,
        39.4,
        0,
        BOTH,
        ("Bileh Savar (Iran)", "Билесувар (Иран)", "Bilesuvar (İran)", "Biləsuvar (İran)", "Բիլասուվար (Իրան)"),
    ),
}

# What others call a place of `PLACES`: whose name, the names as above, where it was read.
ALSO_CALLED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "border-tegh": (
        "AM",
        ("Aghavno", "Агавно", "Ağavno", "Ağavno", "Աղավնո"),
        "Armenpress, 25 Aug 2022; in other letters our own spelling, no text on file",
    ),
}
