/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-content-type.h"

/* Whatever is taken is written in one way. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *value = g_strndup ((const char *)data, size);
  g_autoptr (StileContentType) type = stile_content_type_parse (value, NULL);
  g_autoptr (StileContentType) again = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (type == NULL)
    return 0;

  first = stile_content_type_to_string (type);
  again = stile_content_type_parse (first, NULL);
  if (again == NULL)
    return 0; /* quotes made it too long */
  second = stile_content_type_to_string (again);
  g_assert_cmpstr (first, ==, second);

  return 0;
}
