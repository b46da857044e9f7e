"""What is wrong with the form of a record file, and what to do about it."""

from __future__ import annotations

from app.shared.wording import N_

FORM = {
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
}
