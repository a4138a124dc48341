"""The dynasties of Chinese painting that the site knows from the start."""

from django.db import migrations

MET = "The Metropolitan Museum of Art, Heilbrunn Timeline of Art History, chronology of China"
USUAL = "Usual dates of Chinese historiography"
PERIODS = [
    ("tang", "Tang dynasty", "唐", 618, 907, f"{USUAL}; Getty AAT 300018420"),
    ("five-dynasties", "Five Dynasties", "五代", 907, 960, USUAL),
    ("liao", "Liao dynasty", "辽", 916, 1125, MET),
    ("song", "Song dynasty", "宋", 960, 1279, MET),
    ("northern-song", "Northern Song dynasty", "北宋", 960, 1127, MET),
    ("western-xia", "Western Xia", "西夏", 1038, 1227, USUAL),
    ("jin", "Jin dynasty", "金", 1115, 1234, MET),
    ("southern-song", "Southern Song dynasty", "南宋", 1127, 1279, MET),
    ("yuan", "Yuan dynasty", "元", 1271, 1368, MET),
    ("ming", "Ming dynasty", "明", 1368, 1644, MET),
    ("qing", "Qing dynasty", "清", 1644, 1911, MET),
    ("republic", "Republic of China", "民国", 1912, 1949, USUAL),
    ("modern", "Modern and contemporary", "现当代", 1949, 9999, "No end: 9999 stands for a period that goes on"),
]


def add(apps, schema_editor):
    period = apps.get_model("catalogue", "Period")
    for key, name_en, name_zh, start_year, end_year, source in PERIODS:
        values = {"name_en": name_en, "name_zh": name_zh, "start_year": start_year, "end_year": end_year, "source": source}
        period.objects.get_or_create(key=key, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_sealed_pictures")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
