/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <gio/gio.h>
#include <pango/pango.h>

G_BEGIN_DECLS

typedef struct _StilePaper StilePaper;

/* Writes all pages; FALSE with an error for none. */
typedef gboolean (*StilePaperFunc) (StilePaper *self, gpointer user_data, GError **error);

GBytes *stile_paper_print (const char *title, StilePaperFunc func, gpointer user_data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void stile_paper_add_text (StilePaper *self, const char *font, const char *text, double indent, double after);
void stile_paper_add_head (StilePaper *self, const char *text);
void stile_paper_add_blanks (StilePaper *self, const char *const *words, gsize count);
void stile_paper_add_space (StilePaper *self, double height);
gboolean stile_paper_make_room (StilePaper *self, double height);

/* For who draws: the room between the margins, in points. */
cairo_t *stile_paper_get_cairo (StilePaper *self);
double stile_paper_get_left (StilePaper *self);
double stile_paper_get_top (StilePaper *self);
double stile_paper_get_width (StilePaper *self);
PangoLayout *stile_paper_make_layout (StilePaper *self, const char *font, const char *text, double width);

G_END_DECLS
