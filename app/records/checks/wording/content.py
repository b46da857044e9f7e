"""What is wrong with what a record says or has beside it, and what to do about it."""

from __future__ import annotations

from app.shared.wording import N_, NP_

CONTENT = {
    # Sources and references
    "unknown_source": (
        NP_("check", "The source “%(key)s” is not in the list of sources."),
        N_("Add the source or use one of these: %(known)s."),
    ),
    "source_unused": (N_("Nothing rests on the source “%(key)s”."), N_("Name it with a statement or delete it.")),
    "claim_without_source": (
        N_("No source is named for this entry."),
        N_("Write sources: [key] with a key from the list of sources."),
    ),
    "paragraph_without_source": (
        N_("This paragraph names no source: “%(start)s”"),
        N_("Put a footnote at its end, for example [^rechnungshof-2021]."),
    ),
    "figure_without_source": (
        N_("There is a figure without a source: “%(start)s”"),
        N_("Put a footnote at its end, for example [^rechnungshof-2021]."),
    ),
    "unknown_record": (N_("There is no record “%(target)s”."), N_("Check the spelling or delete the reference.")),
    "points_to_itself": (N_("The record refers to itself."), N_("Delete the reference.")),
    "target_withdrawn": (
        N_("The record “%(target)s” has been withdrawn."),
        N_("Refer to its successor or delete the reference."),
    ),
    "link_leads_nowhere": (
        N_("The link “%(target)s” leads nowhere."),
        N_("Write case-study/name, the name of a file beside index.md or an address with https://."),
    ),
    "unknown_term": (N_("“%(value)s” is not in the vocabulary."), N_("Choose one of these keys: %(allowed)s.")),
    # Facts and language
    "no_such_day": (N_("There is no such day as %(value)s."), N_("Check month and day.")),
    "ends_before_start": (N_("The end (%(end)s) lies before the start (%(start)s)."), N_("Check both dates.")),
    "date_in_future": (N_("%(value)s lies in the future."), N_("Enter the day on which it was actually checked.")),
    "review_overdue": (
        N_("The record should have been checked again by %(value)s."),
        N_("Check whether all of it still holds. Then renew last_confirmed and review_by."),
    ),
    "stop_reason_missing": (
        N_("The project was stopped, the reason is missing."),
        N_("Add stop_reason, for example [budget]."),
    ),
    "stop_reason_without_stop": (
        N_("A reason for stopping is named, but no project was stopped."),
        N_("Check outcome and stop_reason."),
    ),
    "evidence_without_figures": (
        N_("Evidence level 2 needs figures before and after."),
        N_("Add before and after in results or write evidence_level: 1."),
    ),
    "effect_not_shown": (
        N_("No result shares a source with this lesson, so nothing shows that it worked."),
        N_("Name the source of the effect, or write kind: advice."),
    ),
    "fare_as_cost": (
        N_("“%(word)s” is what users pay, no cost of the municipality."),
        N_("Take the amount out of the costs; it may stand in the results or in the text."),
    ),
    "cost_not_named": (
        N_("Is this amount for all that the record describes? If not, what it is for is too long for the short line."),
        N_("Choose what the amount is for (covers), or say it in at most %(limit)s characters."),
    ),
    "costs_contradict": (
        N_("Amounts of one kind are each said to be for all of it, and lie too far from each other."),
        N_("Mark those that are for something else or outdated, and leave the choice empty where it is a part."),
    ),
    "statement_points_back": (
        N_("The statement begins with “%(word)s”, which means something told before. Readers meet it alone."),
        N_("Name what is meant."),
    ),
    "statement_without_figure": (
        N_("The statement does not tell its figure, %(figure)s."),
        N_("Write a sentence that stands alone, with the figure in it."),
    ),
    "statement_doubled": (N_("This record makes the same statement twice."), N_("Keep one of them.")),
    "figure_repeated": (
        N_("The figure “%(figure)s” stands in %(count)s places of this record."),
        N_("Tell it once or twice, and leave it out here."),
    ),
    "relation_too_weak": (
        N_("The connection is said to be weaker than it is."),
        N_("Choose one of these where it is true: %(stronger)s."),
    ),
    "relation_without_note": (
        N_("“See also” alone does not say why one should."),
        N_("Say in a note what connects the two, or choose a stronger relation."),
    ),
    "figure_without_unit": (
        N_("The figure %(number)s leaves open what was counted."),
        N_("Name the unit, for example “300 trips”."),
    ),
    "figure_without_date": (
        N_("The figure %(number)s lacks its date."),
        N_("Name year or date. If it is not known, write unknown in the entries."),
    ),
    "figure_not_structured": (
        N_("The figure %(number)s stands in the sentence only."),
        N_("Enter it as value with unit and indicator too, so that it can be compared."),
    ),
    "long_sentence": (
        N_("The sentence has %(words)s words: “%(start)s …”"),
        N_("Divide it. At most %(limit)s words read well."),
    ),
    "passive_fog": (
        N_("%(share)s of the sentences are passive, for example: “%(example)s”"),
        N_("Say who acts. At most %(limit)s read well."),
    ),
    "readability": (
        N_("The readability index is %(index)s, usual are %(low)s to %(high)s."),
        N_("Use shorter sentences and shorter words."),
    ),
    # Persons, and what does nothing
    "phone_in_text": (
        N_("A telephone number stands in the text: “%(words)s”."),
        N_("Name only numbers of offices, and only as the contact."),
    ),
    "mailbox_in_text": (
        N_("A mail address stands in the text: “%(words)s”."),
        N_("Name only mailboxes of offices, and only as the contact."),
    ),
    "private_mailbox": (
        N_("“%(words)s” looks like somebody's own mailbox."),
        N_("Name a mailbox of the office, such as digitalisierung@musterstadt.example."),
    ),
    "person_named": (
        N_("A person is named: “%(words)s”."),
        N_("Name the office instead. Records name nobody who did not stand for it in public."),
    ),
    "raw_html": (
        N_("“%(words)s” is HTML, which does nothing here: readers see it as it is typed."),
        N_("Delete it, and say it in words."),
    ),
    # Files beside a record
    "file_missing": (N_("The file %(file)s is missing."), N_("Put it beside index.md or delete the entry.")),
    "file_not_listed": (
        N_("The file %(file)s is not named anywhere."),
        N_("Name it under media, templates or translations, or delete it."),
    ),
    "file_type": (N_("Files like %(file)s are not allowed."), N_("Use one of these types: %(allowed)s.")),
    "file_content": (
        N_("The content of %(file)s does not fit the ending %(ending)s."),
        N_("Save the file in this type again."),
    ),
    "file_too_large": (N_("The file %(file)s is larger than %(limit)s MB."), N_("Make it smaller.")),
    "file_empty": (N_("The file %(file)s is empty."), N_("Replace it or delete the entry.")),
    "alt_says_nothing": (
        N_("The alternative text “%(alt)s” does not say what can be seen."),
        N_("Describe in one sentence what the picture shows."),
    ),
    "picture_not_listed": (
        N_("The picture “%(file)s” is not named under media."),
        N_("Add it there with alternative text and licence."),
    ),
    "picture_from_elsewhere": (
        N_("The picture “%(file)s” lies on somebody else's server."),
        N_("Put it beside index.md if its licence allows that, or set a link."),
    ),
    # Files that cannot be attached
    "attachment_type": (N_("A file like %(file)s cannot be attached."), N_("Possible are %(allowed)s.")),
    "attachment_svg": (
        N_("Drawings in SVG and web pages can hold programs."),
        N_("Save %(file)s as a PNG picture or PDF."),
    ),
    "attachment_old_office": (
        N_("%(file)s is saved in an old format (DOC, XLS, PPT) or locked with a password."),
        N_("Save the file without a password as ODT, ODS, ODP, DOCX, XLSX or PPTX."),
    ),
    "attachment_damaged": (
        N_("%(file)s is damaged or locked with a password."),
        N_("Open the file in your program and save it anew, without a password."),
    ),
    "attachment_macros": (
        N_("%(file)s holds macros."),
        N_("Save the file without macros, for example as DOCX, XLSX, ODT or ODS."),
    ),
    "attachment_object": (
        N_("%(file)s holds a file of another program."),
        N_("Put it there as a picture, or attach it here by itself."),
    ),
    "attachment_link": (
        N_("%(file)s fetches something from elsewhere when it is opened, such as a picture or another file's figures."),
        N_("Put pictures into the file, and replace links by their values."),
    ),
    "attachment_drawing": (
        N_("%(file)s holds a drawing (EMF, WMF or SVG) from which it cannot be removed who made it."),
        N_("Put it in as a PNG picture."),
    ),
    "attachment_media": (N_("%(file)s holds sound or film."), N_("Take it out, and name an address instead.")),
    "attachment_harmful": (
        N_("%(file)s is built as no office program does it."),
        N_("Open the file in your program and save it anew, without a password."),
    ),
    "attachment_too_large_bytes": (
        N_("%(file)s is larger than %(limit)s MB."),
        N_("Make the pictures in it smaller, or divide the file."),
    ),
    "attachment_too_large_unpacked": (
        N_("%(file)s is larger than %(limit)s MB when it is unpacked."),
        N_("Make the pictures in it smaller, or divide the file."),
    ),
    "attachment_too_large_parts": (
        N_("%(file)s consists of more than %(limit)s parts."),
        N_("Make the pictures in it smaller, or divide the file."),
    ),
    "attachment_too_large_elements": (
        N_("%(file)s has a sheet or text with more than %(limit)s million cells, paragraphs and other parts."),
        N_("Split the file, or attach the table as CSV."),
    ),
    "attachment_too_large_pictures": (
        N_("%(file)s has pictures of more than %(limit)s million pixels together."),
        N_("Make the pictures in the file smaller."),
    ),
    "attachment_too_large_pixels": (
        N_("%(file)s has a picture with more than %(limit)s million pixels."),
        N_("Save it smaller."),
    ),
    # Vocabularies
    "vocabulary_id": (
        N_("The vocabulary is called “%(id)s” but the file %(expected)s.yaml."),
        N_("Give both the same name."),
    ),
    "label_twice": (
        N_("The concept “%(other)s” already has the label “%(label)s”."),
        N_("Keep it with one concept and connect both with related."),
    ),
    "broader_circle": (N_("The concept “%(value)s” stands above itself."), N_("Break the circle of broader concepts.")),
    "unused_term": (
        N_("No record uses the concept “%(label)s”."),
        N_("Delete it or add a word that occurs in the records."),
    ),
}
