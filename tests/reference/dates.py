#!/usr/bin/env python3
"""Writes dates.json: columns of dates and times of day as Python's strftime writes them, the form that they have, and the seconds since 1970
that strptime reads. Needs Python alone."""
import datetime
import json
import os
import random

random.seed(5)
epoch = datetime.datetime(1970, 1, 1)
dates = ["%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d-%b-%y", "%d %b %y", "%Y-%b-%d", "%b %d, %Y", "%b %d %Y", "%b-%d-%Y", "%b %Y", "%Y%m%d"]
times = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", "T%H:%M:%S"]
columns = []
for form in [date + time for date in dates for time in times] + ["%Y%m%dT%H%M%S", "%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p"]:
    texts, seconds = [], []
    for _ in range(8):
        text = (datetime.datetime(1971, 1, 1) + datetime.timedelta(seconds=random.randrange(80 * 365 * 86400))).strftime(form)
        read = datetime.datetime.strptime(text, form)
        if "%y" not in form.lower():
            read = read.replace(year=1970)
        texts.append(text)
        seconds.append((read - epoch).total_seconds())
    columns.append({"form": form, "texts": texts, "seconds": seconds})
    if "%b" in form:  # whole names in other letters, days without zeros
        whole = [datetime.datetime.strptime(t, form).strftime(form.replace("%b", "%B").replace("%d", "%-d")) for t in texts]
        columns.append({"form": form, "texts": [t.upper() for t in whole], "seconds": seconds})
with open(os.path.join(os.path.dirname(__file__), "dates.json"), "w") as file:
    json.dump(columns, file, separators=(",", ":"))
    file.write("\n")
