"""Questions about anything, whole ones and single words: the mean of their vectors is what all questions share.

To a model, any two questions are much alike, because both are questions of a town hall. Without what they share, the
rest tells better which record a question is about. Which ones stand here matters little: any 16 of each sort do.
"""

from __future__ import annotations

ASKED = (
    "Was kostet eine neue Anlage für unser Klärwerk im Jahr?",
    "Wie finden wir genug Freiwillige für die Feuerwehr?",
    "Wer hat schon einmal Akten aus dem Keller gescannt?",
    "Warum hat die Stadt das Fahrradverleihsystem wieder abgeschafft?",
    "Müssen wir einen Auftrag über 20.000 Euro ausschreiben?",
    "Wie bringen wir Eltern dazu, die Kinder nicht mit dem Auto zu bringen?",
    "Welche Förderung gibt es für Ladesäulen auf dem Parkplatz?",
    "Wie lange dauert es, bis ein Bauantrag genehmigt ist?",
    "Dürfen wir Luftbilder von Grundstücken veröffentlichen?",
    "Lohnt sich eine eigene Software für ein kleines Amt?",
    "Wer pflegt die Seiten, wenn die Kollegin in Rente geht?",
    "Was tun, wenn niemand zur Versammlung kommt?",
    "Gibt es ein Programm für die Ausleihe in der Bücherei?",
    "Kann man Messgeräte selbst bauen?",
    "Wie überzeugen wir den Gemeinderat?",
    "Was würden Sie beim nächsten Mal anders machen?",
    "How did other towns pay for free public wifi?",
    "digitale Bauakte",
    "Spielplatz Planung mit Kindern",
    "Müllgebühren online",
    "Radweg melden Schaden",
    "Pflege im Alter",
    "Veranstaltungskalender",
    "Terminvergabe Bürgeramt",
    "Leerstand in der Innenstadt",
    "Energieverbrauch Schulen senken",
    "Hochwasser Warnung",
    "Bus auf dem Land",
    "Fördermittel beantragen",
    "interkommunale Zusammenarbeit Vertrag",
    "Datenschutz Kamera",
    "WLAN Dorfplatz",
    "Projekt gescheitert",
    "smart street lighting",
)
