"""Pages as ODT, DOCX, PDF and Markdown, slides as ODP and PDF, and QR codes."""
