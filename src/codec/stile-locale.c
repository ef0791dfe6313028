/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-locale.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

/**
 * stile_locale_init:
 *
 * The first thing that a program does: from then on it speaks the user's language, in UTF-8 whatever the terminal is set
 * to.  A program that is not installed finds its translations in the folder that STILE_LOCALEDIR names.
 */
void
stile_locale_init (void)
{
  const char *elsewhere = g_getenv ("STILE_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, elsewhere != NULL && *elsewhere != '\0' ? elsewhere : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
