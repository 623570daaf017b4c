"""*Check before booking*: the plan, what is sent, and the word to book.

``routes``; ``answers`` reads what is chosen on the screen.
"""
