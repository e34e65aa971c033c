"""Writes ops_more.json and .npz: what torch and torchvision have beside the operators of the other scripts. Run: python3 ops_more.py"""
from more_cases import add_more
from ops_cases import Cases, integers, randn, uniform

cases = Cases("more")
add_more(cases.add, randn, uniform, integers, "complex64")
cases.write()
