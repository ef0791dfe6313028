/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-debug-info.h"

#include <gnutls/gnutls.h>
#include <locale.h>
#include <nss.h>

#include "bootstrap/stile-lockdown.h"
#include "bootstrap/stile-sandbox.h"

static void
add (GString *text, const char *what, const char *value)
{
  g_string_append_printf (text, "%s: %s\n", what, value != NULL ? value : "?");
}

/**
 * stile_debug_info_write:
 * @program: which one it is
 * @more: (array zero-terminated=1) (nullable): lines of the program's own
 *
 * What helps to understand a fault report: versions, the system, how Stile was installed.  It is meant to be posted in
 * public, so nothing in it tells who or where somebody is: no names of people, computers or services, no addresses, no
 * paths but those that are the same everywhere.  Not translated, since those who read it are others.
 *
 * Returns: (transfer full): some lines
 */
char *
stile_debug_info_write (const char *program, const char *const *more)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  g_autofree char *glib =
      g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
  gboolean settled = g_file_test (stile_lockdown_get_default_path (), G_FILE_TEST_EXISTS);

  add (text, program, PACKAGE_VERSION);
  add (text, "System", system);
  add (text, "Installed as",
       stile_sandbox_is_inside (STILE_SANDBOX_INFO) ? "Flatpak" : "programs of the system");
  add (text, "Locale", setlocale (LC_MESSAGES, NULL));
  add (text, "Policy file", settled ? "yes" : "no");
  add (text, "GLib", glib);
  add (text, "GnuTLS", gnutls_check_version (NULL));
  add (text, "NSS", NSS_GetVersion ());
  for (gsize i = 0; more != NULL && more[i] != NULL; i++)
    g_string_append_printf (text, "%s\n", more[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
