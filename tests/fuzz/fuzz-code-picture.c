/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "inventory/stile-code-picture.h"
#include "inventory/stile-code-search.h"

/* What is larger takes seconds, and is the same again. */
#define MAX_PIXELS (256 * 256)

static void
check_found (StileCodePixels *pixels)
{
  g_autoptr (GPtrArray) found = stile_code_search_run (pixels, NULL);

  g_assert_cmpuint (found->len, <=, STILE_CODE_SEARCH_MAX_CODES + 1);
  for (guint i = 0; i < found->len; i++)
    g_assert_nonnull (((StileFoundCode *)g_ptr_array_index (found, i))->text);
}

/* Of a packed picture few mutations are one: here a byte is how long a row is, and the others are its pixels. */
static void
search_bare (const guint8 *data, gsize size)
{
  StileCodePixels pixels = { .scale = 1 };

  if (size < 2 || size > MAX_PIXELS)
    return;

  pixels.width = MIN (data[0] + 1u, (guint)size - 1);
  pixels.height = ((guint)size - 1) / pixels.width;
  pixels.data = g_memdup2 (data + 1, size - 1);
  check_found (&pixels);
  g_free (pixels.data);
}

static void
check_lines (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = stile_code_picture_parse (bytes, "fuzz", &error);

  g_assert_true ((lines == NULL) == (error != NULL));
  g_assert_true (lines == NULL || lines->len > 0);
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      StileImportLine *line = g_ptr_array_index (lines, i);
      const char *shown = stile_import_line_is_good (line) ? stile_import_line_get_text (line)
                                                           : stile_import_line_get_problem (line);

      g_assert_cmpuint (stile_import_line_get_line (line), ==, i + 1);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
    }
}

/* A picture is its codes, or a sentence. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (StileCodePixels) pixels = NULL;

  if (!stile_code_picture_is (data, size))
    {
      search_bare (data, size);
      return 0;
    }

  pixels = stile_code_pixels_read (bytes, NULL);
  if (pixels == NULL || (gsize)pixels->width * pixels->height <= MAX_PIXELS)
    check_lines (bytes);

  return 0;
}
