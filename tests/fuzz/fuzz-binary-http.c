/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-binary-http.h"

/* Whatever is read can be written, and reads back as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (StileHttpMessage) message = stile_binary_http_decode (bytes, NULL);
  g_autoptr (GBytes) written = message != NULL ? stile_binary_http_encode (message) : NULL;
  g_autoptr (StileHttpMessage) back = written != NULL ? stile_binary_http_decode (written, NULL) : NULL;
  g_autoptr (GBytes) again = back != NULL ? stile_binary_http_encode (back) : NULL;

  if (message == NULL)
    return 0;

  g_assert_nonnull (again);
  g_assert_true (g_bytes_equal (written, again));
  g_assert_true (
      g_bytes_equal (stile_http_message_get_content (message), stile_http_message_get_content (back)));
  g_assert_cmpuint (stile_http_message_get_status (message), ==, stile_http_message_get_status (back));
  for (guint i = 0; i < stile_http_message_get_n_fields (message); i++)
    {
      const char *value;

      stile_http_message_get_nth_field (message, i, &value);
      g_assert_true (g_utf8_validate (value, -1, NULL));
    }

  return 0;
}
