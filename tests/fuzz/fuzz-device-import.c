/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "inventory/stile-device-address.h"
#include "inventory/stile-device-import.h"

/* Each is one line, and on no screen more than that. */
static void
check_shown (const char *text)
{
  g_assert_true (text == NULL ||
                 (g_utf8_validate (text, -1, NULL) && strpbrk (text, "\r\n\t\x1b\x7f") == NULL));
}

static void
check_good (StileImportLine *line, GHashTable *serials)
{
  const char *serial = stile_import_line_get_serial (line);
  const char *address = stile_import_line_get_address (line);
  g_autofree char *again = NULL;

  g_assert_nonnull (serial);
  g_assert_cmpuint (strlen (serial), >, 0);
  g_assert_cmpuint (strlen (serial), <=, STILE_DEVICE_SERIAL_MAX_SIZE);
  g_assert_true (g_hash_table_add (serials, g_strdup (serial)));

  again = address != NULL ? stile_device_address_make (address, NULL, NULL) : NULL;
  g_assert_cmpstr (again, ==, address);
}

static void
check_line (StileImportLine *line, GHashTable *serials)
{
  check_shown (stile_import_line_get_text (line));
  check_shown (stile_import_line_get_serial (line));
  check_shown (stile_import_line_get_address (line));
  check_shown (stile_import_line_get_name (line));
  check_shown (stile_import_line_get_model (line));
  check_shown (stile_import_line_get_note (line));
  check_shown (stile_import_line_get_problem (line));
  if (stile_import_line_is_good (line))
    check_good (line, serials);
}

/* Lines come in the order in which they stand there, can be shown, and those that are good are devices, each once. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDeviceImport) import = stile_device_import_parse (bytes, "list", &error);
  g_autoptr (GHashTable) serials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint count = import != NULL ? g_list_model_get_n_items (G_LIST_MODEL (import)) : 0;
  guint last = 0;

  g_assert_true ((import == NULL) == (error != NULL));
  g_assert_true (import == NULL || count > 0);
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (import), i);

      g_assert_cmpuint (stile_import_line_get_line (line), >, last);
      last = stile_import_line_get_line (line);
      check_line (line, serials);
    }
  if (import != NULL)
    g_assert_cmpuint (stile_device_import_get_n_good (import), ==, g_hash_table_size (serials));
  for (guint i = 0; import != NULL && stile_device_import_get_ignored (import)[i] != NULL; i++)
    check_shown (stile_device_import_get_ignored (import)[i]);

  return 0;
}
