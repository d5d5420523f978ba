"""Words for matters: what a document can be about, and why some are for paper only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from look.languages import N_

MATTERS: Final[Mapping[str, str]] = {
    "general": N_("Something else"),
    "private_agreement": N_("An agreement between private persons"),
    "declaration_of_facts": N_("A statement of facts (not sworn)"),
    "consent_form": N_("A consent form"),
    "licence_application": N_("An application for a licence"),
    "licence_renewal": N_("A renewal of a licence"),
    "change_of_address": N_("A change of address"),
    "tax_return": N_("A tax return"),
    "subsidy_application": N_("An application for a subsidy"),
    "school_application": N_("A school application"),
    "examination_entry": N_("An entry for an examination"),
    "will": N_("A will"),
    "trust": N_("A trust"),
    "power_of_attorney": N_("A power of attorney"),
    "stampable_instrument": N_("A document that must be stamped"),
    "government_lease": N_("A Government lease or its conditions"),
    "land_registry_document": N_("A deed or other document about land"),
    "property_contract": N_("A contract about property, or a mortgage"),
    "tenancy_agreement": N_("A tenancy agreement"),
    "floating_charge": N_("A floating charge"),
    "oath": N_("An oath"),
    "affidavit": N_("An affidavit"),
    "statutory_declaration": N_("A statutory declaration"),
    "judgment": N_("A judgment"),
    "court_order": N_("A court order"),
    "warrant": N_("A warrant"),
    "negotiable_instrument": N_("A negotiable instrument"),
    "cheque": N_("A cheque"),
    "court_document": N_("A document for a court or tribunal"),
    "witnessed_document": N_("A document that needs a witness"),
}

#: Why a matter is for paper only, by the code that the rule gives.
EXCLUDED: Final[Mapping[str, str]] = {
    "ETO_EXCLUDED_SCH1": N_(
        "The Electronic Transactions Ordinance leaves this kind of document to paper (Schedule 1)."
    ),
    "ETO_EXCLUDED_S13": N_("Courts and tribunals have rules of their own for this (section 13)."),
    "ETO_EXCLUDED_S16": N_(
        "It needs more than a signature, such as a witness, and that cannot be given here "
        "(section 16)."
    ),
}

#: Why a document cannot be signed as it is: the first rule of the linter that it breaks.
REFUSALS: Final[Mapping[str, str]] = {
    "document_missing": N_("Choose the PDF you want to sign."),
    "document_too_large": N_("The file is larger than 20 MB."),
    "not_a_pdf": N_("This is not a PDF. Print or export your document as a PDF first."),
    "document_unreadable": N_("The file could not be read. Print it to a new PDF and try again."),
    "document_not_a_pdf": N_("The file could not be read. Print it to a new PDF and try again."),
    "document_encrypted": N_("The file is locked with a password. Save it without one first."),
    "document_no_pages": N_("There are no pages in this file."),
    "document_too_many_pages": N_("The document has too many pages."),
    "document_closed_by_certification": N_(
        "The document is sealed, and its seal does not allow more signatures."
    ),
}
REFUSED: Final = N_(
    "The file contains something that can change what it shows, such as a form, a script or an "
    "attachment. Print it to a new PDF and sign that one."
)
