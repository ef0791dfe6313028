/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * StileDevice:
 *
 * A device of the provisioning station, as lists show it: who it is, and how far.  What was collected of it is in the database,
 * and in memory only while something is done with it.  Changes are made by StileDeviceStore, which has written them before.
 */
struct _StileDevice
{
  GObject parent_instance;

  gint64 id;
  gint64 position; /* in the queue; the lowest is the first */
  char *serial;
  char *address;
  char *name;
  char *model;
  char *note;
  StileDeviceState state;
  StilePrmStep step;
  char *message;
  gint64 until;   /* Unix seconds: when a device that waits goes on */
  gint64 changed; /* Unix seconds */
};

G_DEFINE_FINAL_TYPE (StileDevice, stile_device, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SERIAL,
  PROP_ADDRESS,
  PROP_NAME,
  PROP_STATE,
  PROP_STEP,
  PROP_MESSAGE,
  PROP_UNTIL,
  PROP_CHANGED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const struct
{
  const char *name;
  const char *words;
} states[] = {
  [STILE_DEVICE_NEW] = { "new", N_ ("Not started") },
  [STILE_DEVICE_QUEUED] = { "queued", N_ ("In the queue") },
  [STILE_DEVICE_RUNNING] = { "running", N_ ("In progress") },
  [STILE_DEVICE_WAITING] = { "waiting", N_ ("Waiting") },
  [STILE_DEVICE_STOPPED] = { "stopped", N_ ("Stopped") },
  [STILE_DEVICE_FAILED] = { "failed", N_ ("Failed") },
  [STILE_DEVICE_REFUSED] = { "refused", N_ ("The device refused") },
  [STILE_DEVICE_DONE] = { "done", N_ ("Done") },
};

static void
stile_device_finalize (GObject *object)
{
  StileDevice *self = STILE_DEVICE (object);

  g_free (self->serial);
  g_free (self->address);
  g_free (self->name);
  g_free (self->model);
  g_free (self->note);
  g_free (self->message);

  G_OBJECT_CLASS (stile_device_parent_class)->finalize (object);
}

static void
stile_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  StileDevice *self = STILE_DEVICE (object);

  switch (id)
    {
    case PROP_SERIAL:
      g_value_set_string (value, self->serial);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_STEP:
      g_value_set_uint (value, self->step);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_UNTIL:
      g_value_set_int64 (value, self->until);
      break;
    case PROP_CHANGED:
      g_value_set_int64 (value, self->changed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
stile_device_class_init (StileDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = stile_device_finalize;
  object_class->get_property = stile_device_get_property;

  props[PROP_SERIAL] = g_param_spec_string ("serial", NULL, NULL, NULL, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, STILE_DEVICE_DONE, STILE_DEVICE_NEW, flags);
  props[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, STILE_PRM_STEP_DONE, 0, flags);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  props[PROP_UNTIL] = g_param_spec_int64 ("until", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_CHANGED] = g_param_spec_int64 ("changed", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
stile_device_init (StileDevice *self)
{
}

/**
 * stile_device_new:
 * @id: in its database
 */
StileDevice *
stile_device_new (gint64 id, const StileDeviceSpec *spec)
{
  StileDevice *self = g_object_new (STILE_TYPE_DEVICE, NULL);

  self->id = id;
  self->serial = g_strdup (spec->serial);
  self->address = g_strdup (spec->address);
  self->name = g_strdup (spec->name);
  self->model = g_strdup (spec->model);
  self->note = g_strdup (spec->note);

  return self;
}

gint64
stile_device_get_id (StileDevice *self)
{
  return self->id;
}

const char *
stile_device_get_serial (StileDevice *self)
{
  return self->serial;
}

/**
 * stile_device_get_address:
 *
 * Returns: (transfer none) (nullable): "host" or "host:port"; %NULL for a device that is found on the network
 */
const char *
stile_device_get_address (StileDevice *self)
{
  return self->address;
}

const char *
stile_device_get_name (StileDevice *self)
{
  return self->name;
}

const char *
stile_device_get_model (StileDevice *self)
{
  return self->model;
}

const char *
stile_device_get_note (StileDevice *self)
{
  return self->note;
}

StileDeviceState
stile_device_get_state (StileDevice *self)
{
  return self->state;
}

/**
 * stile_device_get_step:
 *
 * Returns: what is done now, or is to be done next
 */
StilePrmStep
stile_device_get_step (StileDevice *self)
{
  return self->step;
}

/**
 * stile_device_get_message:
 *
 * Returns: (transfer none) (nullable): why it waits or failed
 */
const char *
stile_device_get_message (StileDevice *self)
{
  return self->message;
}

/**
 * stile_device_get_until:
 *
 * Returns: when a device that waits goes on, in Unix seconds; else 0
 */
gint64
stile_device_get_until (StileDevice *self)
{
  return self->until;
}

gint64
stile_device_get_changed (StileDevice *self)
{
  return self->changed;
}

gint64
stile_device_get_position (StileDevice *self)
{
  return self->position;
}

/**
 * stile_device_set_address:
 *
 * For the store, which has written it.
 */
void
stile_device_set_address (StileDevice *self, const char *address)
{
  if (g_strcmp0 (self->address, address) == 0)
    return;

  g_free (self->address);
  self->address = g_strdup (address);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESS]);
}

/**
 * stile_device_set_position:
 *
 * For the store, which has written it.
 */
void
stile_device_set_position (StileDevice *self, gint64 position)
{
  self->position = position;
}

/**
 * stile_device_update:
 *
 * For the store, which has written it.
 */
void
stile_device_update (StileDevice *self,
                     StileDeviceState state,
                     StilePrmStep step,
                     const char *message,
                     gint64 until,
                     gint64 changed)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != state)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (self->step != step)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STEP]);
  if (g_strcmp0 (self->message, message) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
  if (self->until != until)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNTIL]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHANGED]);

  self->state = state;
  self->step = step;
  if (self->message != message)
    {
      g_free (self->message);
      self->message = g_strdup (message);
    }
  self->until = until;
  self->changed = changed;
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- words --- */

/**
 * stile_device_state_get_name:
 *
 * Returns: (transfer none): for programs
 */
const char *
stile_device_state_get_name (StileDeviceState state)
{
  return states[state].name;
}

/**
 * stile_device_state_parse:
 * @state: (out): what it names
 */
gboolean
stile_device_state_parse (const char *name, StileDeviceState *state)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (states); i++)
    if (strcmp (states[i].name, name) == 0)
      {
        *state = (StileDeviceState)i;
        return TRUE;
      }

  return FALSE;
}

/**
 * stile_device_state_get_words:
 *
 * Returns: (transfer none): for people
 */
const char *
stile_device_state_get_words (StileDeviceState state)
{
  return _ (states[state].words);
}

/**
 * stile_device_state_is_over:
 *
 * Returns: whether nothing more happens until somebody says so
 */
gboolean
stile_device_state_is_over (StileDeviceState state)
{
  return state >= STILE_DEVICE_STOPPED;
}

/**
 * stile_device_describe:
 *
 * Returns: (transfer full): how it is, in a sentence
 */
char *
stile_device_describe (StileDevice *self)
{
  const char *state = stile_device_state_get_words (self->state);

  if (self->state == STILE_DEVICE_RUNNING)
    return g_strdup (stile_prm_step_get_doing (self->step));
  if (self->message != NULL)
    return g_strdup_printf ("%s: %s", state, self->message);

  return g_strdup (state);
}
