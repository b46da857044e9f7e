"""Words for generated records."""

FIRST = """
Abfall Antrags Bau Baum Beleuchtungs Bibliotheks Boden Brücken Bürger Daten Dorf Ehrenamts Energie Fahrrad Flächen
Fördermittel Geo Gesundheits Gewerbe Gewässer Grünflächen Haushalts Hochwasser Jugend Katastrophen Kita Klima Kultur
Leerstands Luft Lärm Melde Museums Notfall Parkraum Pegel Personal Pflege Quartiers Schul Senioren Sensor Stadt
Starkregen Straßen Strom Termin Tourismus Vereins Vergabe Verkehrs Wetter Wirtschafts Wohnungs Wärme
""".split()

SECOND = """
app architektur auskunft ausschreibung auswertung befragung beratung beteiligung dienst erfassung frühwarnsystem
förderung karte kataster konferenz konzept leitstelle lösung messnetz modell plattform planung portal prognose satzung
schnittstelle schulung steuerung strategie vereinbarung verwaltung warnung werkstatt zentrale zwilling übersicht
""".split()

VERBS = """
ausgeschrieben beschlossen betrieben bewertet eingeführt erprobt erweitert übernommen verschoben verworfen
""".split()
