"""What a watch has, counted in one line."""

from __future__ import annotations

from trucewatch.model.watch import Watch


def inventory_of(watch: Watch) -> str:
    """What its files hold, as the last line of `trucewatch check` says it."""
    if watch.kind == "humanitarian":
        districts = watch.humanitarian.district if watch.humanitarian else ()
        kinds = (("organisation", watch.organisations), ("district", districts), ("zone", watch.zones))
        return "humanitarian instance, " + ", ".join(plural(len(each), noun) for noun, each in kinds)
    stipulations = sum(1 for _ in watch.agreement.stipulations())
    languages = {language for town in watch.basemap.towns for language in town.names}
    parts = [
        plural(len(watch.agreement.provision), "provision"),
        plural(stipulations, "stipulation"),
        plural(len(watch.zones), "zone"),
        plural(len(watch.settings.source), "source"),
        plural(len(watch.settings.recipient), "recipient"),
        f"place names in {plural(len(languages), 'language')}",
    ]
    return ", ".join(parts)


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
