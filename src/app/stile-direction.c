/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-direction.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>

/**
 * stile_direction_follow_language:
 *
 * The window runs the way its words do.  GTK asks its own translation, which may be missing where ours is there (in a
 * sandbox), or be there where ours is missing.  To be called when GTK is up.
 */
void
stile_direction_follow_language (void)
{
  /* TRANSLATORS: how your language is written: translate this to “rtl” if that is from right to left, and to “ltr”
   * otherwise. Nobody sees it. */
  gboolean is_rtl = g_str_equal (C_ ("direction", "ltr"), "rtl");
  /* Somebody wants to see the other direction: GTK_DEBUG=invert-text-dir. */
  gboolean is_inverted = gtk_widget_get_default_direction () != gtk_get_locale_direction ();

  gtk_widget_set_default_direction (is_rtl != is_inverted ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}
