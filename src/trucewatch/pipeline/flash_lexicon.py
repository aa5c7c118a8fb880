"""Words that would give away in an urgent message what helps to correct fire, in five languages: by their beginnings.

A word of a text is compared by how it begins, so that every case and number of it is met; a word that only looks like
one of these is refused too, and whoever writes takes another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Literal

from trucewatch.geo.place_text import folded

Gives = Literal["weapon", "effect", "correction", "origin", "landmark", "measure", "post", "direction"]
"""A kind of weapon; what was hit, hurt or damaged; how far off it was; where fire came from; what stands beside it; a
distance; a post or a sensor; a direction."""

_WORDS: Final[Mapping[Gives, str]] = {
    "weapon": """
        mortar artiller howitzer cannon rocket missile drone uav uas fpv shell grenade sniper machinegun rifle tank
        munition ammunition calib gun guns gunfire warhead bomb projectile mlrs atgm autocannon
        миномет артиллер гаубиц пушк пушек ракет беспилот бпла дрон снаряд гранат снайпер пулемет винтов танк
        боеприпас калибр рсзо птур мины мину минами миной бомб ствол
        havan topcu top toplar topun obus roket fuze iha siha dron mermi bombasi bomba keskin makineli tufek kalibre
        minaatan minamyot artileri haubitsa raket pua pilotsuz qumbara snayper pulemyot tufeng silah kalibr
        ականանետ հրետան հաուբից հրթիռ դրոն անօդաչու արկ արկեր նռնակ դիպուկահար գնդացիր հրացան տանկ տրամաչափ թնդանոթ
        զինամթերք ռումբ
    """,
    "effect": """
        kill dead died death casualt wound injur victim damag destroy struck burn burning ablaze crater impact
        collaps wreck corpse bodies blood evacuat ambulanc hurt hit hits
        убит убил погиб смерт мертв ранен пострада жертв поврежд разруш уничтож попал попадан попадал горит пожар
        воронк обруш труп кров скорая эвакуац
        oldu oluler olen olum yarali yaralan hasar yikil yikim isabet vuruldu yaniyor yangin krater ceset tahliye
        oldur halak zarar dagil dagidil dayib yanir yangin
        սպան զոհ մահ վիրավոր վնաս ավեր խոց այրվ հրդեհ ձագար դիակ տարհան շտապ
    """,
    "correction": """
        overshot undershot overshoot undershoot adjust ranging salvo volley offtarget miss missed misses
        недолет перелет корректир пристрел залп промах промахн
        atlama duzeltme salvo yaylim iska iskala
        tuslama yaylim salvo
        ուղղում համազարկ վրիպ
    """,
    "origin": """
        launch launched firingpoint emplac battery batteries trench position positions bunker fired
        выпущен запущен пуск батаре окоп позици блиндаж укрыт дот
        atildi atis mevzi siper batarya firlat
        atilib movqe sangar batareya buraxil
        արձակ դիրք խրամատ մարտկոց
    """,
    "landmark": """
        school hospital clinic church mosque monastery cemetery market bridge station depot warehouse farm mill factory
        crossroad junction hilltop hill hills ridge river stream quarry dam tower roof street
        школ больниц клиник церк храм мечет монастыр кладбищ рынок рынк мост станци склад ферм мельниц завод перекрест
        развилк высот холм хребет хребт река реки реке карьер плотин башн крыш улиц
        okul hastane klinik kilise cami manastir mezarlik pazar kopru istasyon depo ciftlik degirmen fabrika kavsak tepe
        sirt nehir dere baraj kule cati sokak
        mekteb xestexana klinika kilsa mescid monastir qebiristan bazar korpu stansiya anbar ferma deyirman zavod
        yolayri tapa cay bend qulla dam kuca maktab xastaxana
        դպրոց հիվանդանոց եկեղեց մզկիթ վանք գերեզման շուկա կամուրջ կայարան պահեստ ֆերմա ջրաղաց գործարան խաչմերուկ բլուր
        բարձունք գետ ամբարտակ աշտարակ տանիք փողոց
    """,
    "measure": """
        km kms kilomet kilometer metre meter metres meters mile miles yard yards klick degree degrees
        км километр метр метрах миля миль градус
        metre kilometre derece
        metr kilometr daraca
        կմ կիլոմետր մետր աստիճան
    """,
    "post": """
        sensor camera cameras acoustic radar seismic outpost checkpoint patrol microphone post posts
        датчик камер акустическ радар сейсмич пост поста посту постов блокпост патрул микрофон
        sensor algilayici kamera akustik radar sismik nokta karakol devriye mikrofon
        sensor kamera akustik radar seysmik mantaqa post patrul mikrofon
        տվիչ տեսախցիկ ակուստիկ ռադար սեյսմիկ պահակակետ պարեկ խոսափող
    """,
    "direction": """
        north south east west northern southern eastern western bearing azimuth
        север юг юга югу южн восток восточ запад азимут пеленг
        kuzey guney dogu bati kerteriz azimut
        simal canub serq sarq qarb istiqamat
        հյուսիս հարավ արեւել արեւմ արևել արևմ ազիմուտ
    """,
}
_WHOLE_WORDS: Final = """
    gun guns hit hits hill hills post posts fired km kms mile miles yard yards klick degree degrees metre metres meter
    meters miss missed misses position positions station launch мост пост поста посту постов дот юг юга югу миля миль
    мины мину минами миной км река реки реке iha top toplar topun depo tepe dere dam cay kule pua metr hurt dead tank
    tanks kill shell shells mill market roof bridge bridges farm burn tower метр метрах կմ արկ bomb rocket rockets nokta
    oldu
"""
_WHOLE: Final = frozenset(_WHOLE_WORDS.split())
"""Short words that begin many others: these are met only as they stand."""
LEAST: Final = 3


@cache
def _beginnings() -> Mapping[str, tuple[tuple[str, Gives], ...]]:
    """First three letters → the beginnings of words that start so, and what each gives away."""
    by_start: dict[str, list[tuple[str, Gives]]] = {}
    for gives, listed in _WORDS.items():
        for word in listed.split():
            stem = folded(word)
            by_start.setdefault(stem[:LEAST], []).append((stem, gives))
    return {start: tuple(sorted(stems, key=lambda each: -len(each[0]))) for start, stems in by_start.items()}


def what_it_gives(word: str) -> Gives | None:
    """What a word, folded, would give away; None for one that gives nothing.

    >>> what_it_gives("миномета"), what_it_gives("mortars"), what_it_gives("quiet")
    ('weapon', 'weapon', None)
    """
    return next(_given(word), None)


def _given(word: str) -> Iterator[Gives]:
    for stem, gives in _beginnings().get(word[:LEAST], ()):
        if word == stem or (stem not in _WHOLE and word.startswith(stem)):
            yield gives
