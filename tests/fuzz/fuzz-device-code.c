/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "inventory/stile-device-address.h"
#include "inventory/stile-device-code.h"

static void
check_shown (const char *text)
{
  g_assert_true (text == NULL ||
                 (g_utf8_validate (text, -1, NULL) && strpbrk (text, "\r\n\t\x1b\x7f") == NULL));
}

/* A code is a device that can be added, or a sentence that can be shown. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *)data, size) : g_strdup ("");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileImportLine) line = stile_device_code_parse (text, &error);
  const char *address = line != NULL ? stile_import_line_get_address (line) : NULL;
  g_autofree char *again = address != NULL ? stile_device_address_make (address, NULL, NULL) : NULL;

  g_assert_true ((line == NULL) == (error != NULL));
  g_assert_cmpstr (again, ==, address);
  if (line == NULL)
    {
      check_shown (error->message);
      return 0;
    }

  g_assert_true (stile_import_line_is_good (line));
  g_assert_cmpuint (strlen (stile_import_line_get_serial (line)), >, 0);
  g_assert_cmpuint (strlen (stile_import_line_get_serial (line)), <=, STILE_DEVICE_SERIAL_MAX_SIZE);
  check_shown (stile_import_line_get_serial (line));
  check_shown (stile_import_line_get_name (line));
  check_shown (stile_import_line_get_model (line));
  check_shown (stile_import_line_get_text (line));

  return 0;
}
