/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "codec/stile-json.h"

static GVariant *
parse (const char *text)
{
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));

  /* Printed, a document may be longer than it came: "\u0001" for one byte. */
  return stile_json_parse (document, 8 * STILE_JSON_MAX_SIZE, NULL);
}

/* What is printed reads back as the same, however it is printed. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) document = g_bytes_new_static (data, size);
  g_autoptr (GVariant) value = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);
  g_autofree char *line = value != NULL ? stile_json_print (value, FALSE) : NULL;
  g_autofree char *page = value != NULL ? stile_json_print (value, TRUE) : NULL;
  g_autoptr (GVariant) from_line = NULL;
  g_autoptr (GVariant) from_page = NULL;

  if (value == NULL)
    return 0;

  from_line = parse (line);
  from_page = parse (page);
  g_assert_nonnull (from_line);
  g_assert_nonnull (from_page);
  g_assert_null (strchr (line, '\n'));
  g_assert_true (g_variant_equal (value, from_line));
  g_assert_true (g_variant_equal (value, from_page));
  stile_json_get_string (value, "a");

  return 0;
}
