"""Who and where, and since when: places, bodies, topics, competence, terms, members."""
