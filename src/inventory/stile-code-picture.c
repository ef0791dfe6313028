/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-code-picture.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-limited-file.h"
#include "inventory/stile-code-search.h"
#include "inventory/stile-device-code.h"

/* So much of a file's name is told. */
#define NAME_CHARACTERS 120

/**
 * stile_code_picture_is:
 * @head: the first bytes of a file: %STILE_CODE_PICTURE_HEAD_SIZE are enough
 *
 * Returns: whether it is a picture and no list of devices; reading it says when it is one of a kind that is not read
 */
gboolean
stile_code_picture_is (const guint8 *head, gsize size)
{
  return stile_code_pixels_find_format (head, size) != NULL;
}

static void
copy_fields (StileImportLine *device, StileDeviceFields *fields)
{
  const char *values[STILE_DEVICE_N_FIELDS] = {
    [STILE_DEVICE_FIELD_SERIAL] = stile_import_line_get_serial (device),
    [STILE_DEVICE_FIELD_ADDRESS] = stile_import_line_get_address (device),
    [STILE_DEVICE_FIELD_NAME] = stile_import_line_get_name (device),
    [STILE_DEVICE_FIELD_MODEL] = stile_import_line_get_model (device),
    [STILE_DEVICE_FIELD_NOTE] = stile_import_line_get_note (device),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    if (values[i] != NULL)
      stile_device_fields_set (fields, (StileDeviceField)i, values[i]);
}

/* What the code says is in its problem, as far as it can be told: many hold a secret. */
static StileImportLine *
make_line (const StileFoundCode *code, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileImportLine) device = stile_device_code_parse (code->text, &error);
  g_auto (StileDeviceFields) fields = { 0 };
  const char *kind = code->kind == STILE_CODE_KIND_QR ? _ ("QR code") : _ ("Data matrix code");

  if (device == NULL)
    return stile_import_line_new (number, g_strdup (kind), &fields, g_strdup (error->message));

  copy_fields (device, &fields);
  return stile_import_line_new (number, g_strdup (stile_import_line_get_text (device)), &fields, NULL);
}

static GPtrArray *
make_lines (GPtrArray *found)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (lines, make_line (g_ptr_array_index (found, i), i + 1));

  return lines;
}

static gboolean
judge_found (GPtrArray *found, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  if (found->len == 0)
    g_set_error_literal (
        error, STILE_ERROR, STILE_ERROR_SETTINGS,
        _ ("No QR code and no data matrix code was found in it. Take a picture from nearer by, sharp "
           "and without glare, with some of what is around the code; or type the serial number."));
  else if (found->len > STILE_CODE_SEARCH_MAX_CODES)
    g_set_error (
        error, STILE_ERROR, STILE_ERROR_SETTINGS,
        g_dngettext (GETTEXT_PACKAGE,
                     "There is more than %d code in it, and no more are read of one picture. Take several.",
                     "There are more than %d codes in it, and no more are read of one picture. Take several.",
                     STILE_CODE_SEARCH_MAX_CODES),
        STILE_CODE_SEARCH_MAX_CODES);

  return found->len > 0 && found->len <= STILE_CODE_SEARCH_MAX_CODES;
}

static gboolean
judge_size (GBytes *bytes, GError **error)
{
  if (g_bytes_get_size (bytes) <= STILE_CODE_PICTURE_MAX_SIZE)
    return TRUE;

  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("It has more than the %d MiB that a picture may have. Make it smaller, or cut out the codes."),
      STILE_CODE_PICTURE_MAX_SIZE / (1024 * 1024));
  return FALSE;
}

static GPtrArray *
read_bytes (GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (StileCodePixels) pixels =
      judge_size (bytes, error) ? stile_code_pixels_read (bytes, error) : NULL;
  g_autoptr (GPtrArray) found = pixels != NULL ? stile_code_search_run (pixels, cancellable) : NULL;

  return found != NULL && judge_found (found, cancellable, error) ? make_lines (found) : NULL;
}

static void
explain (GError **error, const char *name)
{
  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Looking for codes in the picture “%s”: "), name);
}

/**
 * stile_code_picture_parse:
 * @bytes: a PNG, JPEG, GIF or WebP picture, from anybody
 * @name: what it is called, for sentences about it; presentable
 * @error: %STILE_ERROR_SETTINGS when it is no picture, too large, damaged, or has no codes or too many
 *
 * Takes seconds, for a large picture without codes; see stile_code_picture_read_async() for one that does not.
 *
 * Returns: (transfer full) (element-type StileImportLine): the codes in it, from top to bottom, each numbered as a line:
 *   a device, or a problem for a code that is none; at least one
 */
GPtrArray *
stile_code_picture_parse (GBytes *bytes, const char *name, GError **error)
{
  GPtrArray *lines;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  lines = read_bytes (bytes, NULL, error);
  if (lines == NULL)
    explain (error, name);
  return lines;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile *file = data;
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = stile_device_fields_make_text (base, strlen (base), NAME_CHARACTERS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, STILE_CODE_PICTURE_MAX_SIZE, cancellable, &error);
  GPtrArray *lines = bytes != NULL ? read_bytes (bytes, cancellable, &error) : NULL;

  if (lines != NULL)
    {
      g_task_return_pointer (task, lines, (GDestroyNotify)g_ptr_array_unref);
      return;
    }

  explain (&error, name);
  g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * stile_code_picture_read_async:
 * @file: a PNG, JPEG, GIF or WebP picture with QR codes or data matrix codes
 *
 * Reads it, and looks for codes, in a thread; see stile_code_picture_parse() for what can be wrong.
 */
void
stile_code_picture_read_async (GFile *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (G_IS_FILE (file));

  g_task_set_source_tag (task, stile_code_picture_read_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * stile_code_picture_read_finish:
 * @error: %STILE_ERROR_SETTINGS, or %STILE_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type StileImportLine): the codes in it, as of stile_code_picture_parse()
 */
GPtrArray *
stile_code_picture_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
