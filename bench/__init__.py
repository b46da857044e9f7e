"""Measurements. What is compared is measured in one run on one machine; ratios hold, milliseconds do not."""
