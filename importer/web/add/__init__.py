"""*Add your list*: a file, a paste, or a blank list to fill in.

``routes``; ``receiving`` takes what a browser sends.
"""
