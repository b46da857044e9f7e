"""What the node knows as linked data: its catalogue (DCAT-AP.de) and its terms (SKOS), and links between the forms."""
