"""Lắng Nghe: the open platform of a province that listens, answers, and shows how well it did."""
