/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "codec/stile-multipart.h"

/* The Content-Type field, a line break, and the body.  Parts are never more than the whole. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const guint8 *line_end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize length = line_end != NULL ? (gsize)(line_end - data) : size;
  g_autofree char *type = g_strndup ((const char *)data, length);
  g_autoptr (GBytes) body =
      line_end != NULL ? g_bytes_new_static (line_end + 1, size - length - 1) : g_bytes_new_static (NULL, 0);
  g_autoptr (GPtrArray) parts = stile_multipart_parse (body, type, NULL);
  gsize sum = 0;

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    sum += g_bytes_get_size (((StileMultipartPart *)g_ptr_array_index (parts, i))->content);
  g_assert_cmpuint (sum, <=, size);

  return 0;
}
