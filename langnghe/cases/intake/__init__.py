"""Voices that come in from outside the web form: tables, paper books and other systems."""
