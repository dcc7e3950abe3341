"""The rules of a case, pure: reports, embargo, consent, facts, answers, and what they ask of each other. No I/O.

After the model of Householder and Spring (CERT/CC, Vultron). `levee cases rules` prints the tables.
"""
