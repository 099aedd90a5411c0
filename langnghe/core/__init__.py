"""Plain Python that could be published alone: text, calendar, terms, codes, disclosure and the tables of law."""
