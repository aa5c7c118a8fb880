"""Official statements as ministries and presidents publish them (a saved page, a copy of the text, PDF) → a Statement.

`pages.py` makes blocks of a file, `structure.py` finds heading, speakers, questions and answers among them.
"""
