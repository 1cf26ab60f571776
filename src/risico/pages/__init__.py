"""Pages: from Estimates and words to something a person reads. Templates only; no number is made here."""
