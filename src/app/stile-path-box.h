/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * StilePathTrust:
 * @STILE_PATH_TRUST_OPEN: nothing is to be decided, or nothing is known yet
 * @STILE_PATH_TRUST_GOOD: trusted, verified
 * @STILE_PATH_TRUST_BAD: untrusted
 */
typedef enum
{
  STILE_PATH_TRUST_OPEN,
  STILE_PATH_TRUST_GOOD,
  STILE_PATH_TRUST_BAD,
} StilePathTrust;

#define STILE_TYPE_PATH_BOX (stile_path_box_get_type ())
G_DECLARE_FINAL_TYPE (StilePathBox, stile_path_box, STILE, PATH_BOX, GtkButton)

GtkWidget *stile_path_box_new (const char *icon_name, const char *name, const char *what);
void stile_path_box_set_trust (StilePathBox *self, StilePathTrust trust, const char *word);
void stile_path_box_add_detail (StilePathBox *self, const char *title, const char *text);
void stile_path_box_set_spoken (StilePathBox *self, const char *text);
const char *stile_path_box_get_spoken (StilePathBox *self);

G_END_DECLS
