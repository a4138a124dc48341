"""Photoshop documents are masters, too. Only what a form offers changes; the table and its trigger stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_periods")]
    operations = [
        migrations.AlterField(
            model_name="picture",
            name="format",
            field=models.CharField(
                choices=[("tiff", "TIFF"), ("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WebP"), ("psd", "PSD")],
                max_length=8,
            ),
        ),
    ]
