/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Pictures of codes as other people's programs make them, and what happens to them on a device. */
GdkPixbuf *code_maker_qr (const char *text, guint module);
GdkPixbuf *code_maker_matrix (const char *text, guint module);
GdkPixbuf *code_maker_gs1 (const char *text);
GdkPixbuf *code_maker_sheet (int width, int height);
void code_maker_put (GdkPixbuf *sheet, GdkPixbuf *code, int x, int y);
void code_maker_put_qr (GdkPixbuf *sheet, const char *text, guint module, int x, int y);
guint8 *code_maker_get_pixel (GdkPixbuf *pixbuf, int x, int y);
GdkPixbuf *code_maker_rotate (GdkPixbuf *code, int degrees);
void code_maker_dirty (GdkPixbuf *code);
void code_maker_negative (GdkPixbuf *code);

G_END_DECLS
