/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-check.h"

#include <glib/gi18n-lib.h>

/**
 * StileCheck:
 *
 * One row of a diagnosis: a question to the network, whether it is being asked, and how it was answered.  The job holds
 * the list; faces watch "state" and "sentence".
 */
struct _StileCheck
{
  GObject parent_instance;

  char *id;
  char *title;
  StileCheckState state;
  char *sentence;
};

enum
{
  PROP_STATE = 1,
  PROP_SENTENCE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (StileCheck, stile_check, G_TYPE_OBJECT)

static const struct
{
  const char *name; /* in JSON */
  const char *word;
} states[] = {
  [STILE_CHECK_STATE_WAITING] = { "waiting", N_ ("Waiting") },
  [STILE_CHECK_STATE_RUNNING] = { "running", N_ ("Running") },
  [STILE_CHECK_STATE_PASSED] = { "passed", N_ ("Pass") },
  [STILE_CHECK_STATE_NOTED] = { "noted", N_ ("Noted") },
  [STILE_CHECK_STATE_CHANGED] = { "changed", N_ ("Changed") },
  [STILE_CHECK_STATE_BLOCKED] = { "blocked", N_ ("Blocked") },
  [STILE_CHECK_STATE_NOT_RUN] = { "not-run", N_ ("Not run") },
};

static void
stile_check_finalize (GObject *object)
{
  StileCheck *self = STILE_CHECK (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->sentence);

  G_OBJECT_CLASS (stile_check_parent_class)->finalize (object);
}

static void
stile_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileCheck *self = STILE_CHECK (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int)self->state);
      break;
    case PROP_SENTENCE:
      g_value_set_string (value, self->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_check_class_init (StileCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = stile_check_finalize;
  object_class->get_property = stile_check_get_property;
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, STILE_CHECK_STATE_NOT_RUN,
                                        STILE_CHECK_STATE_WAITING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SENTENCE] =
      g_param_spec_string ("sentence", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
stile_check_init (StileCheck *self)
{
}

/**
 * stile_check_state_get_name:
 *
 * Returns: (transfer none): a word that never changes, for JSON
 */
const char *
stile_check_state_get_name (StileCheckState state)
{
  return states[state].name;
}

/**
 * stile_check_state_find:
 * @name: (nullable): as stile_check_state_get_name() gives it
 *
 * Returns: the state; %STILE_CHECK_STATE_NOT_RUN for a name that is none
 */
StileCheckState
stile_check_state_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].name, name) == 0)
      return i;

  return STILE_CHECK_STATE_NOT_RUN;
}

/**
 * stile_check_state_get_word:
 *
 * Returns: (transfer none): for people
 */
const char *
stile_check_state_get_word (StileCheckState state)
{
  return _ (states[state].word);
}

/**
 * stile_check_new:
 * @id: a word that never changes
 * @title: for people
 */
StileCheck *
stile_check_new (const char *id, const char *title)
{
  StileCheck *self = g_object_new (STILE_TYPE_CHECK, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);

  return self;
}

const char *
stile_check_get_id (StileCheck *self)
{
  return self->id;
}

const char *
stile_check_get_title (StileCheck *self)
{
  return self->title;
}

StileCheckState
stile_check_get_state (StileCheck *self)
{
  return self->state;
}

/**
 * stile_check_get_sentence:
 *
 * Returns: (transfer none) (nullable): what came of it
 */
const char *
stile_check_get_sentence (StileCheck *self)
{
  return self->sentence;
}

/**
 * stile_check_set:
 * @sentence: (nullable): what came of it
 */
void
stile_check_set (StileCheck *self, StileCheckState state, const char *sentence)
{
  g_free (self->sentence);
  self->sentence = g_strdup (sentence);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SENTENCE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}
