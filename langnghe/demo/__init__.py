"""A demo installation: invented voices about real places, played through the real actions with their own dates."""
