/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "inventory/stile-csv-reader.h"
#include "inventory/stile-device-columns.h"
#include "inventory/stile-import-line.h"
#include "inventory/stile-json-list.h"
#include "inventory/stile-list-encoding.h"

/* So much of a line is shown. */
#define TEXT_CHARACTERS 120

/* Every so many lines is looked whether somebody has cancelled. */
#define LINES_BETWEEN_LOOKS 256

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What is needed while it is read. */
typedef struct
{
  StileDeviceList *list;
  GHashTable *serials; /* of char* that the lines own, to where the good line stands */
  gboolean is_json;    /* and entries, where else it is lines */
  GCancellable *cancellable;
} Reading;

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, sentence);
  return FALSE;
}

static gboolean
may_go_on (Reading *reading, GError **error)
{
  guint count = reading->list->lines->len;

  if (count == STILE_DEVICE_LIST_MAX_LINES)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The list has more than %d line, the most that are read at once. Divide it.",
                                "The list has more than %d lines, the most that are read at once. Divide it.",
                                STILE_DEVICE_LIST_MAX_LINES),
                   STILE_DEVICE_LIST_MAX_LINES);
      return FALSE;
    }

  return count % LINES_BETWEEN_LOOKS != 0 ||
         !g_cancellable_set_error_if_cancelled (reading->cancellable, error);
}

/* The first of two devices with one serial number is good, if nothing else is wrong with it. */
static char *
judge_same (Reading *reading, const StileDeviceFields *fields)
{
  guint other =
      GPOINTER_TO_UINT (g_hash_table_lookup (reading->serials, fields->values[STILE_DEVICE_FIELD_SERIAL]));

  if (other == 0)
    return NULL;

  return g_strdup_printf (reading->is_json
                              ? _ ("Entry %u has the same serial number. Take one of the two out.")
                              : _ ("Line %u has the same serial number. Take one of the two out."),
                          other);
}

/* Takes what is in @fields, and @problem. */
static void
add_line (
    Reading *reading, guint number, const char *text, gsize length, StileDeviceFields *fields, char *problem)
{
  StileDeviceList *list = reading->list;
  char *found = stile_device_fields_judge (fields);
  StileImportLine *line;

  if (problem == NULL)
    problem = g_steal_pointer (&found);
  if (problem == NULL)
    problem = judge_same (reading, fields);
  g_free (found);

  line = stile_import_line_new (number, stile_device_fields_make_text (text, length, TEXT_CHARACTERS), fields,
                                problem);
  g_ptr_array_add (list->lines, line);
  if (problem == NULL)
    {
      list->n_good++;
      g_hash_table_insert (reading->serials, (gpointer)stile_import_line_get_serial (line),
                           GUINT_TO_POINTER (number));
    }
}

static void
add_record (Reading *reading, StileCsvReader *csv, StileDeviceColumns *columns)
{
  g_auto (StileDeviceFields) fields = { 0 };
  char *problem = g_strdup (stile_csv_reader_get_problem (csv));
  gsize length;
  const char *text = stile_csv_reader_get_record (csv, &length);

  if (problem == NULL)
    problem = stile_device_columns_assign (columns, stile_csv_reader_get_fields (csv), &fields);
  add_line (reading, stile_csv_reader_get_line (csv), text, length, &fields, problem);
}

/* Gives NULL for names among which there is no serial number. */
static StileDeviceColumns *
read_first_record (Reading *reading, StileCsvReader *csv, GError **error)
{
  GPtrArray *record = stile_csv_reader_get_fields (csv);
  g_autoptr (StileDeviceColumns) columns = stile_device_columns_new (record);

  if (!stile_device_columns_have_serial (columns))
    {
      refuse (error, _ ("No column is called “serial”. Call the one with the serial numbers so."));
      return NULL;
    }

  stile_device_columns_tell_ignored (columns, record, reading->list->ignored);
  if (!stile_device_columns_are_named (columns))
    add_record (reading, csv, columns);

  return g_steal_pointer (&columns);
}

static gboolean
read_csv (Reading *reading, const char *data, gsize length, GError **error)
{
  g_autoptr (StileCsvReader) csv = stile_csv_reader_new (data, length);
  g_autoptr (StileDeviceColumns) columns = NULL;

  if (!stile_csv_reader_next (csv))
    return TRUE;

  columns = read_first_record (reading, csv, error);
  if (columns == NULL)
    return FALSE;

  while (stile_csv_reader_next (csv))
    {
      if (!may_go_on (reading, error))
        return FALSE;
      add_record (reading, csv, columns);
    }

  return TRUE;
}

/* Serial numbers and ports are numbers in what many programs write. */
static char *
make_value (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));

  return g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE) ? g_strdup ("") : NULL;
}

static char *
read_members (Reading *reading, GVariant *object, StileDeviceFields *fields)
{
  GVariantIter iter;
  const char *name;
  GVariant *member;
  char *problem = NULL;

  g_variant_iter_init (&iter, object);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &member))
    {
      StileDeviceField field = stile_device_fields_find (name);
      g_autofree char *value = make_value (member);

      if (field == STILE_DEVICE_FIELD_NONE || fields->values[field] != NULL)
        stile_device_columns_ignore (reading->list->ignored, name);
      else if (value != NULL)
        stile_device_fields_set (fields, field, value);
      else if (problem == NULL)
        problem = g_strdup (_ ("A member that is known here is no text. Put quotation marks around it."));
    }

  return problem;
}

static char *
read_entry (Reading *reading, StileJsonList *json, StileDeviceFields *fields)
{
  char *problem = NULL;
  g_autoptr (GVariant) value = stile_json_list_get_entry (json, &problem);

  if (value == NULL)
    return problem;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return read_members (reading, value, fields);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_strdup (
        _ ("This entry is no device. Write an object with the member “serial”, or the serial number in "
           "quotation marks."));

  stile_device_fields_set (fields, STILE_DEVICE_FIELD_SERIAL, g_variant_get_string (value, NULL));
  return NULL;
}

static gboolean
read_json (Reading *reading, const char *data, gsize length, GError **error)
{
  g_autoptr (StileJsonList) json = stile_json_list_new (data, length, error);

  if (json == NULL)
    return FALSE;

  while (stile_json_list_next (json))
    {
      g_auto (StileDeviceFields) fields = { 0 };
      char *problem;
      gsize size;
      const char *text = stile_json_list_get_text (json, &size);

      if (!may_go_on (reading, error))
        return FALSE;
      problem = read_entry (reading, json, &fields);
      add_line (reading, stile_json_list_get_index (json), text, size, &fields, problem);
    }

  return TRUE;
}

static gboolean
is_json (const char *data, gsize length)
{
  gsize spaces = 0;

  while (spaces < length && g_ascii_isspace (data[spaces]))
    spaces++;

  return spaces < length && (data[spaces] == '[' || data[spaces] == '{');
}

static gboolean
read_list (Reading *reading, GBytes *bytes, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  gsize mark = strlen (BYTE_ORDER_MARK);

  if (length > STILE_DEVICE_LIST_MAX_SIZE)
    return refuse (error, _ ("It has more than 32 MiB, the most that are read. Divide it."));
  if (length >= mark && memcmp (data, BYTE_ORDER_MARK, mark) == 0)
    {
      data += mark;
      length -= mark;
    }
  if (length == 0)
    return refuse (error, _ ("It is empty. Choose a file with a list of devices, as CSV or JSON."));
  if (!stile_list_encoding_check (data, length, error))
    return FALSE;

  reading->is_json = is_json (data, length);
  if (!(reading->is_json ? read_json : read_csv) (reading, data, length, error))
    return FALSE;

  return reading->list->lines->len > 0 || refuse (error, _ ("There is no device in it."));
}

/**
 * stile_device_list_read:
 * @bytes: a list of devices as CSV or JSON, from anybody
 * @cancellable: (nullable): to stop
 * @error: %STILE_ERROR_SETTINGS when it is no list of devices, or too long, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): what is in it, with at least one line
 */
StileDeviceList *
stile_device_list_read (GBytes *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (StileDeviceList) list = g_new0 (StileDeviceList, 1);
  g_autoptr (GHashTable) serials = g_hash_table_new (g_str_hash, g_str_equal);
  Reading reading = { list, serials, FALSE, cancellable };

  list->lines = g_ptr_array_new_with_free_func (g_object_unref);
  list->ignored = g_ptr_array_new_with_free_func (g_free);
  if (!read_list (&reading, bytes, error))
    return NULL;

  g_ptr_array_add (list->ignored, NULL);
  return g_steal_pointer (&list);
}

/**
 * stile_device_list_free:
 * @self: (transfer full): no longer needed
 */
void
stile_device_list_free (StileDeviceList *self)
{
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->ignored);
  g_free (self);
}
