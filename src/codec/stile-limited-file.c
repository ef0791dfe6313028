/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-limited-file.h"

#define CHUNK_SIZE (64 * 1024)

/**
 * stile_limited_file_read:
 * @limit: in bytes, what the reader of the file takes at most
 *
 * Reads a file that somebody else made.  What comes may be longer than @limit, by one piece: so whoever parses it sees that
 * it is too large and can say so, and a file without an end ends.
 *
 * Returns: (transfer full): its contents, or their beginning
 */
GBytes *
stile_limited_file_read (GFile *file, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GByteArray) contents = g_byte_array_new ();
  gssize count = stream != NULL ? 1 : -1;

  while (count > 0 && contents->len <= limit)
    {
      guint length = contents->len;

      g_byte_array_set_size (contents, length + CHUNK_SIZE);
      count = g_input_stream_read (G_INPUT_STREAM (stream), contents->data + length, CHUNK_SIZE, cancellable,
                                   error);
      g_byte_array_set_size (contents, length + (guint)MAX (count, 0));
    }

  return count < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&contents));
}
