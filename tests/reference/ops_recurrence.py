"""Writes ops_recurrence.json and .npz: recurrent networks and cells. Run: python3 ops_recurrence.py"""
from ops_cases import Cases, randn
from recurrence import add_recurrence

cases = Cases("recurrence")
add_recurrence(cases.add, randn)
cases.write()
