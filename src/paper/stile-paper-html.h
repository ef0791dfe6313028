/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GString *stile_paper_html_new (const char *title, const char *style);
char *stile_paper_html_finish (GString *html);

void stile_paper_html_append_text (GString *html, const char *text);
void
stile_paper_html_append_element (GString *html, const char *tag, const char *attributes, const char *text);
void stile_paper_html_append_row (GString *html, const char *tag, const char *const *cells, gsize count);

G_END_DECLS
