/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-import-line.h"

/**
 * StileImportLine:
 *
 * What stood in one line of a list, or on one device's code, and what it is understood as: either a device, or a
 * problem.  A #StileDeviceImport holds many, and whoever shows or adds them binds to the properties, which do not change.
 */
struct _StileImportLine
{
  GObject parent_instance;

  guint line;
  char *text;
  StileDeviceFields fields;
  char *problem;
};

G_DEFINE_FINAL_TYPE (StileImportLine, stile_import_line, G_TYPE_OBJECT)

enum
{
  PROP_LINE = 1,
  PROP_TEXT,
  PROP_SERIAL,
  PROP_ADDRESS,
  PROP_NAME,
  PROP_MODEL,
  PROP_NOTE,
  PROP_PROBLEM,
  PROP_GOOD,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StileImportLine *self = STILE_IMPORT_LINE (object);

  switch (id)
    {
    case PROP_LINE:
      g_value_set_uint (value, self->line);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_SERIAL:
      g_value_set_string (value, self->fields.values[STILE_DEVICE_FIELD_SERIAL]);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->fields.values[STILE_DEVICE_FIELD_ADDRESS]);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->fields.values[STILE_DEVICE_FIELD_NAME]);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->fields.values[STILE_DEVICE_FIELD_MODEL]);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->fields.values[STILE_DEVICE_FIELD_NOTE]);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_GOOD:
      g_value_set_boolean (value, self->problem == NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
finalize (GObject *object)
{
  StileImportLine *self = STILE_IMPORT_LINE (object);

  g_free (self->text);
  stile_device_fields_clear (&self->fields);
  g_free (self->problem);

  G_OBJECT_CLASS (stile_import_line_parent_class)->finalize (object);
}

static void
stile_import_line_class_init (StileImportLineClass *klass)
{
  static const struct
  {
    guint id;
    const char *name;
  } strings[] = {
    { PROP_TEXT, "text" },   { PROP_SERIAL, "serial" }, { PROP_ADDRESS, "address" }, { PROP_NAME, "name" },
    { PROP_MODEL, "model" }, { PROP_NOTE, "note" },     { PROP_PROBLEM, "problem" },
  };
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->finalize = finalize;

  properties[PROP_LINE] = g_param_spec_uint ("line", NULL, NULL, 0, G_MAXUINT, 0, flags);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].id] = g_param_spec_string (strings[i].name, NULL, NULL, NULL, flags);
  properties[PROP_GOOD] = g_param_spec_boolean ("good", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
stile_import_line_init (StileImportLine *self)
{
}

/**
 * stile_import_line_new:
 * @line: where it stood, from 1; 0 where there are no lines
 * @text: (transfer full): what stood there, as it is shown
 * @fields: what it is understood as; taken, and empty afterwards
 * @problem: (transfer full) (nullable): a sentence, when it is no device
 *
 * Returns: (transfer full): a line
 */
StileImportLine *
stile_import_line_new (guint line, char *text, StileDeviceFields *fields, char *problem)
{
  StileImportLine *self = g_object_new (STILE_TYPE_IMPORT_LINE, NULL);

  self->line = line;
  self->text = text;
  self->fields = *fields;
  *fields = (StileDeviceFields){ 0 };
  self->problem = problem;

  return self;
}

/**
 * stile_import_line_get_line:
 *
 * Returns: the line of the file, or the place in the JSON array, from 1; 0 where there are none
 */
guint
stile_import_line_get_line (StileImportLine *self)
{
  return self->line;
}

/**
 * stile_import_line_get_text:
 *
 * Returns: (transfer none): what stood there, shortened, one line that can be shown
 */
const char *
stile_import_line_get_text (StileImportLine *self)
{
  return self->text;
}

/**
 * stile_import_line_get_serial:
 *
 * Returns: (transfer none) (nullable): the device's serial number, whole; never %NULL for a good line
 */
const char *
stile_import_line_get_serial (StileImportLine *self)
{
  return self->fields.values[STILE_DEVICE_FIELD_SERIAL];
}

/**
 * stile_import_line_get_address:
 *
 * Returns: (transfer none) (nullable): host or host:port as in a URL; %NULL when the device is to be found by DNS-SD
 */
const char *
stile_import_line_get_address (StileImportLine *self)
{
  return self->fields.values[STILE_DEVICE_FIELD_ADDRESS];
}

/**
 * stile_import_line_get_name:
 *
 * Returns: (transfer none) (nullable): what people call the device
 */
const char *
stile_import_line_get_name (StileImportLine *self)
{
  return self->fields.values[STILE_DEVICE_FIELD_NAME];
}

/**
 * stile_import_line_get_model:
 *
 * Returns: (transfer none) (nullable): what kind of device it is
 */
const char *
stile_import_line_get_model (StileImportLine *self)
{
  return self->fields.values[STILE_DEVICE_FIELD_MODEL];
}

/**
 * stile_import_line_get_note:
 *
 * Returns: (transfer none) (nullable): what else somebody wrote about it
 */
const char *
stile_import_line_get_note (StileImportLine *self)
{
  return self->fields.values[STILE_DEVICE_FIELD_NOTE];
}

/**
 * stile_import_line_get_problem:
 *
 * Returns: (transfer none) (nullable): what is wrong and what to do, or %NULL for a device that can be added
 */
const char *
stile_import_line_get_problem (StileImportLine *self)
{
  return self->problem;
}

/**
 * stile_import_line_is_good:
 *
 * Returns: whether it is a device that can be added
 */
gboolean
stile_import_line_is_good (StileImportLine *self)
{
  return self->problem == NULL;
}
