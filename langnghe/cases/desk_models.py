"""What only the desk keeps about voices and cases: words to be searched, filters an officer saved."""

from django.db import models

from langnghe.registry.models import Account


class VoiceWords(models.Model):
    """The words of a voice by which the desk finds it, folded; made soon after it, gone with its words.

    Each database keeps an index of its own over them (see the migration that made this, and cases.searching).
    """

    voice = models.OneToOneField("cases.Voice", models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField()

    class Meta:
        app_label = "cases"
        verbose_name_plural = "voice words"

    def __str__(self) -> str:
        return f"#{self.voice_id}"


class SavedFilter(models.Model):
    """A filter of the queue that somebody wishes to find again; `query` as it stands in the address."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="filter_once")]

    def __str__(self) -> str:
        return self.name
