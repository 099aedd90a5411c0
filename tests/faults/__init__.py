"""Breaks power, disks, processes and clocks under the real intake, and counts what it kept of what it promised."""
