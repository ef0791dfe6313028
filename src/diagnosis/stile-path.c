/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path.h"

#include <glib/gi18n-lib.h>

/**
 * StilePath:
 *
 * The connection as data: who takes part, which protocol layers end where, how sure that is, and whether a session goes through
 * all of it.  The app draws it, the tool prints it, the screen reader speaks it.
 */
struct _StilePath
{
  GObject parent_instance;

  GPtrArray *hops; /* of StileHop */
  GPtrArray *legs; /* of StileLeg, one fewer */
  StilePathSession session;
  char *spoken;
};

G_DEFINE_FINAL_TYPE (StilePath, stile_path, G_TYPE_OBJECT)

static void
hop_free (gpointer data)
{
  StileHop *hop = data;

  g_free (hop->name);
  g_free (hop->what);
  g_free (hop->trust_word);
  g_free (hop->spoken);
  g_ptr_array_unref (hop->details);
  g_free (hop);
}

static void
leg_free (gpointer data)
{
  StileLeg *leg = data;

  g_ptr_array_unref (leg->layers);
  g_ptr_array_unref (leg->changed);
  g_free (leg);
}

static void
stile_path_finalize (GObject *object)
{
  StilePath *self = STILE_PATH (object);

  g_ptr_array_unref (self->hops);
  g_ptr_array_unref (self->legs);
  g_free (self->spoken);

  G_OBJECT_CLASS (stile_path_parent_class)->finalize (object);
}

static void
stile_path_class_init (StilePathClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_path_finalize;
}

static void
stile_path_init (StilePath *self)
{
  self->hops = g_ptr_array_new_with_free_func (hop_free);
  self->legs = g_ptr_array_new_with_free_func (leg_free);
}

/* --- building, for stile-path-walk.c, stile-path-diagnosis.c and stile-path-variant.c --- */

/**
 * stile_path_new:
 *
 * Returns: (transfer full): a path with nobody on it
 */
StilePath *
stile_path_new (void)
{
  return g_object_new (STILE_TYPE_PATH, NULL);
}

/**
 * stile_path_add_hop:
 * @what: a line about it
 *
 * Adds a hop behind the last one, and the leg that leads to it, of which nothing is known yet.
 *
 * Returns: (transfer none) (nullable): the hop; %NULL when there are %STILE_PATH_MAX_HOPS
 */
StileHop *
stile_path_add_hop (StilePath *self, StileHopKind kind, const char *name, const char *what)
{
  StileHop *hop;

  if (self->hops->len >= STILE_PATH_MAX_HOPS)
    return NULL;
  if (self->hops->len > 0)
    {
      StileLeg *leg = g_new0 (StileLeg, 1);

      leg->layers = g_ptr_array_new_with_free_func (g_free);
      leg->changed = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->legs, leg);
    }

  hop = g_new0 (StileHop, 1);
  hop->kind = kind;
  hop->name = g_strdup (name);
  hop->what = g_strdup (what);
  hop->certainty = STILE_CERTAINTY_PROVEN;
  hop->details = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->hops, hop);
  return hop;
}

/**
 * stile_path_set_trust:
 * @word: (nullable): a translated word
 */
void
stile_path_set_trust (StileHop *hop, StileHopTrust trust, const char *word)
{
  hop->trust = trust;
  g_free (hop->trust_word);
  hop->trust_word = g_strdup (word);
}

/**
 * stile_path_add_detail:
 * @value: (nullable): nothing is added without one
 */
void
stile_path_add_detail (StileHop *hop, const char *label, const char *value)
{
  if (value == NULL || *value == '\0')
    return;

  g_ptr_array_add (hop->details, g_strdup (label));
  g_ptr_array_add (hop->details, g_strdup (value));
}

/**
 * stile_path_add_layer:
 * @leg: of the path
 * @word: (nullable): a layer that ends at both its hops; from the inside out
 */
void
stile_path_add_layer (StilePath *self, guint leg, const char *word)
{
  StileLeg *place = leg < self->legs->len ? g_ptr_array_index (self->legs, leg) : NULL;

  if (place != NULL && word != NULL && place->layers->len < STILE_PATH_MAX_LAYERS)
    g_ptr_array_add (place->layers, g_strdup (word));
}

void
stile_path_set_certainty (StilePath *self, guint leg, StileCertainty certainty)
{
  if (leg < self->legs->len)
    ((StileLeg *)g_ptr_array_index (self->legs, leg))->certainty = certainty;
}

/**
 * stile_path_add_change:
 * @words: what was changed or blocked on it, a few
 */
void
stile_path_add_change (StilePath *self, guint leg, const char *words)
{
  StileLeg *place = leg < self->legs->len ? g_ptr_array_index (self->legs, leg) : NULL;

  if (place != NULL && place->changed->len < STILE_PATH_MAX_CHANGES)
    g_ptr_array_add (place->changed, g_strdup (words));
}

void
stile_path_set_session (StilePath *self, StilePathSession session)
{
  self->session = session;
}

/* "First of two: this computer" */
static char *
number (guint index, guint count, const char *what)
{
  static const char *const two[] = { N_ ("First of two: %s"), N_ ("Second of two: %s") };
  static const char *const three[] = { N_ ("First of three: %s"), N_ ("Second of three: %s"),
                                       N_ ("Third of three: %s") };
  static const char *const four[] = { N_ ("First of four: %s"), N_ ("Second of four: %s"),
                                      N_ ("Third of four: %s"), N_ ("Fourth of four: %s") };
  GString *text;

  if (count < 2 || count > 4)
    return g_strdup_printf (_ ("%u of %u: %s"), index + 1, count, what);

  text = g_string_new (_ (count == 2 ? two[index] : count == 3 ? three[index] : four[index]));
  g_string_replace (text, "%s", what, 1);
  return g_string_free (text, FALSE);
}

/**
 * stile_path_speak:
 * @what: (array zero-terminated=1): of each hop, what is said behind its place
 *
 * When all hops are there.
 */
void
stile_path_speak (StilePath *self, const char *const *what)
{
  GString *whole = g_string_new (NULL);

  for (guint i = 0; i < self->hops->len && what[i] != NULL; i++)
    {
      StileHop *hop = g_ptr_array_index (self->hops, i);

      g_free (hop->spoken);
      hop->spoken = number (i, self->hops->len, what[i]);
      g_string_append_printf (whole, "%s%s", i > 0 ? _ ("; ") : "", hop->spoken);
    }
  g_string_append (whole, _ ("."));
  g_free (self->spoken);
  self->spoken = g_string_free (whole, FALSE);
}

void
stile_path_set_spoken (StilePath *self, const char *text)
{
  g_free (self->spoken);
  self->spoken = g_strdup (text);
}

/* --- reading --- */

guint
stile_path_get_n_hops (StilePath *self)
{
  return self->hops->len;
}

/**
 * stile_path_get_hop:
 *
 * Returns: (transfer none): in the order of the way
 */
const StileHop *
stile_path_get_hop (StilePath *self, guint index)
{
  g_return_val_if_fail (index < self->hops->len, NULL);

  return g_ptr_array_index (self->hops, index);
}

/**
 * stile_path_get_leg:
 *
 * Returns: (transfer none): between hop @index and the next one
 */
const StileLeg *
stile_path_get_leg (StilePath *self, guint index)
{
  g_return_val_if_fail (index < self->legs->len, NULL);

  return g_ptr_array_index (self->legs, index);
}

StilePathSession
stile_path_get_session (StilePath *self)
{
  return self->session;
}

/**
 * stile_path_get_spoken:
 *
 * Returns: (transfer none): all of it in sentences
 */
const char *
stile_path_get_spoken (StilePath *self)
{
  return self->spoken != NULL ? self->spoken : "";
}
