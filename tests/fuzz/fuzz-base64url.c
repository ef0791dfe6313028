/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "codec/stile-base64url.h"

/* A text that is taken is the only one for its bytes; GLib agrees about the standard alphabet. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *text = (const char *)data;
  g_autoptr (GBytes) url = stile_base64url_decode (text, (gssize)size, NULL);
  g_autoptr (GBytes) standard = stile_base64url_decode_standard (text, (gssize)size, NULL);

  if (url != NULL)
    {
      g_autofree char *again = stile_base64url_encode (g_bytes_get_data (url, NULL), g_bytes_get_size (url));

      g_assert_cmpmem (again, strlen (again), text, size);
    }
  if (standard != NULL)
    {
      g_autofree char *copy = size > 0 ? g_strndup (text, size) : g_strdup ("");
      gsize length;
      g_autofree guchar *theirs = g_base64_decode (copy, &length);

      g_assert_cmpmem (theirs, length, g_bytes_get_data (standard, NULL), g_bytes_get_size (standard));
    }

  return 0;
}
