/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-columns.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "inventory/stile-csv-guard.h"

/**
 * StileDeviceColumns:
 *
 * What the columns of a table of devices mean: what their names in the first record say, or serial number, address and
 * name where they have none.
 */
struct _StileDeviceColumns
{
  gboolean named;
  guint count;
  StileDeviceField *fields; /* one for each column, NONE for those that are passed over */
};

/* How many columns of the first record have to look like names: "SN1,192.0.2.1,host" is a device. */
#define LOOKED_AT 2

static const StileDeviceField unnamed[] = {
  STILE_DEVICE_FIELD_SERIAL,
  STILE_DEVICE_FIELD_ADDRESS,
  STILE_DEVICE_FIELD_NAME,
};

/* Either a serial number's column is among them, or the first ones are of a table that has none, which is told. */
static gboolean
are_names (GPtrArray *record)
{
  for (guint i = 0; i < record->len; i++)
    {
      StileDeviceField field = stile_device_fields_find (g_ptr_array_index (record, i));

      if (field == STILE_DEVICE_FIELD_SERIAL || (field != STILE_DEVICE_FIELD_NONE && i < LOOKED_AT))
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_field (StileDeviceColumns *self, StileDeviceField field)
{
  for (guint i = 0; i < self->count; i++)
    if (self->fields[i] == field)
      return TRUE;

  return FALSE;
}

/* Separators at the end are what spreadsheets and people leave there. */
static guint
count_fields (GPtrArray *record, guint fewest)
{
  guint count = record->len;

  while (count > fewest && *(const char *)g_ptr_array_index (record, count - 1) == '\0')
    count--;

  return count;
}

/* Of two columns with the same meaning the first counts, and the other is told among those that do not. */
static void
read_names (StileDeviceColumns *self, GPtrArray *record)
{
  guint count = count_fields (record, 0);

  self->fields = g_new (StileDeviceField, count);
  for (guint i = 0; i < count; i++)
    {
      StileDeviceField field = stile_device_fields_find (g_ptr_array_index (record, i));

      self->fields[i] = has_field (self, field) ? STILE_DEVICE_FIELD_NONE : field;
      self->count++;
    }
}

/**
 * stile_device_columns_new:
 * @first_record: (element-type utf8): the fields of a table's first record
 *
 * Returns: (transfer full): what its columns mean
 */
StileDeviceColumns *
stile_device_columns_new (GPtrArray *first_record)
{
  StileDeviceColumns *self = g_new0 (StileDeviceColumns, 1);

  self->named = are_names (first_record);
  if (self->named)
    {
      read_names (self, first_record);
    }
  else
    {
      self->fields = g_memdup2 (unnamed, sizeof unnamed);
      self->count = G_N_ELEMENTS (unnamed);
    }

  return self;
}

/**
 * stile_device_columns_free:
 * @self: (transfer full): no longer needed
 */
void
stile_device_columns_free (StileDeviceColumns *self)
{
  g_free (self->fields);
  g_free (self);
}

/**
 * stile_device_columns_are_named:
 *
 * Returns: whether the first record has the columns' names, and no device
 */
gboolean
stile_device_columns_are_named (StileDeviceColumns *self)
{
  return self->named;
}

/**
 * stile_device_columns_have_serial:
 *
 * Returns: whether one of them is the serial number's
 */
gboolean
stile_device_columns_have_serial (StileDeviceColumns *self)
{
  return has_field (self, STILE_DEVICE_FIELD_SERIAL);
}

static char *
judge_count (StileDeviceColumns *self, GPtrArray *record)
{
  guint count = count_fields (record, self->count);

  if (self->named && count != self->count)
    return g_strdup_printf (
        _ ("The number of fields is %u here, and %u in the first line. Leave a field empty where "
           "there is nothing to say, and put quotation marks around one that has a separator."),
        count, self->count);
  if (count > self->count)
    return g_strdup_printf (
        _ ("The number of fields is %u, and %u is the most: serial number, address, name. For "
           "more, name the columns in the first line."),
        count, self->count);

  return NULL;
}

/**
 * stile_device_columns_assign:
 * @record: (element-type utf8): a record's fields
 * @fields: (out): what they say of a device
 *
 * Returns: (transfer full) (nullable): a sentence when there are too many or too few fields, or %NULL
 */
char *
stile_device_columns_assign (StileDeviceColumns *self, GPtrArray *record, StileDeviceFields *fields)
{
  for (guint i = 0; i < MIN (self->count, record->len); i++)
    stile_device_fields_set (fields, self->fields[i], stile_csv_guard_skip (g_ptr_array_index (record, i)));

  return judge_count (self, record);
}

/**
 * stile_device_columns_ignore:
 * @ignored: (element-type utf8): names that are known already to mean nothing
 * @name: one more, from anybody
 *
 * Names it once, and not too many in all.
 */
void
stile_device_columns_ignore (GPtrArray *ignored, const char *name)
{
  g_autofree char *shown = NULL;

  if (ignored->len == STILE_DEVICE_COLUMNS_MAX_IGNORED)
    return;

  shown = stile_device_fields_make_text (name, strlen (name), STILE_DEVICE_COLUMNS_MAX_NAME);
  if (*shown != '\0' && !g_ptr_array_find_with_equal_func (ignored, shown, g_str_equal, NULL))
    g_ptr_array_add (ignored, g_steal_pointer (&shown));
}

/**
 * stile_device_columns_tell_ignored:
 * @record: (element-type utf8): the record with the names
 * @ignored: (element-type utf8): gets those that mean nothing here
 */
void
stile_device_columns_tell_ignored (StileDeviceColumns *self, GPtrArray *record, GPtrArray *ignored)
{
  for (guint i = 0; self->named && i < self->count; i++)
    if (self->fields[i] == STILE_DEVICE_FIELD_NONE)
      stile_device_columns_ignore (ignored, g_ptr_array_index (record, i));
}
