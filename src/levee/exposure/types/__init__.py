from levee.exposure.types.actions import Action, Detail, News, OnAsset, Step, Window
from levee.exposure.types.advisories import KnownAdvisory, Learnt, Refused, Source
from levee.exposure.types.boards import Board, ClientBoard, Counts, Due, Share, Week
from levee.exposure.types.decisions import Entry, Exemption, ForensicCase, PolicyInForce, Question
from levee.exposure.types.matches import Explanation, Match
from levee.exposure.types.vex import Excuse, Offered, Vex, VexDetail, VexStatement

__all__ = [
    "Action",
    "Board",
    "ClientBoard",
    "Counts",
    "Detail",
    "Due",
    "Entry",
    "Excuse",
    "Exemption",
    "Explanation",
    "ForensicCase",
    "KnownAdvisory",
    "Learnt",
    "Match",
    "News",
    "Offered",
    "OnAsset",
    "PolicyInForce",
    "Question",
    "Refused",
    "Share",
    "Source",
    "Step",
    "Vex",
    "VexDetail",
    "VexStatement",
    "Week",
    "Window",
]
