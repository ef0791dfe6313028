/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-code-frame.h"

#include <string.h>

#include "inventory/stile-code-search.h"

/* Rows with nothing between. */
static StileCodePixels
pack (const guint8 *grey, guint width, guint height, guint stride)
{
  StileCodePixels pixels = { g_malloc ((gsize)width * height), width, height, 1 };

  for (gsize y = 0; y < height; y++)
    memcpy (pixels.data + y * width, grey + y * stride, width);
  return pixels;
}

/**
 * stile_code_frame_read:
 * @grey: a byte for each pixel, from anybody
 * @stride: bytes from one row to the next
 *
 * Reads the QR codes in one picture of a camera, dark on light or light on dark.  It takes some hundredths of a second:
 * call it in a thread.  In a picture with a side beyond %STILE_CODE_FRAME_MAX_SIDE nothing is looked for.
 *
 * Returns: (transfer full) (element-type utf8): what they say, each text once; not judged, and may be no UTF-8
 */
GPtrArray *
stile_code_frame_read (const guint8 *grey, guint width, guint height, guint stride)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) found = NULL;
  StileCodePixels pixels;

  g_return_val_if_fail (grey != NULL, texts);
  g_return_val_if_fail (stride >= width, texts);

  if (width == 0 || height == 0 || width > STILE_CODE_FRAME_MAX_SIDE || height > STILE_CODE_FRAME_MAX_SIDE)
    return texts;

  pixels = pack (grey, width, height, stride);
  found = stile_code_search_glance (&pixels);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (texts, g_strdup (((const StileFoundCode *)g_ptr_array_index (found, i))->text));
  g_free (pixels.data);
  return texts;
}
