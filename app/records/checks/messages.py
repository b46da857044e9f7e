"""Messages and remedies for everything that can be wrong with the form and content of a record file."""

from app.shared.wording import N_, NP_

MESSAGES = {
    # The file
    "not_utf8": (N_("The file is not stored as UTF-8."), N_("Save the file with the character encoding UTF-8.")),
    "forbidden_character": (
        N_("There is the invisible character %(character)s here."),
        N_("Delete it. Typing the line again is usually enough."),
    ),
    "header_missing": (
        N_("The head with the entries is missing."),
        N_("Begin the file with a line of three hyphens: ---"),
    ),
    "header_open": (
        N_("The head with the entries does not end."),
        N_("Close the head with a line of three hyphens: ---"),
    ),
    "header_too_large": (N_("The head is larger than %(limit)s KB."), N_("Shorten the entries or divide the record.")),
    "body_too_large": (N_("The text is larger than %(limit)s KB."), N_("Shorten the text or divide the record.")),
    "record_too_large": (
        N_("Entries and text together are larger than %(limit)s KB."),
        N_("Shorten the record or divide it."),
    ),
    "not_yaml": (
        N_("The head is not valid YAML: %(detail)s."),
        N_("Check indentation, colons and brackets. Put text with a colon in quotation marks."),
    ),
    "not_a_mapping": (
        N_("The head holds no entries of the form “name: value”."),
        N_("Write one entry a line, for example title: …"),
    ),
    "yaml_directive": (N_("There is a YAML directive or a second document here."), N_("Delete the line.")),
    "yaml_alias": (
        N_("Aliases with * are not allowed."),
        N_("Write the value out. Put text that begins with * in quotation marks."),
    ),
    "yaml_anchor": (
        N_("Anchors with & are not allowed."),
        N_("Write the value out. Put text that begins with & in quotation marks."),
    ),
    "yaml_tag": (
        N_("Type tags with ! are not allowed."),
        N_("Delete the tag. Put text that begins with ! in quotation marks."),
    ),
    "merge_key": (N_("Merging with << is not allowed."), N_("Write the entries out.")),
    "key_not_text": (
        N_("There is no plain name left of the colon."),
        N_("Write only the name of the entry on the left."),
    ),
    "duplicate_key": (N_("The entry “%(key)s” stands here twice."), N_("Combine both or delete one.")),
    "too_deep": (N_("The entries are nested deeper than %(limit)s levels."), N_("Simplify the entry.")),
    "number_too_large": (
        N_("The number %(value)s is too large."),
        N_("Put it in quotation marks if it is an identifier."),
    ),
    "withdrawn": (N_("This record has been withdrawn."), N_("Read its successor instead, if one is named.")),
    "cannot_write_back": (N_("The change cannot be stored."), N_("Change the file by hand.")),
    "unknown_folder": (
        N_("There is no folder “%(folder)s” for records."),
        N_("Put the record into one of these folders: %(allowed)s."),
    ),
    "folder_name": (
        N_("The folder name “%(slug)s” is not allowed."),
        N_("Use lower-case letters a to z, digits and single hyphens, at most 80 characters."),
    ),
    "kind_does_not_fit_folder": (
        N_("The kind “%(kind)s” does not fit the folder."),
        N_("Write kind: %(expected)s or move the folder."),
    ),
    "no_record_here": (N_("There is no record here."), N_("Add an index.md or remove this.")),
    "folder_in_record": (N_("A record has no folders inside."), N_("Put the files beside index.md.")),
    "duplicate_id": (
        N_("%(other)s already has the same identifier."),
        N_("Give it a new UUID. Never copy identifiers along."),
    ),
    "duplicate_slug": (
        N_("%(other)s already has the same folder name."),
        N_("Choose another name, for example with the ending -loesung."),
    ),
    # Fields
    "required": (N_("This entry is missing."), N_("Add it. What is not known belongs into the open questions.")),
    "one_of_them": (N_("One of these entries is needed here: %(names)s."), N_("Add one of them or delete the group.")),
    "unknown_field": (N_("The schema does not know this entry."), N_("Check the spelling. Possible here: %(known)s.")),
    "not_allowed": (N_("“%(value)s” is not allowed here."), N_("Choose one of these values: %(allowed)s.")),
    "type": (N_("Expected is %(expected)s, but here stands “%(value)s”."), N_("Adapt the value.")),
    "pattern": (N_("“%(value)s” does not have the right form."), "%(shape)s"),
    "too_long": (N_("The text has %(actual)s characters, %(limit)s are allowed."), N_("Shorten it.")),
    "too_short": (N_("The text is empty or too short."), N_("Complete it or delete the entry.")),
    "too_many_items": (N_("The list has %(actual)s entries, %(limit)s are allowed."), N_("Shorten the list.")),
    "too_few_items": (N_("At least %(limit)s entry is needed here."), N_("Add it or delete the empty field.")),
    "too_small": (N_("The value %(actual)s is too small, at least %(limit)s."), N_("Check the number.")),
    "too_large": (N_("The value %(actual)s is too large, at most %(limit)s."), N_("Check the number.")),
    "duplicate_item": (N_("Something stands twice in the list."), N_("Delete the repetition.")),
    "duplicate_value": (N_("“%(value)s” is already taken."), N_("Use each key only once.")),
    "schema": (
        N_("The entry breaks a rule of the schema (%(rule)s): %(detail)s."),
        N_("Look it up in docs/content-format.md."),
    ),
    # The body
    "section_missing": (
        N_("The section “%(title)s” is missing."),
        N_("Add it with the heading: ## %(title)s {#%(id)s}"),
    ),
    "unknown_section": (N_("This kind has no section “%(id)s”."), N_("Use one of these sections: %(allowed)s.")),
    "section_twice": (N_("The section “%(id)s” occurs twice."), N_("Combine both.")),
    "section_empty": (N_("The section is empty."), N_("Write the text or delete the heading.")),
    "text_outside_section": (
        N_("There is text before the first section."),
        N_("Move it into a section or into the summary."),
    ),
    "heading_without_id": (
        N_("This heading lacks its key."),
        N_("Write for example: ## Vorgehen {#approach}. Use ### for headings within a section."),
    ),
    "page_heading": (
        N_("A heading with a single # stands above the page only."),
        N_("Use ### for headings within a section."),
    ),
    "hostile_markdown": (
        N_("There are too many characters like %(what)s in one place."),
        N_("Write the paragraph more simply or divide it."),
    ),
    # Names
    "id_changed": (
        N_("The identifier is not the one it was."),
        N_("Put %(id)s under id again. Another record needs a folder of its own."),
    ),
    "id_taken": (
        N_("This identifier belongs to %(record)s already."),
        N_("Make an identifier of its own for the new record, or change that one."),
    ),
    "name_taken": (
        N_("Another record has been published under the name %(slug)s meanwhile."),
        N_("Send the text once more as a new record; it then gets a name that is free."),
    ),
    "file_name": (
        N_("The file cannot be called %(file)s."),
        N_("Allowed are letters without accents, digits, hyphen, underscore and single dots."),
    ),
    "file_name_alike": (
        N_("The file %(file)s is called like another file of this record, except for capital letters."),
        N_("Give one of them another name: on many machines only one of them remains otherwise."),
    ),
    "file_name_reserved": (
        N_("The file cannot be called %(file)s because Windows keeps this name to itself."),
        N_("Give the file another name, such as file-%(file)s."),
    ),
    "slug_reserved": (
        N_("A record cannot be called %(slug)s because Windows keeps this name to itself."),
        N_("Take another short name, such as %(slug)s-2."),
    ),
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
        N_("Write the address of a page of this site, the name of a file of this record or an address with https://."),
    ),
    "unknown_term": (N_("“%(value)s” is not in the vocabulary."), N_("Choose one of these keys: %(allowed)s.")),
    "term_missing": (
        N_("The published term “%(value)s” is missing."),
        N_("Keep it, perhaps with other names: records here and on other sites refer to it."),
    ),
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
    # Persons, placeholders and raw HTML
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
    "placeholder": (N_("“%(words)s” looks like a placeholder."), N_("Write what belongs there, or delete it.")),
    "title_elsewhere": (
        N_("The title begins with “%(begins)s”, but the place of the record is %(place)s."),
        N_("Begin the title with the place, or enter the place that is meant."),
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
"""Code to message and remedy; placeholders are the parameters of the problem."""
